// Fetches the full-size copies of chosen photos, which the server makes when first asked for.

import { fragment } from "./fragment.js";

const FILES = 10; // as many as share sheets take without complaint
const BYTES = 40_000_000; // and as much as a phone holds beside all else
const ASKED_AT_ONCE = 60;
const FETCHED_AT_ONCE = 4;
const PAUSE_MS = 3000;
const LOOKS = 40; // two minutes

/**
 * Yields what was fetched in batches of { check, file, small }: the photo's checkbox, and whether its file
 * is only the picture for the screen, because no copy can be made. What cannot be fetched is left out.
 * `tell` is told how many have come. Rejects if the server cannot be reached, or after the signal.
 */
export async function* batches(checks, { form, signal, tell }) {
  let come = 0;
  const ask = (some, asked) => {
    tell(come);
    return statesOf(some, asked, form, signal);
  };
  for (let start = 0; start < checks.length; start += ASKED_AT_ONCE) {
    const left = checks.slice(start, start + ASKED_AT_ONCE);
    await ask(left, false); // for all of them, long before their turn
    while (left.length) {
      const states = await settled(left.slice(0, FILES), ask);
      const batch = left.splice(0, fitting(left, states));
      const found = await filesOf(batch, states, signal, () => tell(++come));
      if (found.length) yield found;
    }
  }
}

async function settled(checks, ask) {
  for (let looks = 1; ; looks++) {
    const states = await ask(checks, true);
    if (looks === LOOKS || !Object.values(states).some(({ state }) => state === "waiting")) return states;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

// By photo id; photos that may not be taken home are not there.
async function statesOf(checks, asked, form, signal) {
  const body = new URLSearchParams(new FormData(form));
  body.delete("photo_id");
  for (const { value } of checks) body.append("photo_id", value);
  if (asked) body.append("asked", 1);
  const answer = await fetch(form.dataset.copies, { method: "POST", body, signal });
  if (!answer.ok) throw new Error(answer.status);
  return (await answer.json()).copies;
}

// How many of the first ones make a batch.
function fitting(checks, states) {
  let bytes = 0;
  const first = checks.slice(0, FILES);
  const tooMuch = first.findIndex(({ value }) => (bytes += states[value]?.size ?? 0) > BYTES);
  return tooMuch < 0 ? first.length : Math.max(1, tooMuch);
}

// A few at a time.
async function filesOf(checks, states, signal, onFile) {
  const [waiting, found] = [[...checks.entries()], []];
  await Promise.all(Array.from({ length: FETCHED_AT_ONCE }, async () => {
    for (let next; (next = waiting.shift());) {
      const [place, check] = next;
      const copy = states[check.value];
      const file = await fileOf(check, copy, signal).catch(() => null);
      if (!file) continue;
      found[place] = { check, file, small: copy.state === "none" };
      onFile();
    }
  }));
  signal.throwIfAborted();
  return found.filter(Boolean);
}

async function fileOf(check, copy, signal) {
  if (copy?.state === "ready") return download(copy.address, copy.name, signal);
  if (copy?.state !== "none") throw new Error("no copy yet");
  const frame = check.closest(".frame");
  const page = await fragment(frame.querySelector("a").href);
  const [largest] = page.querySelector(".picture__image").srcset.split(",").pop().trim().split(" ");
  return download(largest, `${frame.id}.webp`, signal);
}

async function download(address, name, signal) {
  const answer = await fetch(address, { signal, cache: "no-store" });
  if (!answer.ok) throw new Error(answer.status);
  const blob = await answer.blob();
  return new File([blob], name, { type: blob.type });
}
