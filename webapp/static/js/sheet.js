// A long sheet of frames: the way back to where the reader was, and new addresses for pictures whose old
// ones have run out.

import { fragment } from "./fragment.js";

const PAGE = 24;

const idOf = (frame) => frame.id.replace("photo-", "");
const olderThan = (id) => `${location.pathname}?before=${id}`;

export default function sheet(element) {
  const frames = () => [...element.querySelectorAll(".frame")];
  const key = `place ${location.pathname}${location.search}`;

  addEventListener("pagehide", () => {
    const all = frames();
    const first = all.find((frame) => frame.getBoundingClientRect().bottom > 0) ?? all[0];
    const place = { ids: all.map(idOf), id: first && idOf(first), top: first?.getBoundingClientRect().top };
    sessionStorage.setItem(key, JSON.stringify(place));
    sessionStorage.setItem("sequence", JSON.stringify({ url: location.href, ids: place.ids }));
  });

  const [{ type }] = performance.getEntriesByType("navigation");
  const place = type !== "navigate" && JSON.parse(sessionStorage.getItem(key));
  if (place?.ids?.length > frames().length) restore(element, place);

  element.addEventListener("htmx:load", ({ detail }) => joinBatch(detail.elt));
  element.addEventListener("error", ({ target }) => renew(target.closest(".frame"), frames()), true);
}

// Not the page as it was, but as it would be now, down to where the reader was: what is no longer
// theirs to see must not come back from a store on the device.
async function restore(element, { ids, id, top }) {
  history.scrollRestoration = "manual";
  element.classList.add("sheet--returning");
  const last = [...element.querySelectorAll(".frame")].map(idOf).pop();
  const end = ids.indexOf(id) + PAGE;
  const cursors = [last, ...ids.filter((one, index) => index % PAGE === PAGE - 1 && index < end && one < last)];
  try {
    for (const part of await Promise.all(cursors.map((cursor) => fragment(olderThan(cursor))))) {
      element.querySelector(".older")?.remove();
      for (const child of [...part.children]) {
        const twin = child.id && document.getElementById(child.id);
        if (!twin) element.append(child);
        if (child.matches(".batch, .day")) joinBatch(child);
      }
    }
    htmx.process(element);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: element } }));
  } catch {
    // Without a connection there is only what has come with the page.
  }
  element.classList.remove("sheet--returning");
  const frame = document.getElementById(`photo-${id}`);
  if (frame) scrollBy(0, frame.getBoundingClientRect().top - top);
}

// A page may end within a batch: the next one then begins with the batch's name again.
function joinBatch(heading) {
  if (!heading.matches?.(".batch")) return;
  const before = [...heading.parentElement.querySelectorAll(".batch")];
  const twin = before[before.indexOf(heading) - 1];
  if (twin?.dataset.batch === heading.dataset.batch && heading.previousElementSibling?.matches(".batch-end")) {
    heading.previousElementSibling.remove();
    heading.remove();
  }
}

let renewing = false;
async function renew(frame, frames) {
  if (!frame || renewing) return;
  renewing = true;
  const before = frames[frames.indexOf(frame) - 1];
  const part = await fragment(before ? olderThan(idOf(before)) : location.href).catch(() => null);
  for (const fresh of part?.querySelectorAll(".frame") ?? []) {
    const image = document.getElementById(fresh.id)?.querySelector(".picture__image");
    if (image && !image.naturalWidth) image.srcset = fresh.querySelector(".picture__image").srcset;
  }
  setTimeout(() => { renewing = false; }, 1000);
}
