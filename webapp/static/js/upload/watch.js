// Asks how photos are doing until each is ready or failed: soon at first, then ever more patiently.

import { askJson } from "./server.js";

const FIRST_MS = 400;
const LONGEST_MS = 8000;
const AT_ONCE = 50;

export function watch(url, onSettled) {
  const watched = new Set();
  let pause;
  let timer;

  function look(soon) {
    if (soon) pause = FIRST_MS;
    clearTimeout(timer);
    if (watched.size) timer = setTimeout(ask, pause);
    pause = Math.min(pause * 1.5, LONGEST_MS);
  }

  async function ask() {
    const items = [...watched].slice(0, AT_ONCE);
    try {
      const { photos } = await askJson(`${url}?ids=${items.map((item) => item.photoId).join(",")}`);
      for (const item of items) {
        watched.delete(item);
        const photo = photos.find((one) => one.photo_id === item.photoId);
        if (photo && photo.status !== "pending") {
          onSettled(item, photo);
          pause = FIRST_MS;
        } else watched.add(item); // at the end of the line: another batch may be waiting behind it
      }
    } catch {
      // No connection, or a hiccup of the server: the next look will tell.
    }
    look();
  }

  return {
    add(item) {
      watched.add(item);
      look(true);
    },
  };
}
