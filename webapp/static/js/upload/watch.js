// Asks how photos are doing until each is ready or failed: soon at first, then ever more patiently.

import { askJson } from "./server.js";

const FIRST_MS = 400;
const LONGEST_MS = 8000;
const AT_ONCE = 50;

/** `onRefused` is told of a photo and a Failure when asking again would not help: signed out, say. */
export function watch(url, onSettled, onRefused) {
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
    } catch (failure) {
      // No connection, or a hiccup of the server: the next look will tell.
      if (failure.status >= 400 && failure.status < 500 && failure.status !== 429) {
        for (const item of items) {
          watched.delete(item);
          onRefused(item, failure);
        }
      }
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
