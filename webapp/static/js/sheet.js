// A long sheet of frames: the way back to where the reader was, and new addresses for pictures whose old
// ones have run out.

import { enliven, fragment } from "./fragment.js";
import { remember } from "./sequence.js";
import localTime from "./times.js";

const PAGE = 24;

const idOf = (frame) => frame.id.replace("photo-", "");
const addressOf = (older) => older.getAttribute("hx-get");

export default function sheet(element) {
  const frames = () => [...element.querySelectorAll(".frame")];
  const key = `place ${location.pathname}${location.search}`;
  const pages = {}; // how many frames came before each further page, by its address
  const begin = (address) => { pages[address] = frames().length; };
  element.addEventListener("htmx:beforeRequest", ({ target }) => target.matches(".older") && begin(addressOf(target)));

  function save() {
    const all = frames();
    const first = all.find((frame) => frame.getBoundingClientRect().bottom > 0) ?? all[0];
    const place = { pages, ids: all.map(idOf), id: first && idOf(first), top: first?.getBoundingClientRect().top };
    sessionStorage.setItem(key, JSON.stringify(place));
    remember(element);
  }
  addEventListener("pagehide", save);
  // A phone may end a page that is out of sight without another word.
  document.addEventListener("visibilitychange", () => document.hidden && save());

  const [{ type }] = performance.getEntriesByType("navigation");
  const returning = sessionStorage.getItem("returning") === location.href; // from the viewer, by a link
  sessionStorage.removeItem("returning");
  const place = (returning || type !== "navigate") && JSON.parse(sessionStorage.getItem(key));
  if (place?.ids?.length > frames().length && element.querySelector(".older")) restore(element, place, begin);
  else if (place && returning) scrollBack(place);

  join(element);
  element.addEventListener("htmx:load", ({ target }) => target.matches(".day, .batch") && join(element));
  element.addEventListener("error", ({ target }) => renew(target.closest(".frame"), frames(), pages), true);
}

// Not the page as it was, but as it would be now, down to where the reader was: what is no longer
// theirs to see must not come back from a store on the device.
async function restore(element, place, begin) {
  const { pages, ids, id } = place;
  history.scrollRestoration = "manual";
  element.classList.add("sheet--returning");
  const end = ids.indexOf(id) + PAGE;
  const seen = Object.keys(pages).filter((address) => pages[address] < end);
  const older = element.querySelector(".older");
  const addresses = [...new Set([addressOf(older), ...seen])];
  older.remove(); // and with it what htmx may be fetching for it
  try {
    for (const [index, part] of (await Promise.all(addresses.map(fragment))).entries()) {
      begin(addresses[index]);
      const fresh = [...part.children].filter(isNew);
      if (part.querySelector(".frame") && !fresh.some((it) => it.matches(".frame"))) continue; // htmx was faster
      element.querySelector(".older")?.remove();
      element.append(...fresh);
    }
    join(element);
    enliven(element);
  } catch {
    element.append(older); // without a connection there is only what has come with the page
  }
  element.classList.remove("sheet--returning");
  scrollBack(place);
}

const isNew = ({ id }) => !document.getElementById(id); // headings have no id, and are joined later

function scrollBack({ id, top }) {
  const frame = document.getElementById(`photo-${id}`);
  if (frame) scrollBy(0, frame.getBoundingClientRect().top - top);
}

// A page begins with its day and its batch's name, even when the page before ended within them; and what
// is one day on the server may be two days here. Headings that repeat are in the way of the rows.
function join(element) {
  let day, batch;
  for (const heading of element.querySelectorAll(":scope > .day, :scope > .batch")) {
    if (heading.matches(".batch")) {
      const end = heading.previousElementSibling;
      if (end?.matches(".batch-end") && heading.dataset.batch === batch) end.remove(), heading.remove();
      batch = heading.dataset.batch;
    } else {
      localTime(heading.querySelector("time"));
      if (heading.textContent === day) heading.remove();
      day = heading.textContent;
    }
  }
}

const renewing = new Set(); // pages, each asked for once a second at most

async function renew(frame, frames, pages) {
  if (!frame) return;
  const page = Object.keys(pages).findLast((address) => pages[address] <= frames.indexOf(frame)) ?? location.href;
  if (renewing.has(page)) return;
  renewing.add(page);
  const part = await fragment(page).catch(() => null);
  for (const fresh of part?.querySelectorAll(".frame") ?? []) {
    const image = document.getElementById(fresh.id)?.querySelector(".picture__image");
    if (image && !image.naturalWidth) image.srcset = fresh.querySelector(".picture__image").srcset;
  }
  setTimeout(() => renewing.delete(page), 1000);
}
