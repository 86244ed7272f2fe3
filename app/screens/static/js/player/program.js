// The program itself: its service worker, and loading a newer version without ever meeting an error page.

const SHORTEST = 60_000;
const NEW_WORKER_WITHIN = 15_000;

let registration = null;

/** Register the service worker. Plain http beyond this machine has none: then a restart needs the network. */
export async function install(worker) {
  if (!worker || !("serviceWorker" in navigator)) return;
  try {
    registration = await navigator.serviceWorker.register(worker, { scope: "/screen", updateViaCache: "none" });
  } catch {
    registration = null;
  }
}

/** Another version is served than the one that runs: get it, whole, and start it. */
export async function follow(current, own) {
  if (current === own || !mayReload()) return;
  if (registration) {
    const changed = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
    await registration.update().catch(() => undefined);
    await Promise.race([changed, new Promise((done) => setTimeout(done, NEW_WORKER_WITHIN))]);
  }
  await reload();
}

/** Start anew, if the page can be had this very moment. */
export async function reload() {
  if (!mayReload()) return;
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (!answer.ok || !(await answer.text()).includes("data-player=")) return;
  } catch {
    return; // later
  }
  noteReload();
  location.reload();
}

/** At most once a minute, and less and less often while reloading does not help. */
function mayReload() {
  const { at, count } = reloads();
  const wait = SHORTEST * 4 ** Math.min(count, 4);
  return !at || Math.abs(Date.now() - at) > wait;
}

function noteReload() {
  const { at, count } = reloads();
  const soon = Math.abs(Date.now() - at) < 3_600_000;
  sessionStorage.setItem("reloads", JSON.stringify({ at: Date.now(), count: soon ? count + 1 : 0 }));
}

function reloads() {
  try {
    return JSON.parse(sessionStorage.getItem("reloads")) ?? { at: 0, count: 0 };
  } catch {
    return { at: 0, count: 0 };
  }
}
