// The Upload page: takes files from the input, the camera, a drop, a paste or the phone's share sheet,
// and shows how each of them is doing.

import { keepAwake } from "./upload/awake.js";
import { Items } from "./upload/items.js";
import { Queue } from "./upload/queue.js";
import { Row } from "./upload/row.js";
import { forgetShared, sharedFiles } from "./upload/shared.js";
import { Store } from "./upload/store.js";

export default function upload(form) {
  const strings = JSON.parse(document.getElementById("upload-strings").textContent);
  const section = document.querySelector("[data-upload-progress]");
  const part = (name) => section.querySelector(`[data-upload-${name}]`);
  const rows = new Map();
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const { grantUrl, statusUrl, maxBytes, owner } = form.dataset;
  const items = new Items({ owner, store: new Store("uploads"), strings,
    onChange, onGone: (item) => rows.get(item).element.remove(), onSafe: forgetShared });
  const queue = new Queue({ items, to: { grantUrl, statusUrl }, maxBytes: Number(maxBytes), strings });

  function onChange(item) {
    rows.get(item)?.show(item);
    summarise();
  }

  function list(added) {
    for (const item of added) {
      const row = new Row(strings, () => (item.file ? queue.retry(item) : form.elements.file.click()));
      rows.set(item, row);
      part("list").append(row.element);
      row.show(item);
    }
    summarise();
  }

  function add(files) {
    if (!files.length) return;
    navigator.storage?.persist?.().catch(() => {}); // so that a full disk does not cost the queue
    const first = section.hidden;
    const value = (name) => form.elements[`x-amz-meta-${name}`].value.trim();
    list(queue.add(files, {
      visibility: value("visibility"),
      caption: value("caption"),
      tags: value("tags").split(",").map((tag) => tag.trim()).filter(Boolean),
    }));
    if (first) section.scrollIntoView({ block: "start" });
  }

  let announced = 0;
  function summarise() {
    const all = items.all.length;
    const failed = items.count("failed");
    const done = items.count("ready", "already");
    const finished = done + failed === all;
    const text = [fill(strings.total, { done, all })]
      .concat(failed ? fill(strings.totalFailed, { failed }) : [], queue.isCut && !finished ? strings.offline : [])
      .join(", ");
    section.hidden = !all;
    section.dataset.finished = finished;
    part("total").textContent = text;
    part("bar").value = items.progress;
    part("retry-all").hidden = items.retryable.length < 2;
    keepAwake(items.count("waiting", "uploading") && !queue.isCut);
    // Announced now and then, and at the end: a screen reader should not read out sixty changes.
    if (finished || Date.now() - announced > 5000) {
      part("live").textContent = text;
      announced = Date.now();
    }
  }

  const { file: input } = form.elements;
  input.multiple = true;
  input.required = false; // an emptied input is not a mistake here
  for (const chooser of [input, ...form.querySelectorAll("[data-upload-camera]")]) {
    const take = () => {
      add([...chooser.files]);
      chooser.value = ""; // so that the same file can be chosen again
    };
    chooser.addEventListener("change", take);
    take(); // what was chosen before this script had come
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  acceptDrops(form.querySelector("[data-upload-drop]"), add);
  document.addEventListener("paste", ({ clipboardData }) => add([...clipboardData.files]));
  part("clear").addEventListener("click", () => {
    items.clear();
    summarise();
    input.focus(); // with the button the focus would go
  });
  part("retry-all").addEventListener("click", () => {
    const [first, ...more] = items.retryable;
    queue.retry(first, ...more);
    rows.get(first).element.focus();
  });
  for (const name of ["online", "offline"]) addEventListener(name, summarise);
  addEventListener("beforeunload", (event) => {
    if (items.count("uploading")) event.preventDefault();
  });

  offerShared(form.querySelector("[data-upload-shared]"), strings.addShared, add);
  queue.restored.then((found) => {
    list(found);
    if (items.expired) document.querySelector("[data-upload-expired]").textContent = fill(strings.expired, { count: items.expired });
  });
}

// What came from the share sheet waits for a tap: who can see it has to be said first.
async function offerShared(panel, label, add) {
  const files = await sharedFiles();
  if (!files.length) return;
  const [take, leave] = panel.querySelectorAll("button");
  take.textContent = label.replace("{count}", files.length);
  take.addEventListener("click", () => add(files));
  leave.addEventListener("click", () => files.forEach(forgetShared));
  for (const button of [take, leave]) button.addEventListener("click", () => { panel.hidden = true; });
  panel.hidden = false;
}

// The whole page takes a drop: a photo let go beside the box would otherwise replace the page.
function acceptDrops(box, add) {
  let depth = 0;
  const over = (change) => {
    depth = Math.max(0, depth + change);
    box.classList.toggle("drop--over", depth > 0);
  };
  document.addEventListener("dragenter", () => over(1));
  document.addEventListener("dragleave", () => over(-1));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    add([...event.dataTransfer.files]);
  });
}
