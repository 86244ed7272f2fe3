// The player: keeps the last good snapshot, asks for changes, stands by the right time, never shows an error.

import { JUMP, TrustedClock } from "./clock.js";
import { drawClock, drawContent, drawEnrolment, drawFoot, drawNotices, redraw } from "./draw.js";
import { callsAt, localParts, noticesOn, viewAt } from "./moment.js";
import { Nudges } from "./nudges.js";
import { follow, install, reload } from "./program.js";
import { Server } from "./server.js";
import { forget, keep, openEnvelope, recall, storedBytes } from "./store.js";
import { Voice } from "./voice.js";

const { mode, state, key, at, rendered, worker, player } = document.body.dataset;
const ENROLLED = mode === "own";
const LATE_AFTER = 60_000; // so long without contact, and the screen says so
const CALLS_OLD_AFTER = 60_000; // without contact nobody knows whether a ticket is still called
const POLL = 20_000;
const POLL_WITH_NUDGES = 25_000;
const POLL_WAITING = 3_000;
const PATIENCE_AT_START = 2_500;
const CODE_AGAIN_AFTER = 60_000;
const NIGHT = ["02:00", "05:00"];
const DAY = 86_400_000;

const stored = mode === "preview" ? null : recall(key);
const clock = mode === "preview" ? { now: () => Number(at), trusted: true, confirmed: true, drift: null, ahead: 0 } : new TrustedClock(stored?.server ?? Number(rendered), stored?.wall ?? null, stored?.doubtful ?? stored === null);
const server = new Server(state, clock);
const voice = new Voice();
const nudges = new Nudges("/screen/own/nudges", () => ask());
const started = performance.now();

let snapshot = null; // { content, version, expiresAt }
let envelope = ""; // its text, as it is kept
let confirmed = stored?.confirmed ?? 0; // server time (ms) at which it was last known to be right
let heard = null; // steady time of the last good answer
let code = recall("code"); // { code, expiresAt, confirmed (when it was made) } while the screen waits to be enrolled
let storageFull = false;
let doubtKept = false;
let keptAhead = stored ? stored.server - stored.wall : 0; // how far the right time was ahead of the own clock when that was kept
let reloadsSeen = null;
let failures = 0;
let timer = 0;
let asking = false;
let again = false;
let ready = mode === "preview";

function restore() {
  const page = JSON.parse(document.getElementById("envelope").textContent);
  for (const text of [stored?.envelope, page]) {
    try {
      if (text) {
        snapshot = openEnvelope(text);
        envelope = text;
        return;
      }
    } catch {
      continue; // damaged: the next one, or none
    }
  }
}

/** Ask now, and again after that when a nudge comes meanwhile. */
async function ask() {
  if (mode === "preview") return;
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  clearTimeout(timer);
  try {
    await take(await server.ask());
    failures = 0;
  } catch {
    failures += 1; // the last good snapshot stays on screen; the foot says from when it is
  }
  asking = false;
  ready = true;
  draw();
  timer = setTimeout(ask, again ? 50 : pause());
  again = false;
}

function pause() {
  if (failures) return Math.min(POLL, 1_000 * 2 ** Math.min(failures, 5)) * (0.75 + Math.random() / 2);
  if (code) return POLL_WAITING;
  return (nudges.open ? POLL_WITH_NUDGES : POLL) + Math.random() * 3_000;
}

/** `answer`: { word } of an unenrolled screen, or { envelope, etag } with a null envelope for "unchanged". */
async function take(answer) {
  if (answer.word) {
    heard = performance.now();
    return takeWord(answer.word);
  }
  const changed = answer.envelope !== null;
  if (changed) {
    snapshot = openEnvelope(answer.envelope);
    envelope = answer.envelope;
  }
  heard = performance.now(); // only now: somebody else's page with status 200 is no contact
  server.etag = answer.etag;
  confirmed = clock.now();
  if (code) {
    code = null;
    forget("code");
  }
  if (changed || Math.abs(clock.ahead - keptAhead) > JUMP) remember();
  if (ENROLLED) nudges.start();
  if (ENROLLED && changed) tell();
  follow(snapshot.content.player, player);
  followReloads(snapshot.content.reloads);
}

