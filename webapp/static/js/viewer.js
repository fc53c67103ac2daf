// One photo after the other: keys, swipes and links to the neighbours on the sheet one came from. Back
// always leads to the sheet, so neighbours replace one another in the history.

import { fragment } from "./fragment.js";

const SWIPE = 60;
const pages = new Map();

function neighbour(step) {
  const { ids = [] } = JSON.parse(sessionStorage.getItem("sequence")) ?? {};
  const here = ids.indexOf(location.pathname.split("/").pop());
  return here < 0 ? undefined : ids[here + step] && `/photos/${ids[here + step]}`;
}

function load(url) {
  if (!pages.has(url)) {
    const page = fragment(url).then((content) => {
      const picture = content.querySelector("[data-viewer] .picture__image");
      Object.assign(new Image(), { sizes: picture.sizes, srcset: picture.srcset }); // into the cache
      return content;
    });
    page.catch(() => pages.delete(url));
    pages.set(url, page);
  }
  return pages.get(url);
}

async function go(url) {
  const content = await load(url).catch(() => location.replace(url));
  if (!content) return;
  pages.delete(url); // its addresses age; the picture itself is in the cache
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
  htmx.process(main);
  main.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: main } }));
}

function leave() {
  const { url = "/feed" } = JSON.parse(sessionStorage.getItem("sequence")) ?? {};
  if (document.referrer === url && history.length > 1) history.back();
  else location.assign(url);
}

export default function viewer(stage) {
  for (const [name, step] of [["newer", -1], ["older", 1]]) {
    const link = stage.querySelector(`[data-viewer-${name}]`);
    const url = neighbour(step);
    link.hidden = !url;
    if (!url) continue;
    link.href = url;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go(url);
    });
    load(url);
  }

  const image = stage.querySelector(".picture__image");
  stage.querySelector(".picture").addEventListener("click", () => {
    if (matchMedia("(pointer: fine)").matches) stage.classList.toggle("photo__stage--zoomed");
    image.sizes = "1920px";
  });
  visualViewport.addEventListener("resize", () => {
    if (visualViewport.scale > 1.1) image.sizes = "1920px"; // pinched: now the largest is worth its bytes
  });
  swipe(stage);
}

function swipe(stage) {
  let start;
  const picture = stage.querySelector(".photo__picture");
  const move = (x) => picture.style.setProperty("translate", x ? `${x}px` : "");
  stage.addEventListener("touchstart", ({ touches: [touch, second] }) => {
    start = second || visualViewport.scale > 1.01 ? null : touch;
  }, { passive: true });
  stage.addEventListener("touchmove", ({ touches: [touch] }) => {
    const across = start && touch.clientX - start.clientX;
    if (Math.abs(across) > 2 * Math.abs(touch.clientY - start?.clientY)) move(across);
  }, { passive: true });
  stage.addEventListener("touchend", ({ changedTouches: [touch] }) => {
    const across = start ? touch.clientX - start.clientX : 0;
    const straight = start && Math.abs(across) > 2 * Math.abs(touch.clientY - start.clientY);
    const url = straight && Math.abs(across) > SWIPE && neighbour(across < 0 === (document.dir !== "rtl") ? 1 : -1);
    if (url) go(url);
    else move(0);
  });
}

const KEYS = { ArrowLeft: -1, ArrowRight: 1 };

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea, [popover]") || event.altKey || event.ctrlKey || event.metaKey) return;
  if (!document.querySelector("[data-viewer]")) return;
  if (event.key === "Escape" && !document.querySelector(":popover-open")) leave();
  const step = KEYS[event.key] * (document.dir === "rtl" ? -1 : 1);
  const url = step && neighbour(step);
  if (url) go(url);
});
