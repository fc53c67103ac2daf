// Which open page works on which files: each holds a lock for as long as it lives, so that another
// page takes up what a closed or crashed one has left, and nothing else.

export const tab = `upload-${crypto.randomUUID()}`;

navigator.locks?.request(tab, () => new Promise(() => {}));

export async function isAbandoned(other) {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return !held.some(({ name }) => name === other);
}
