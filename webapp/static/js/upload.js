// The Upload page: takes files from the input, a drop or a paste, and shows how each of them is doing.

import { Queue } from "./upload/queue.js";
import { Row } from "./upload/row.js";

export default function upload(form) {
  const strings = JSON.parse(document.getElementById("upload-strings").textContent);
  const section = document.querySelector("[data-upload-progress]");
  const rows = new Map();

  const queue = new Queue({
    grantUrl: form.dataset.grantUrl,
    statusUrl: form.dataset.statusUrl,
    maxBytes: Number(form.dataset.maxBytes),
    strings,
    onChange(item) {
      rows.get(item).show(item);
      summarise();
    },
  });

  function add(files) {
    if (!files.length) return;
    const first = section.hidden;
    section.hidden = false;
    const details = {
      visibility: form.elements["x-amz-meta-visibility"].value,
      caption: form.elements["x-amz-meta-caption"].value.trim(),
      tags: form.elements["x-amz-meta-tags"].value.split(",").map((tag) => tag.trim()).filter(Boolean),
    };
    for (const item of queue.add(files, details)) {
      const row = new Row(strings, () => queue.retry(item));
      rows.set(item, row);
      section.querySelector("[data-upload-list]").append(row.element);
      row.show(item);
    }
    summarise();
    if (first) section.scrollIntoView({ block: "start" });
  }

  let announced = 0;
  function summarise() {
    const { all, done, failed, sent } = queue.summary();
    section.dataset.finished = done + failed === all;
    const text = strings.total.replace("{done}", done).replace("{all}", all)
      + (failed ? `, ${strings.totalFailed.replace("{failed}", failed)}` : "");
    section.querySelector("[data-upload-total]").textContent = text;
    section.querySelector("[data-upload-bar]").value = sent;
    // Announced now and then, and at the end: a screen reader should not read out sixty changes.
    if (Date.now() - announced > 5000 || done + failed === all) {
      section.querySelector("[data-upload-live]").textContent = text;
      announced = Date.now();
    }
  }

  const input = form.elements.file;
  input.multiple = true;
  input.required = false;
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = ""; // so that the same file can be chosen again
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  acceptDrops(form.querySelector("[data-upload-drop]"), add);
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) {
      event.preventDefault();
      add(files);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (queue.sending) event.preventDefault();
  });
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
