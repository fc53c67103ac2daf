// Choosing several frames, to save them or hand them to the phone's share sheet.

import { fragment } from "./fragment.js";

const BATCH = 10; // as many files as share sheets take without complaint
const AT_ONCE = 4;
const LONG_PRESS_MS = 500;

export default function select(bar) {
  const sheet = document.querySelector(".sheet");
  const part = (name) => bar.querySelector(`[data-select-${name}]`);
  const chosen = () => [...sheet.querySelectorAll(".frame__check:checked")];
  let ready = []; // files that wait for the tap without which no share sheet opens
  let busy = false;

  function begin() {
    sheet.classList.add("sheet--selecting");
    bar.classList.add("select--open");
    sheet.querySelectorAll(".frame").forEach(offer);
    show();
    part("cancel").focus({ preventScroll: true }); // the button that was pressed is hidden now
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

  function say(words, count) {
    part("count").textContent = words.replace("{count}", count);
  }

  function show() {
    say(bar.dataset.count, chosen().length);
    part("save").disabled = part("zip").disabled = !chosen().length;
  }

  async function save() {
    if (busy) return;
    busy = true;
    try {
      if (!ready.length) ready = await filesOf(chosen());
      while (ready.length) {
        const batch = ready.slice(0, BATCH);
        const files = batch.map(({ file }) => file);
        if (navigator.canShare?.({ files })) await navigator.share({ files });
        else files.forEach(download);
        batch.forEach(({ check }) => check.click()); // what is left has yet to be saved
        ready = ready.slice(BATCH);
      }
      const failed = chosen().length;
      if (failed) say(bar.dataset.failed, failed);
      else end();
    } catch (error) {
      // NotAllowedError: fetching took longer than a tap counts; the next one finds the files at hand.
      // AbortError: the person has closed the share sheet.
      if (error.name === "NotAllowedError") say(bar.dataset.again);
      else if (error.name !== "AbortError") say(bar.dataset.failed, chosen().length);
    } finally {
      busy = false;
    }
  }

  part("begin").addEventListener("click", begin);
  part("cancel").addEventListener("click", end);
  part("save").addEventListener("click", save);
  sheet.addEventListener("change", () => {
    if (!busy) ready = [];
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

// A few at a time; a photo that cannot be fetched is left out.
async function filesOf(checks) {
  const [waiting, found] = [[...checks], []];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let check; (check = waiting.shift());) {
      const file = await fileOf(check).catch(() => null);
      if (file) found.push({ check, file });
    }
  }));
  return found.sort((one, other) => checks.indexOf(one.check) - checks.indexOf(other.check));
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
  let timer, held; // the frame under a finger
  let pressed = false;
  const press = () => {
    clearTimeout(timer);
    if (!held) return;
    pressed = true;
    act(held);
    held = undefined;
  };
  const stop = () => {
    clearTimeout(timer);
    held = undefined;
  };
  sheet.addEventListener("touchstart", ({ target }) => {
    held = target.closest(".frame");
    pressed = false;
    timer = setTimeout(press, LONG_PRESS_MS);
  }, { passive: true });
  for (const type of ["touchmove", "touchend", "touchcancel"]) sheet.addEventListener(type, stop, { passive: true });
  sheet.addEventListener("contextmenu", (event) => {
    press(); // the system has found the press long enough before us
    if (pressed) event.preventDefault();
  });
  sheet.addEventListener("click", (event) => {
    if (!event.isTrusted) return; // ours, of the box
    if (pressed) event.preventDefault();
    pressed = false;
  });
}
