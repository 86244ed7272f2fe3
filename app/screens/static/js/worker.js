// Lets a screen start without a network: keeps the page and its files, version PLAYER_VERSION.
// The data is kept by the player itself.

const CACHE = "screen-PLAYER_VERSION";
const FILES = [
  "/static/screens/css/screen.css",
  "/static/screens/js/player.js",
  "/static/screens/js/draw.js",
  "/static/screens/js/moment.js",
  "/static/screens/js/words.js",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const stale = (name) => name.startsWith("screen-") && name !== CACHE;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(stale).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const page = request.mode === "navigate" && !url.search; // a preview is never kept
  if (page || FILES.includes(url.pathname)) event.respondWith(networkFirst(request, url.pathname));
});

/** The network's answer when it is good, kept for later under its path; else the kept one. */
async function networkFirst(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      await cache.put(path, answer.clone());
      return answer;
    }
    return (await cache.match(path)) ?? answer;
  } catch (error) {
    const known = await cache.match(path);
    if (known) return known;
    throw error;
  }
}
