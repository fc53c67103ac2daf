// One photo after the other: keys, swipes and links to the neighbours on the sheet one came from. Back
// always leads to the sheet, so neighbours replace one another in the history.

import { enliven, fragment } from "./fragment.js";
import { grow, neighbour, sheetUrl } from "./sequence.js";

const SWIPE = 60;
const IMAGE = "[data-viewer] .picture__image";
const ZOOMED = "photo__stage--zoomed";
const pages = new Map();

function load(url) {
  if (!pages.has(url)) {
    const page = fragment(url).then((content) => {
      const { sizes, srcset } = content.querySelector(IMAGE);
      Object.assign(new Image(), { sizes, srcset }); // into the cache
      return content;
    });
    page.catch(() => pages.delete(url));
    pages.set(url, page);
  }
  return pages.get(url);
}

async function go(url) {
  const content = await load(url).catch(() => location.replace(url));
  // Once only: its addresses age, and a second tap out of impatience has waited for the same page.
  if (!content || !pages.delete(url)) return;
  const main = content.querySelector("main");
  const show = () => {
    document.title = content.querySelector("title").textContent;
    history.replaceState(null, "", url);
    document.querySelector("main").replaceWith(main);
    scrollTo(0, 0);
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still || !document.startViewTransition) show();
  else {
    const transition = document.startViewTransition(show);
    transition.ready.catch(() => {}); // skipped, in a hidden tab for one
    await transition.updateCallbackDone;
  }
  enliven(main);
  main.focus({ preventScroll: true });
}

function leave({ href }) {
  if (document.referrer === href && history.length > 1) return history.back();
  sessionStorage.setItem("returning", href);
  location.assign(href);
}

export default function viewer(stage) {
  lead(stage);
  grow().then(() => lead(stage)).catch(() => {}); // without a connection it ends with what is known
  stage.addEventListener("click", (event) => {
    const link = event.target.closest("[data-viewer-newer], [data-viewer-older], [data-viewer-back]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (link.matches("[data-viewer-back]")) leave(link);
    else go(link.pathname);
  });
  stage.querySelector("[data-viewer-zoom]").addEventListener("click", () => zoom(stage));
  stage.querySelector(".picture").addEventListener("click", () => {
    if (matchMedia("(pointer: fine)").matches) zoom(stage);
  });
  keepFresh(stage.querySelector(".picture__image"), location.href);
  swipe(stage);
}

function lead(stage) {
  for (const [name, step] of [["newer", -1], ["older", 1]]) {
    const link = stage.querySelector(`[data-viewer-${name}]`);
    const url = neighbour(step);
    link.hidden = !url;
    if (!url) continue;
    link.href = url;
    load(url).catch(() => {});
  }
  const back = stage.querySelector("[data-viewer-back]");
  if (back) back.href = sheetUrl() ?? back.href;
}

function zoom(stage) {
  const zoomed = stage.classList.toggle(ZOOMED);
  const button = stage.querySelector("[data-viewer-zoom]");
  const picture = stage.querySelector(".photo__picture");
  button.setAttribute("aria-pressed", zoomed);
  picture.tabIndex = zoomed ? 0 : -1;
  (zoomed ? picture : button).focus(); // the keys that scroll need something focused
  if (!zoomed) return;
  picture.scrollTo((picture.scrollWidth - picture.clientWidth) / 2, (picture.scrollHeight - picture.clientHeight) / 2);
  sharpen(stage);
}

const sharpen = (stage) => { stage.querySelector(".picture__image").sizes = "1920px"; };

visualViewport.addEventListener("resize", () => {
  const stage = document.querySelector("[data-viewer]");
  const pinched = visualViewport.scale > 1.1;
  stage?.classList.toggle("photo__stage--pinched", pinched);
  if (stage && pinched) sharpen(stage); // now the largest is worth its bytes
});

// Addresses run out after some minutes, and the largest may be asked for only then.
function keepFresh(image, url) {
  let tried = false;
  image.addEventListener("load", () => { tried = false; });
  image.addEventListener("error", async () => {
    if (tried) return;
    tried = true;
    const fresh = (await fragment(url).catch(() => null))?.querySelector(IMAGE);
    if (fresh) image.srcset = fresh.srcset;
  });
}

function swipe(stage) {
  let start;
  const picture = stage.querySelector(".photo__picture");
  const move = (x) => picture.style.setProperty("translate", x ? `${x}px` : "");
  // How far the finger has gone to the right, in px; 0 while it rather goes up or down.
  const across = ({ clientX, clientY }) => {
    const [x, y] = start ? [clientX - start.clientX, clientY - start.clientY] : [0, 0];
    return Math.abs(x) > 2 * Math.abs(y) ? x : 0;
  };
  stage.addEventListener("touchstart", ({ touches: [touch, second] }) => {
    start = second || visualViewport.scale > 1.01 || stage.matches(`.${ZOOMED}`) ? null : touch;
  }, { passive: true });
  stage.addEventListener("touchmove", ({ touches: [touch] }) => move(across(touch)), { passive: true });
  stage.addEventListener("touchend", ({ changedTouches: [touch] }) => {
    const x = across(touch);
    const url = Math.abs(x) > SWIPE && neighbour(x < 0 === (document.dir !== "rtl") ? 1 : -1);
    if (url) go(url);
    else move(0);
  });
  stage.addEventListener("touchcancel", () => move(0));
}

const KEYS = { ArrowLeft: -1, ArrowRight: 1 };
const OPEN = HTMLElement.prototype.hidePopover ? ":popover-open" : ".confirm--open"; // see popover.js

document.addEventListener("keydown", (event) => {
  if (event.target.closest(`input, select, textarea, ${OPEN}`) || event.altKey || event.ctrlKey || event.metaKey) return;
  const stage = document.querySelector("[data-viewer]");
  if (!stage) return;
  const zoomed = stage.matches(`.${ZOOMED}`);
  const back = stage.querySelector("[data-viewer-back]");
  if (event.key === "Escape" && !document.querySelector(OPEN)) {
    if (zoomed) zoom(stage);
    else if (back) leave(back);
  }
  const step = KEYS[event.key] * (document.dir === "rtl" ? -1 : 1);
  const url = step && !zoomed && neighbour(step); // else the keys move the picture
  if (url) go(url);
});
