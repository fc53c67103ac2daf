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

importScripts(`${ASSETS}js/pushed.js`);

addEventListener("install", (event) => {
  // With what an upload needs: nobody should choose fifty photos on a page whose script cannot be had.
  const upload = ["", ...["files", "queue", "row", "send", "server", "shared", "store", "tabs", "watch"].map((part) => `/${part}`)];
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
    else if (/^\/friends\/[^/]+\/(removal|block)$/.test(url.pathname)) caches.delete(PICTURES);
  } else if (request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith(ASSETS)) event.respondWith(fromCache(SHELL, request, url));
  else if (PICTURE.test(url.pathname)) event.respondWith(fromCache(PICTURES, request, url));
});

// A picture's address is signed anew every few minutes; the picture under its path never changes. It
// is only ever asked for by a page that the server has just shown, and signing out clears the cache.
async function fromCache(name, request, { pathname }) {
  const cache = await caches.open(name);
  const kept = await cache.match(pathname);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) {
    await cache.put(pathname, answer.clone());
    if (name === PICTURES && Math.random() < 0.02) forgetOldest(cache);
  }
  return answer;
}

async function forgetOldest(cache) {
  const kept = await cache.keys();
  for (const request of kept.slice(0, Math.max(0, kept.length - MOST_PICTURES))) cache.delete(request);
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
