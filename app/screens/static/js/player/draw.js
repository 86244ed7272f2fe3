// Draw the whole screen: one place large, or several as rows; calls, notices, the foot.

import { both, element, fit, lengthClass, put } from "./dom.js";
import { isOpenToday } from "./moment.js";
import { comingList, nextLine, people, provisionalLine, remarks, stateLine } from "./place.js";
import { STATES, WORDS, fullDate, goodUntil } from "./words.js";

const COMING = { full: 6, today: 0, calls: 4 };
const CALLS_SHOWN = 5;
const NOTICE_SECONDS = 12;

export function drawClock(now) {
  put("clock", now ? now.time : "");
  put("date", ...(now ? both(fullDate(now.date)) : []));
}

let drawn = "";

/** `shown`: { kind, look, places: [{ place, view }], calls, texts, late }. */
export function drawContent(shown) {
  const { body } = document;
  const views = shown.places.map(({ place, view }) => [place.office, place.room, view.kind, view.now.date, view.day, view.focus, view.coming.slice(0, COMING.full)]);
  const key = JSON.stringify([shown.kind, shown.look.language, shown.look.layout, shown.calls, shown.late, views]);
  if (key === drawn) return;
  drawn = key;
  const single = shown.places.length === 1;
  body.dataset.kind = shown.kind;
  body.dataset.language = shown.look.language;
  body.dataset.layout = shown.look.layout;
  body.dataset.places = single ? "one" : shown.places.length > 4 ? "many" : "some";
  drawOffice(shown.places[0].place, shown.look.language);
  if (shown.kind === "expired") drawAsk();
  else if (single) drawOne(shown);
  else drawSeveral(shown);
  refit();
}

function refit() {
  fit("focus", document.body.classList.contains("is-alone") ? 1.2 : 1.5);
  fit("side", 1.15, 0.94);
}

/** Draw anew at the next tick: the notices or the window changed, and with them the room there is. */
export function redraw() {
  drawn = "";
}

function drawOffice({ office, room }, language) {
  const name = language === "en" && office.name_en ? office.name_en : office.name;
  put("office", room ? `${name} · ${room}` : name);
  put("office-en", language === "both" ? office.name_en : "");
  document.getElementById("office").className = lengthClass(name, 28, 40, 60);
}

function drawAsk() {
  setShape({ count: 0, alone: true, side: false });
  put("focus", element("h2", "state", ...both(STATES.expired)), element("p", "remark", ...both(WORDS.askWhy)));
  put("side");
}

function drawOne({ places: [{ view }], look, calls, late }) {
  const who = view.kind === "unpublished" ? { count: 0, element: null } : people(view);
  const has = (made) => made !== null;
  const lines = [stateLine(view), ...remarks(view, late), nextLine(view), who.count ? who.element : null, provisionalLine(view)];
  if (view.kind === "unpublished") lines.push(element("p", "remark", ...both(WORDS.ask)));
  put("focus", ...lines.filter(has));
  const side = sideParts(view, look, calls);
  put("side", ...side);
  setShape({ count: who.count, alone: !who.count, side: side.length > 0, later: !isOpenToday(view.kind) });
}

function sideParts(view, look, calls) {
  const calling = calls.length || look.layout === "calls" ? [callPanel(calls)] : [];
  const most = COMING[look.layout] ?? COMING.full;
  return [...calling, ...comingList(view, calls.length ? Math.min(3, most) : most)];
}

function callPanel(calls) {
  const [newest, ...earlier] = calls.slice(0, CALLS_SHOWN);
  const panel = element("div", "calls");
  if (!newest) panel.append(element("p", "call-idle", ...both(WORDS.noCalls)));
  else {
    panel.append(
      element("p", "call-title", ...both(WORDS.calling)),
      element("p", "call-ticket", newest.ticket),
      element("p", "call-room", newest.room),
    );
  }
  if (earlier.length) panel.append(element("ul", "call-earlier", ...earlier.map((call) => element("li", "", element("b", "", call.ticket), call.room))));
  return panel;
}

function drawSeveral({ places, calls, late }) {
  setShape({ count: 0, alone: false, side: calls.length > 0 });
  put("focus", element("div", "places", ...places.map(({ place, view }, index) => placeRow(place, view, index ? 0 : late))));
  put("side", ...(calls.length ? [callPanel(calls)] : []));
}

function placeRow(place, view, late) {
  const made = element("article", "place", element("h2", "place-name", ...both([place.office.name, place.office.name_en || place.office.name])));
  made.dataset.kind = view.kind;
  made.append(stateLine(view), ...remarks(view, late));
  const next = nextLine(view);
  if (next) made.append(next);
  if (view.focus.length) made.append(people(view).element);
  return made;
}

function setShape({ count, alone, side, later = false }) {
  document.getElementById("focus").dataset.count = String(Math.min(6, count));
  const { classList } = document.body;
  classList.toggle("is-alone", alone);
  classList.toggle("has-side", side);
  classList.toggle("is-later", later);
}

/** One notice after the other. */
export function drawNotices(texts, ms, language) {
  const band = document.getElementById("band");
  const height = band.offsetHeight;
  band.hidden = !texts.length;
  if (!texts.length) {
    if (height) redraw();
    return;
  }
  const { zh, en } = texts[Math.floor(ms / 1000 / NOTICE_SECONDS) % texts.length];
  const text = language === "en" ? [en || zh, en || zh] : [zh || en, language === "both" ? en : ""];
  band.className = `band ${lengthClass(text[0], 60, 90, 120)}`;
  put("band", ...both(text));
  if (band.offsetHeight !== height) redraw();
}

/** `contact`: { late, at, enrolAgain }; `places` may be empty. */
export function drawFoot(places, contact) {
  const office = places[0]?.office;
  put("contact", ...(office ? [[office.address].filter(Boolean).join(""), "　", ...(office.phone ? [...both(WORDS.phone), ` ${office.phone}`] : [])] : []));
  const numbers = places.map((place) => place.revision).filter(Boolean);
  const revision = numbers.length === 1 ? both([`第 ${numbers[0]} 版`, `Revision ${numbers[0]}`]) : [];
  const words = contact.late ? ["网络中断，内容截至", "Offline, as of"] : ["更新于", "As of"];
  put("as-of", ...revision, "　", ...(contact.at ? [...both(words), ` ${contact.at}`] : []));
  put("enrol", ...(contact.enrolAgain ? [...both(WORDS.enrolAgain), element("b", "", ` ${contact.enrolAgain}`)] : []));
  document.body.classList.toggle("is-late", contact.late && Boolean(office));
}

/** The first screen of a new box, or of one that could keep nothing: `code` is null until the server gave one. */
export function drawEnrolment(code, goodUntilTime) {
  document.body.dataset.kind = code ? "enrol" : "expired";
  drawn = "";
  setShape({ count: 0, alone: true, side: false });
  put("side");
  if (!code) return put("focus", element("h2", "state", ...both(STATES.expired)), element("p", "remark", ...both(WORDS.connecting)));
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
  put(
    "focus",
    element("h2", "enrol-title", ...both(WORDS.enrol)),
    element("p", "enrol-code", spaced),
    element("p", "remark", ...both(WORDS.enrolHow)),
    element("p", "enrol-until", ...both(goodUntil(goodUntilTime))),
  );
}
