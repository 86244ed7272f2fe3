// Lets a screen start without a network. Version PLAYER_VERSION: its cache holds the files of the player and the pages
// that use them, put in together, so a page never meets files of another version.

const VERSION = "PLAYER_VERSION";
const CACHE = `screen-${VERSION}`;
const FILES = [/* FILES */];
const PATIENCE = 5_000; // a page the network does not bring by then comes from the cache

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  for (const path of await knownPages()) await keepPage(cache, path);
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("screen-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Pages that are open or were kept by the version before. */
async function knownPages() {
  const open = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const paths = new Set(open.map((client) => new URL(client.url)).filter((url) => !url.search).map((url) => url.pathname));
  for (const name of await caches.keys()) {
    if (!name.startsWith("screen-")) continue;
    for (const request of await (await caches.open(name)).keys()) paths.add(new URL(request.url).pathname);
  }
  return [...paths].filter(isPage);
}

const isPage = (path) => /^\/screen(\/[^/]+)?$/.test(path) && path !== "/screen/worker.js";

async function keepPage(cache, path) {
  try {
    await keepIfOurs(cache, path, await fetch(path, { cache: "no-store" }));
  } catch {
    return; // the page comes again with the next start
  }
}

/** A page that uses the files of this version is kept; its body is read to the end first. */
async function keepIfOurs(cache, path, answer) {
  if (!answer.ok || answer.redirected) return false;
  const text = await answer.clone().text();
  if (!text.includes(`data-player="${VERSION}"`) || !text.includes("</html>")) return false;
  await cache.put(path, new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } }));
  return true;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.search) return;
  if (FILES.includes(url.pathname)) event.respondWith(keptFirst(request, url.pathname));
  else if (request.mode === "navigate" && isPage(url.pathname)) event.respondWith(networkFirst(url.pathname));
});

async function keptFirst(request, path) {
  const known = await caches.match(path);
  return known ?? fetch(request);
}

/** The network's page when it is good and in time; else the kept one. */
async function networkFirst(path) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(path);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), known ? PATIENCE : 60_000);
  try {
    const answer = await fetch(path, { cache: "no-store", signal: patience.signal, credentials: "same-origin" });
    const text = await answer.clone().text();
    if (!answer.ok && known) return known;
    if (answer.ok && text.includes("</html>")) await keepIfOurs(cache, path, answer).catch(() => false); // storage may be full
    return answer.ok && !text.includes("data-player=") && known ? known : answer;
  } catch (error) {
    if (known) return known;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
