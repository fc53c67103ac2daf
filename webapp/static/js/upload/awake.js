// Keeps the screen on while photos are on their way: a phone that falls asleep stops sending.

let held; // a promise of the lock, which ends by itself when the page is out of sight

export function keepAwake(wanted) {
  if (wanted && !held) held = navigator.wakeLock?.request("screen").then(watched, letGo);
  else if (!wanted) held?.then((lock) => lock?.release());
}

function watched(lock) {
  lock.addEventListener("release", letGo);
  return lock;
}

function letGo() {
  held = undefined;
}
