// Asks how photos are doing until each is ready or failed: soon at first, then ever more patiently.

import { askJson } from "./server.js";

const FIRST_MS = 400;
const LONGEST_MS = 8000;
const AT_ONCE = 50;

export function watch(url, onSettled) {
  const watched = new Set();
  let pause = FIRST_MS;
  let timer;

  function schedule() {
    clearTimeout(timer);
    if (watched.size) timer = setTimeout(look, pause);
  }

  async function look() {
    const items = [...watched].slice(0, AT_ONCE);
    pause = Math.min(pause * 1.5, LONGEST_MS);
    try {
      const { photos } = await askJson(`${url}?ids=${items.map((item) => item.photoId).join(",")}`);
      for (const photo of photos) {
        if (photo.status === "pending") continue;
        const item = items.find((one) => one.photoId === photo.photo_id);
        watched.delete(item);
        onSettled(item, photo);
        pause = FIRST_MS;
      }
      // What is still pending goes to the end of the line, so that more than one batch gets its turn.
      for (const item of items) if (watched.delete(item)) watched.add(item);
    } catch {
      // No connection, or a hiccup of the server: the next look will tell.
    }
    schedule();
  }

  return {
    add(item) {
      watched.add(item);
      pause = FIRST_MS;
      schedule();
    },
  };
}
