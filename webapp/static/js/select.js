// Choosing several frames, to save them or hand them to the phone's share sheet.

import { batches } from "./copies.js";

const LONG_PRESS_MS = 500;

export default function select(bar) {
  const sheet = document.querySelector(".sheet");
  const part = (name) => bar.querySelector(`[data-select-${name}]`);
  const chosen = () => [...sheet.querySelectorAll(".frame__check:checked")];
  let job; // what is being saved, kept while it waits for the tap without which no share sheet opens

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
    forget();
    part("begin").focus();
  }

  function forget() {
    job?.stop.abort();
    job = undefined;
  }

  function say(words, values) {
    part("count").textContent = words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  function show() {
    part("save").disabled = part("zip").disabled = !chosen().length;
    if (!job?.busy) say(bar.dataset.count, { count: chosen().length });
  }

  function start() {
    const [checks, stop] = [chosen(), new AbortController()];
    const form = document.getElementById("selection");
    const tell = (done) => say(bar.dataset.fetching, { done, all: checks.length });
    return { stop, source: batches(checks, { form, signal: stop.signal, tell }), small: 0 };
  }

  async function save() {
    if (job?.busy) return;
    const mine = job ??= start();
    mine.busy = true;
    try {
      while ((mine.batch ??= (await mine.source.next()).value)) {
        say(bar.dataset.saving);
        await handOver(mine.batch.map(({ file }) => file));
        for (const { check, small } of mine.batch) {
          if (check.checked) check.click(); // what is left has yet to be saved
          if (small) mine.small++;
        }
        mine.batch = undefined;
      }
      finish(mine.small);
    } catch (error) {
      if (mine === job) explain(error);
    } finally {
      mine.busy = false;
    }
  }

  function finish(small) {
    const failed = chosen().length;
    if (!failed && !small) return end();
    forget();
    const sentences = [failed && bar.dataset.failed, small && bar.dataset.small].filter(Boolean);
    say(sentences.join(" "), { count: failed, small });
    part("cancel").focus();
  }

  function explain({ name }) {
    job.busy = false;
    if (name === "NotAllowedError") say(bar.dataset.again); // fetching took longer than a tap counts
    else if (name === "AbortError") show(); // the person has closed the share sheet
    else finish(job.small);
  }

  part("begin").addEventListener("click", begin);
  part("cancel").addEventListener("click", end);
  part("save").addEventListener("click", save);
  sheet.addEventListener("change", () => {
    if (!job?.busy) forget();
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

let handed = []; // addresses of files that the browser may still be writing

async function handOver(files) {
  // A laptop's share sheet has no camera roll: there they are downloaded.
  if (matchMedia("(pointer: coarse)").matches && navigator.canShare?.({ files })) return navigator.share({ files });
  handed.forEach((url) => URL.revokeObjectURL(url));
  handed = files.map((file) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: file.name });
    link.click();
    return link.href;
  });
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
