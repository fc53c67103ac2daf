// Choosing several frames, to save them or hand them to the phone's share sheet.

import { fragment } from "./fragment.js";

const BATCH = 10; // as many files as share sheets take without complaint
const LONG_PRESS_MS = 500;

export default function select(bar) {
  const sheet = document.querySelector(".sheet");
  const part = (name) => bar.querySelector(`[data-select-${name}]`);
  const chosen = () => [...sheet.querySelectorAll(".frame__check:checked")];
  let ready = []; // files that wait for the tap without which no share sheet opens

  function begin() {
    sheet.classList.add("sheet--selecting");
    bar.classList.add("select--open");
    sheet.querySelectorAll(".frame").forEach(offer);
    show();
  }

  function offer(frame) {
    if (frame.querySelector(".frame__check")) return;
    const check = document.createElement("input");
    const value = frame.id.replace("photo-", "");
    Object.assign(check, { type: "checkbox", className: "frame__check", name: "photo_id", value });
    check.setAttribute("form", "selection");
    check.setAttribute("aria-label", frame.querySelector(".picture__image").alt);
    frame.prepend(check);
  }

  function end() {
    sheet.classList.remove("sheet--selecting");
    bar.classList.remove("select--open");
    sheet.querySelectorAll(".frame__check").forEach((check) => check.remove());
    ready = [];
    part("begin").focus();
  }

  function show() {
    part("count").textContent = bar.dataset.count.replace("{count}", chosen().length);
    part("save").disabled = part("zip").disabled = !chosen().length;
  }

  async function save() {
    part("save").disabled = true;
    try {
      if (!ready.length) ready = await Promise.all(chosen().map(fileOf));
      while (ready.length) {
        const files = ready.slice(0, BATCH);
        if (navigator.canShare?.({ files })) await navigator.share({ files });
        else files.forEach(download);
        ready = ready.slice(BATCH);
      }
      end();
    } catch (error) {
      // NotAllowedError: fetching took longer than a tap counts; the next one finds the files at hand.
      if (error.name !== "NotAllowedError") ready = [];
      part("save").disabled = false;
      part("count").textContent = error.name === "NotAllowedError" ? bar.dataset.again : bar.dataset.failed;
    }
  }

  part("begin").addEventListener("click", begin);
  part("cancel").addEventListener("click", end);
  part("save").addEventListener("click", save);
  sheet.addEventListener("change", () => {
    ready = [];
    show();
  });
  sheet.addEventListener("htmx:load", ({ target }) => {
    if (bar.classList.contains("select--open") && target.matches(".frame")) offer(target);
  });
  onLongPress(sheet, (frame) => {
    if (!bar.classList.contains("select--open")) begin();
    frame.querySelector(".frame__check").click();
  });
}

async function fileOf(check) {
  const frame = check.closest(".frame");
  const page = await fragment(frame.querySelector("a").href);
  const [largest] = page.querySelector(".picture__image").srcset.split(",").pop().trim().split(" ");
  const answer = await fetch(largest);
  if (!answer.ok) throw new Error(answer.status);
  const blob = await answer.blob();
  return new File([blob], `${frame.id}.webp`, { type: blob.type });
}

function download(file) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: file.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function onLongPress(sheet, act) {
  let timer;
  let pressed = false;
  const stop = () => clearTimeout(timer);
  sheet.addEventListener("touchstart", ({ target }) => {
    const frame = target.closest(".frame");
    pressed = false;
    if (frame) timer = setTimeout(() => { pressed = true; act(frame); }, LONG_PRESS_MS);
  }, { passive: true });
  for (const type of ["touchmove", "touchend", "touchcancel"]) sheet.addEventListener(type, stop, { passive: true });
  for (const type of ["contextmenu", "click"]) {
    sheet.addEventListener(type, (event) => {
      if (pressed && event.isTrusted) event.preventDefault();
      if (type === "click") pressed = false;
    });
  }
}
