// Saves a small form when it changes, without leaving the page. If that fails, its button comes back.

export default function autosave(form) {
  const button = form.querySelector("[data-autosave-button]");
  const status = form.querySelector("[role=status]");
  button.hidden = true;

  form.addEventListener("change", async () => {
    status.textContent = "";
    try {
      // The answer is a redirect to this page: there is no need to fetch it again.
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(answer.statusText);
      status.textContent = form.dataset.autosave;
    } catch {
      status.textContent = form.dataset.failed;
      button.hidden = false;
      button.focus();
    }
  });
}
