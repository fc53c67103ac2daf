// The sheet that one came from, remembered for as long as the tab is open: its address, its photos in their
// order and the address of its next page. The viewer goes along it.

import { fragment } from "./fragment.js";

const KEY = "sequence";
const AHEAD = 3; // photos before the end at which the next page is fetched

const photosOf = (part) => [...part.querySelectorAll(".frame__link")].map((link) => link.getAttribute("href"));
const nextOf = (part) => part.querySelector(".older")?.getAttribute("hx-get");
const write = (sequence) => sessionStorage.setItem(KEY, JSON.stringify(sequence));

// The sequence, with the place of the photo that is open; undefined if the photo is not on it.
function read() {
  const sequence = JSON.parse(sessionStorage.getItem(KEY)) ?? { photos: [] };
  const here = sequence.photos.indexOf(location.pathname);
  return here < 0 ? undefined : { ...sequence, here };
}

export function remember(sheet) {
  write({ url: location.href, photos: photosOf(sheet), next: nextOf(sheet) });
}

export const sheetUrl = () => read()?.url;

export function neighbour(step) {
  const { photos, here } = read() ?? {};
  return photos?.[here + step];
}

// Near the end of what is known, goes on to the sheet's next page.
export async function grow() {
  const { url, photos, next, here } = read() ?? {};
  if (!next || here < photos.length - AHEAD) return;
  const page = await fragment(next);
  write({ url, photos: [...new Set([...photos, ...photosOf(page)])], next: nextOf(page) });
}