/** Keep what is shown, since when it is known to be right, and the time by both clocks. */
function remember() {
  if (!envelope || !clock.trusted) return;
  const { ahead } = clock;
  storageFull = !keep(key, { envelope, confirmed, server: clock.now(), wall: Date.now() });
  if (!storageFull) {
    doubtKept = false;
    keptAhead = ahead;
  } else if (Math.abs(ahead - keptAhead) > JUMP) forget(key); // its time by the own clock is wrong by now
}

/** The own clock jumped: what is kept must not be read by it after a start without the server. */
function rememberDoubt() {
  if (doubtKept || clock.trusted || mode === "preview") return;
  const kept = recall(key);
  if (kept && !keep(key, { ...kept, doubtful: true })) forget(key); // better nothing than what may be wrong
  doubtKept = true;
}

function followReloads(number) {
  if (reloadsSeen !== null && number > reloadsSeen) reload();
  reloadsSeen = number;
}

async function takeWord(word) {
  server.etag = "";
  nudges.stop();
  if (word === "revoked" || recall(key) === null) { // or another tab heard so, forgot it and has the new code already
    snapshot = null;
    envelope = "";
    forget(key);
  }
  code = recall("code") ?? code; // a second tab may have asked since: they share the cookie, so they show one code
  const now = clock.now();
  const good = code && now < code.expiresAt - 5_000;
  if (good && (word === "waiting" || now - code.confirmed < CODE_AGAIN_AFTER)) return;
  code = await alone(() => newCode(code?.code));
}

/** A new code, unless another tab got one in place of `old` just now. */
async function newCode(old) {
  const other = recall("code");
  if (other && other.code !== old && Math.abs(clock.now() - other.confirmed) < CODE_AGAIN_AFTER) return other;
  const made = await server.newCode();
  const found = { code: made.code, expiresAt: made.expires_at, confirmed: clock.now() };
  keep("code", found);
  return found;
}

/** One tab after the other, where the browser knows how (not on plain http). */
const alone = (work) => (navigator.locks ? navigator.locks.request("screen-code", work) : work());

function tell() {
  if (!ENROLLED || !snapshot || code) return;
  const shown = Object.fromEntries(snapshot.content.places.map((place) => [place.office.code, place.revision]));
  const drift = clock.drift === null ? null : Math.round(clock.drift / 1000);
  server.tell({ shown, player, drift_seconds: drift, storage_bytes: storedBytes(), storage_full: storageFull });
}

function draw() {
  if (!ready) return;
  const now = clock.now();
  rememberDoubt();
  const zone = snapshot?.content.places[0].office.timezone ?? "Asia/Shanghai";
  const local = localParts(now, zone);
  drawClock(clock.trusted && (snapshot || clock.confirmed) ? local : null);
  const silent = mode === "preview" ? 0 : heard === null ? Infinity : performance.now() - heard;
  const contact = { late: silent > LATE_AFTER, at: seenAt(local, zone), enrolAgain: code && snapshot ? code.code : "" };
  drawFoot(snapshot?.content.places ?? [], contact);
  if (!snapshot) return drawEnrolment(code?.code, code ? localParts(code.expiresAt, zone).time : "");
  const { content } = snapshot;
  const { texts, late } = noticesOn(content.notices, local.date);
  const calls = silent < CALLS_OLD_AFTER ? callsAt(content.calls, now) : [];
  const places = content.places.map((place) => ({ place, view: viewAt(place, now) }));
  const expired = !clock.trusted || now >= snapshot.expiresAt;
  drawNotices(expired ? [] : texts, now, content.language);
  drawContent({ kind: expired ? "expired" : places[0].view.kind, look: content, places, calls, late });
  if (content.voice && mode === "own") voice.say(calls, content.language, now);
}

function seenAt(local, zone) {
  if (mode === "preview") return local.time;
  if (!confirmed) return "";
  const seen = localParts(confirmed, zone);
  return seen.date === local.date ? seen.time : `${seen.date} ${seen.time}`;
}

function everyMinute() {
  if (mode === "preview") return;
  remember();
  if (heard === null || performance.now() - heard > LATE_AFTER) return;
  tell();
  const { time } = localParts(clock.now(), "Asia/Shanghai");
  if (performance.now() - started > DAY && time >= NIGHT[0] && time < NIGHT[1]) reload();
}

restore();
install(worker);
setTimeout(() => {
  ready = true;
  draw();
}, PATIENCE_AT_START);
setInterval(draw, 1_000);
setInterval(everyMinute, 60_000);
addEventListener("online", () => ask());
addEventListener("resize", redraw);
if (ready) draw();
ask();
