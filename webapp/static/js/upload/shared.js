// Photos handed over by the phone's share sheet: the service worker has put them into a cache.

const CACHE = "shared";

export async function sharedFiles() {
  if (!window.caches || !(await caches.has(CACHE))) return [];
  const cache = await caches.open(CACHE);
  return Promise.all((await cache.keys()).map(async (request) => {
    const answer = await cache.match(request);
    const name = decodeURIComponent(new URL(request.url).pathname.split("/").pop());
    return new File([await answer.blob()], name, { type: answer.headers.get("Content-Type") });
  }));
}

export const forgetShared = () => caches.delete(CACHE);
