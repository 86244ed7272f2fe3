// One place, drawn large: its state, its leaders with the facts a visitor needs, and the sessions to come.

import { both, element, lengthClass } from "./dom.js";
import { isOpenToday } from "./moment.js";
import { SESSIONS, STATES, WORDS, from, late, shortDate, standsIn, until } from "./words.js";

const latest = (sessions) => sessions.map((one) => one.end).sort().pop();

/** The head line of a state: "Receiving now, until 12:00". */
export function stateLine(view) {
  const line = element("h2", "state", element("span", "what", ...both(STATES[view.kind])));
  const first = view.focus[0];
  if (view.kind === "during") line.append(element("span", "until", ...both(until(latest(view.focus)))));
  if (view.kind === "before" || view.kind === "between") line.append(element("span", "until", ...both(from(first.start))));
  if (view.kind === "rest" && view.day.name.zh) line.append(element("span", "until", ...both([view.day.name.zh, view.day.name.en])));
  return line;
}

/** What has to be said besides: late, by appointment, suspended until, provisional. */
export function remarks(view, minutesLate) {
  const made = [];
  const { day, kind } = view;
  if (minutesLate && isOpenToday(kind)) made.push(element("p", "remark is-late-today", ...both(late(minutesLate))));
  const suspension = day?.suspension;
  if (suspension) made.push(...suspensionRemarks(suspension));
  else if (kind === "suspended") made.push(element("p", "remark", ...both(WORDS.suspendedSession)));
  if (kind !== "unpublished" && !view.focus.length) made.push(element("p", "remark", ...both(WORDS.nothingLater)));
  return made;
}

function suspensionRemarks({ reason, last_day: lastDay, by_appointment_only: byAppointment }) {
  const [zh, en] = lastDay ? shortDate(lastDay) : WORDS.untilNotice;
  const end = lastDay ? [`至${zh}`, `until ${en}`] : [zh, en];
  const why = reason ? element("span", "only-en", ` (${reason})`) : null;
  const made = [element("p", "remark", ...both([reason ? `${reason}，${end[0]}` : end[0], end[1]]), why)];
  if (byAppointment) made.unshift(element("p", "remark is-strong", ...both(WORDS.appointmentOnly)));
  return made;
}

/** The leaders in focus; `view.focus` may hold several sessions at once. */
export function people(view) {
  const cards = view.focus.flatMap((session) =>
    session.leaders.length ? session.leaders.map((leader) => person(session, leader)) : [person(session, null)]);
  return { count: cards.length, element: element("div", "people", ...cards) };
}

function person(session, leader) {
  const name = leader?.name;
  const made = element("article", "person");
  if (leader?.stands_in_for) made.append(element("p", "stands-in", ...both(standsIn(name, leader.stands_in_for))));
  if (session.off_site) made.append(element("p", "off-site", ...both(WORDS.offSiteTag)));
  made.append(name ? element("p", `name ${lengthClass(name, 6, 9, 16)}`, name) : element("p", "name len-s", ...both(WORDS.open)));
  if (leader?.post) made.append(element("p", `post ${lengthClass(leader.post, 24, 44, 70)}`, leader.post));
  made.append(facts(session, leader));
  return made;
}

function facts(session, leader) {
  const hours = element("span", "hours", ...both(SESSIONS[session.session] ?? ["", ""]), ` ${session.start}–${session.end}`);
  const rows = [
    [WORDS.time, hours],
    session.off_site ? [WORDS.offSite, leader?.place || session.place] : [WORDS.room, roomOf(session, leader)],
    [WORDS.sectors, leader?.sectors],
    [WORDS.townships, leader?.townships],
    [WORDS.phone, session.phone],
  ];
  const list = element("dl", "facts");
  for (const [word, value] of rows) {
    const size = typeof value === "string" ? lengthClass(value, 36, 60, 100) : "";
    if (value) list.append(element("dt", "", ...both(word)), element("dd", size, value));
  }
  return list;
}

const roomOf = (session, leader) => leader?.room || session.room || leader?.place || session.place;

/** When the next session is, where today has none (left). */
export function nextLine(view) {
  if (!view.focus.length || isOpenToday(view.kind)) return null;
  const [zh, en] = shortDate(view.focus[0].date);
  return element("p", "next-date", ...both([`${WORDS.next[0]} ${zh}`, `${WORDS.next[1]}: ${en}`]));
}

export function provisionalLine(view) {
  const shown = isOpenToday(view.kind) ? view.day?.provisional : false;
  return shown ? element("p", "provisional", ...both(WORDS.provisional)) : null;
}

/** The sessions to come, as a list for the side. */
export function comingList(view, most) {
  if (!view.coming.length || !most) return [];
  return [element("h2", "", ...both(WORDS.coming)), element("ol", "coming", ...view.coming.slice(0, most).map((one) => comingItem(one, view.now.date)))];
}

function comingItem(session, today) {
  const day = session.date === today ? WORDS.today : shortDate(session.date);
  const names = session.leaders.map((leader) => leader.name).join("、");
  const [zh] = SESSIONS[session.session] ?? [""];
  return element(
    "li", "",
    element("p", "coming-date", element("span", "", ...both([`${day[0]} ${zh}`.trim(), day[1]])), element("span", "hours", `${session.start}–${session.end}`)),
    element("p", `coming-who ${lengthClass(names, 12, 20, 32)}`, names || element("span", "", ...both(WORDS.open)), element("span", "coming-post", session.leaders[0]?.post ?? "")),
  );
}
