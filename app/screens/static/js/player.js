// The player of a lobby screen: keeps the last good data, asks for changes, corrects its clock, never shows an error.

import { drawClock, drawFoot, drawOffice, drawView } from "./draw.js";
import { isExpired, localParts, viewAt } from "./moment.js";

const { state: stateUrl, worker, player, pollSeconds, rendered, preview } = document.body.dataset;
const FORMAT = 1;
const KEY = `screen:${stateUrl}`;
const POLL = Number(pollSeconds) * 1000;
const SLOWEST = 30_000;
const PATIENCE = 10_000;
const LATE_AFTER = 120_000; // without contact for two minutes the screen says so

let kept = restore(); // { snapshot, etag, confirmed (server ms), skew (server minus own clock, ms) }
let failures = 0;
let drawn = "";

const now = () => Date.now() + kept.skew;

/** The newer of what the page brought and what is stored: a page started without a network may be an old one. */
function restore() {
  const snapshot = JSON.parse(document.getElementById("snapshot").textContent);
  const confirmed = Number(rendered);
  if (preview) return { snapshot, etag: "", confirmed, skew: confirmed - Date.now() };
  const stored = readStored();
  return stored && stored.confirmed >= confirmed ? stored : { snapshot, etag: "", confirmed, skew: stored?.skew ?? 0 };
}

function readStored() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    return found?.snapshot?.format === FORMAT ? found : null;
  } catch {
    return null; // storage is full, forbidden or damaged: the page works without it
  }
}

function store() {
  if (preview) return;
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    return; // see readStored
  }
}

/** Ask once; a good answer is taken whole or not at all. */
async function ask() {
  const sent = Date.now();
  const answer = await fetchState();
  if (answer.status !== 200 && answer.status !== 304) throw new Error(`status ${answer.status}`);
  const snapshot = answer.status === 200 ? await answer.json() : kept.snapshot;
  if (snapshot.format !== FORMAT || !Array.isArray(snapshot.days)) throw new Error("not a snapshot");
  const server = Number(answer.headers.get("X-Server-Time"));
  const skew = server ? server - (sent + Date.now()) / 2 : kept.skew;
  kept = { snapshot, etag: answer.headers.get("ETag") ?? "", skew, confirmed: Date.now() + skew };
  if (answer.status === 200) store();
  if (snapshot.player !== player) loadNewPlayer();
}

function fetchState() {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  const headers = kept.etag ? { "If-None-Match": kept.etag } : {};
  return fetch(stateUrl, { cache: "no-store", headers, signal: patience.signal }).finally(() => clearTimeout(timer));
}

/** The program was updated: start anew, but at most once a minute, whatever a proxy does. */
function loadNewPlayer() {
  const last = Number(sessionStorage.getItem("reloaded"));
  if (Date.now() - last < 60_000) return;
  sessionStorage.setItem("reloaded", String(Date.now()));
  location.reload();
}

async function poll() {
  try {
    await ask();
    failures = 0;
  } catch {
    failures += 1; // the last good data stays on screen; the foot says from when it is
  }
  draw();
  setTimeout(poll, Math.min(SLOWEST, POLL * 2 ** Math.min(failures, 4)) + Math.random() * 300);
}

function draw() {
  const view = viewAt(kept.snapshot, now());
  const kind = isExpired(kept.snapshot, kept.confirmed, now()) ? "expired" : view.kind;
  drawClock(view);
  const late = now() - kept.confirmed > LATE_AFTER;
  const seen = localParts(kept.confirmed, kept.snapshot.office.timezone);
  drawFoot(kept.snapshot, { late, at: seen.date === view.now.date ? seen.time : `${seen.date} ${seen.time}` });
  const content = JSON.stringify([kind, view.now.date, view.focus, view.coming, view.day]);
  if (content === drawn) return;
  drawn = content;
  drawOffice(kept.snapshot);
  drawView(view, kind);
}

// What was confirmed is stored once a minute too, so that a restart without a network knows how old its data is.
setInterval(store, 60_000);
setInterval(draw, 1_000);
draw();
poll();
if (worker && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(worker).catch(() => undefined); // plain http beyond this machine has none
}
