// What the device keeps: the site's own files and pictures already seen, so that a second look costs
// nothing; a page for when there is no connection; and photos that the share sheet hands over.
// Registered as /service-worker.js?assets=/static/<fingerprint>/, so new files mean a new worker.

const ASSETS = new URL(location).searchParams.get("assets");
const SHELL = `shell ${ASSETS}`;
const PICTURES = "pictures";
const SHARED = "shared";
const OFFLINE = "/offline";
const MOST_PICTURES = 1500;
const PICTURE = /^\/media\/[^/]+\/\w+\.webp$/;
// Forms after which there is less to see: of whom nobody knows here, and of one photo.
const FEWER = /^\/friends\/[^/]+\/(removal|block)$|^\/albums\/[^/]+\/departure$|^\/selection\/result$/;
const GONE = /\/photos\/([^/]+)\/(?:deletion|removal)$/;

importScripts(`${ASSETS}js/pushed.js`);

addEventListener("install", (event) => {
  // With what an upload needs: nobody should choose fifty photos on a page whose script cannot be had.
  const upload = ["", ...["awake", "files", "items", "queue", "row", "send", "server", "shared", "store", "tabs", "watch"].map((part) => `/${part}`)];
  const files = ["css/app.css", "js/app.js", "js/times.js", "vendor/htmx.min.js", "img/icon.svg",
    ...upload.map((part) => `js/upload${part}.js`)];
  event.waitUntil(caches.open(SHELL)
    .then((shell) => shell.addAll([OFFLINE, ...files.map((file) => ASSETS + file)]))
    .then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const outdated = (names) => names.filter((name) => name.startsWith("shell") && name !== SHELL);
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(outdated(names).map((name) => caches.delete(name))))
    .then(() => registration.navigationPreload?.enable())
    .then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST") {
    if (url.pathname === "/upload") event.respondWith(share(request));
    else if (FEWER.test(url.pathname)) event.waitUntil(caches.delete(PICTURES));
    else event.waitUntil(forgetPhoto(url.pathname.match(GONE)?.[1]));
  } else if (request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith(ASSETS)) event.respondWith(fromCache(SHELL, event, url));
  else if (PICTURE.test(url.pathname)) event.respondWith(fromCache(PICTURES, event, url));
});

// A picture's address is signed anew every few minutes; the picture under its path never changes. It
// is only ever asked for by a page that the server has just shown, and signing out clears the cache.
async function fromCache(name, event, { pathname }) {
  const cache = await caches.open(name);
  const kept = await cache.match(pathname);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.status === 200) event.waitUntil(keep(cache, pathname, answer.clone()));
  if (name === PICTURES && Math.random() < 0.02) event.waitUntil(forgetOldest(cache));
  return answer;
}

async function keep(cache, pathname, answer) {
  await cache.put(pathname, answer).catch(() => {}); // a full disk keeps nothing; the page has its answer
}

async function forgetOldest(cache) {
  const kept = await cache.keys();
  for (const request of kept.slice(0, Math.max(0, kept.length - MOST_PICTURES))) await cache.delete(request);
}

async function forgetPhoto(photoId) {
  const cache = photoId && await caches.open(PICTURES);
  for (const request of photoId ? await cache.keys() : []) {
    if (request.url.includes(`/media/${photoId}/`)) await cache.delete(request);
  }
}

async function page({ request, preloadResponse }) {
  try {
    return (await preloadResponse) ?? (await fetch(request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

async function share(request) {
  try {
    const form = await request.formData();
    const shared = await caches.open(SHARED);
    for (const [index, file] of form.getAll("photos").entries()) {
      const headers = { "Content-Type": file.type };
      await shared.put(`/shared/${Date.now()}-${index}/${encodeURIComponent(file.name)}`, new Response(file, { headers }));
    }
    return Response.redirect("/upload", 303);
  } catch {
    return Response.redirect("/upload?share=full", 303); // what had fitted is offered there
  }
}
