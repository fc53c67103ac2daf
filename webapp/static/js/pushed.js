// Part of the service worker: shows what was pushed, leads to it, and keeps what is pushed coming.

addEventListener("push", (event) => {
  const { title, url, tag } = event.data.json();
  event.waitUntil(registration.showNotification(title, { tag, data: url, icon: `${ASSETS}img/icon-192.png` }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(event.notification.data));
});

// The browser has given the old subscription up: the site is told of a new one, as its page would.
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAgain()));

async function subscribeAgain() {
  const page = await (await fetch("/notifications/preferences")).text();
  const found = (name) => page.match(`${name}="([^"]+)"`)?.[1];
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: found("data-push") });
  await fetch(found("data-url"), {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": found('csrf-token" content') },
    body: JSON.stringify(subscription),
  });
}
