// Photos handed over by the phone's share sheet: the service worker has put them into a cache.

const CACHE = "shared";
const requests = new WeakMap(); // by which the cache knows the files

export async function sharedFiles() {
  if (!window.caches || !(await caches.has(CACHE))) return [];
  const cache = await caches.open(CACHE);
  return Promise.all((await cache.keys()).map(async (request) => {
    const answer = await cache.match(request);
    const name = decodeURIComponent(new URL(request.url).pathname.split("/").pop());
    const file = new File([await answer.blob()], name, { type: answer.headers.get("Content-Type") });
    requests.set(file, request);
    return file;
  }));
}

/** Take a file out of the cache, if it came from there. */
export async function forgetShared(file) {
  if (requests.has(file)) (await caches.open(CACHE)).delete(requests.get(file));
}
