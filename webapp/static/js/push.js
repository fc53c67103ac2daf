// "Turn on" under Push: only then is the browser asked for permission.

export default function push(section) {
  if (!("PushManager" in window)) return;
  section.hidden = false;
  const status = section.querySelector("[role=status]");
  section.querySelector("button").addEventListener("click", async () => {
    try {
      if ((await Notification.requestPermission()) !== "granted") throw new Error("denied");
      const { pushManager } = await navigator.serviceWorker.ready;
      const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: section.dataset.push });
      const { ok } = await fetch(section.dataset.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": document.querySelector("[name=csrf-token]").content },
        body: JSON.stringify(subscription),
      });
      if (!ok) throw new Error("refused");
      location.reload();
    } catch {
      status.textContent = section.dataset.failed;
    }
  });
}
