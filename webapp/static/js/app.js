// Attaches each behaviour to the elements that ask for it by a data- attribute, and loads it only then.

const behaviours = {
  "time[data-time]": () => import("./times.js"),
  "[data-share]": () => import("./share.js"),
  "[data-push]": () => import("./push.js"),
  "[data-news]": () => import("./news.js"),
  "[data-sheet]": () => import("./sheet.js"),
  "[data-select]": () => import("./select.js"),
  "[data-viewer]": () => import("./viewer.js"),
  "[data-autosave]": () => import("./autosave.js"),
  "[data-upload]": () => import("./upload.js"),
  "[data-mentions]": () => import("./mentions.js"),
  "[data-portrait]": () => import("./portrait.js"),
  "[data-crop]": () => import("./crop.js"),
  "[data-sign-out]": () => import("./signout.js"),
};

const attached = new WeakSet();

function attach(root) {
  for (const [selector, load] of Object.entries(behaviours)) {
    const elements = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) elements.push(root);
    const fresh = elements.filter((element) => !attached.has(element));
    if (!fresh.length) continue;
    fresh.forEach((element) => attached.add(element));
    load().then((behaviour) => fresh.forEach((element) => behaviour.default(element)), sayIncomplete);
  }
}

function sayIncomplete() {
  const flash = document.getElementById("flash");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--plain", textContent: flash.dataset.reload });
  button.addEventListener("click", () => location.reload());
  flash.replaceChildren(flash.dataset.incomplete, " ", button);
}

if (!HTMLElement.prototype.showPopover) import("./popover.js").catch(sayIncomplete);
if (document.querySelector("[data-signed-out]")) sessionStorage.clear(); // nobody's place is kept
attach(document.body);
document.addEventListener("htmx:load", (event) => attach(event.detail.elt));
setTimeout(introduce); // a cookie is written by another process, for which the page would have to wait

function introduce() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `tz=${timeZone}; path=/; max-age=31536000; samesite=lax${secure}`;
  navigator.serviceWorker?.register(`/service-worker.js?assets=${new URL("..", import.meta.url).pathname}`)
    .catch(() => {}); // a private window may have none
}
