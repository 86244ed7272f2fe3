// Draw a view. Text only ever goes in as text.

import { SESSIONS, STATES, TODAY, dateEn, dateZh } from "./words.js";

const COMING_SHOWN = 6;

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

const english = (text) => {
  const made = element("span", "en", text);
  made.lang = "en";
  return made;
};

function set(id, text) {
  const place = document.getElementById(id);
  if (place.textContent !== text) place.textContent = text;
}

export function drawClock(view) {
  set("clock", view.now.time);
  set("date", dateZh(view.now.date));
  set("date-en", dateEn(view.now.date));
}

export function drawFoot(snapshot, contact) {
  const { office } = snapshot;
  set("contact", [office.address, office.phone && `电话 Tel ${office.phone}`].filter(Boolean).join("　"));
  const revision = snapshot.revision ? `第${snapshot.revision}版 Revision ${snapshot.revision}　` : "";
  set("as-of", `${revision}${contact.late ? "网络中断，内容截至 Offline, as of" : "更新于 As of"} ${contact.at}`);
  document.body.classList.toggle("is-late", contact.late);
}

export function drawOffice({ office }) {
  set("office", office.name);
  set("office-en", office.name_en);
}

/** `kind` is the view's, or "expired". */
export function drawView(view, kind) {
  document.body.dataset.kind = kind;
  const blank = kind === "expired" || kind === "unpublished";
  const focus = document.getElementById("focus");
  focus.replaceChildren(stateLine(view, kind), ...(blank ? askAtTheDesk(kind) : details(view, kind)));
  focus.dataset.count = String(Math.min(5, view.focus.reduce((sum, one) => sum + one.leaders.length, 0)));
  const next = document.getElementById("next");
  next.replaceChildren(...(blank ? [] : comingList(view)));
  document.body.classList.toggle("is-alone", blank || !view.focus.length);
  document.body.classList.toggle("is-single", !blank && !view.coming.length);
  document.body.classList.toggle("is-later", !["during", "before", "between"].includes(kind));
}

function askAtTheDesk(kind) {
  return kind === "expired" ? [] : [element("p", "reason", STATES.expired[0], english(STATES.expired[1]))];
}

function stateLine(view, kind) {
  const [zh, en] = STATES[kind];
  const line = element("h2", "state", element("span", "", zh), english(en));
  const first = view.focus[0];
  if (kind === "during") line.append(element("span", "until", `至 ${latest(view.focus)}`), english(`until ${latest(view.focus)}`));
  if (kind === "before" || kind === "between") line.append(element("span", "until", `${first.start} 开始`), english(`from ${first.start}`));
  if (kind === "rest" && view.day.name.zh) line.append(element("span", "until", view.day.name.zh), english(view.day.name.en));
  return line;
}

const latest = (sessions) => sessions.map((one) => one.end).sort().pop();

function details(view, kind) {
  const made = [];
  const suspension = view.day?.suspension;
  if (suspension) made.push(element("p", "reason", suspensionText(suspension)));
  else if (kind === "suspended") made.push(element("p", "reason", "今日接访暂停，请见近期安排。", english("Today's session is suspended.")));
  if (!view.focus.length) {
    made.push(element("p", "reason", "后续日程尚未发布，请到接待窗口咨询。", english("Later sessions are not published yet: please ask at the desk.")));
  } else if (!["during", "before", "between"].includes(kind)) {
    const { date } = view.focus[0];
    made.push(element("p", "next-date", `下次接访 ${dateZh(date, false)}`, english(`Next: ${dateEn(date)}`)));
  }
  if (view.focus.length) made.push(element("div", "people", ...view.focus.flatMap((one) => one.leaders.map((leader) => person(one, leader)))));
  if (view.day && view.day.provisional) made.push(element("p", "provisional", "暂定：放假安排通知尚未发布", english("Provisional: holiday notice not announced")));
  return made;
}

function suspensionText({ reason, last_day: lastDay, by_appointment_only: byAppointment }) {
  const until = lastDay ? `至${dateZh(lastDay, false)}` : "恢复时间另行通知";
  return [reason, until, byAppointment ? "预约来访照常接待" : ""].filter(Boolean).join("，");
}

function person(session, leader) {
  const made = element("article", "person");
  if (session.stands_in_for.length) {
    made.append(element("p", "stands-in", `今日由 ${leader.name} 代 ${session.stands_in_for.join("、")} 接访`, english("Substitute")));
  }
  made.append(element("p", "name", leader.name), element("p", "post", leader.post), facts(session, leader));
  return made;
}

function facts(session, leader) {
  const rows = [
    ["时间", "Time", `${SESSIONS[session.session]} ${session.start}–${session.end}`.trim()],
    ["地点", "Room", leader.room || session.room || session.place],
    ["分管领域", "Portfolio", leader.sectors],
    ["联系乡镇", "Townships", leader.townships],
    ["电话", "Tel", session.phone],
  ];
  const list = element("dl", "facts");
  for (const [zh, en, value] of rows) {
    if (value) list.append(element("dt", "", zh, english(en)), element("dd", "", value));
  }
  return list;
}

function comingList({ coming, now }) {
  if (!coming.length) return [];
  const items = coming.slice(0, COMING_SHOWN).map((one) =>
    element(
      "li", "",
      element("p", "coming-date", `${one.date === now.date ? TODAY : dateZh(one.date, false)} ${SESSIONS[one.session]}`.trim(), element("span", "hours", `${one.start}–${one.end}`)),
      element("p", "coming-who", one.leaders.map((leader) => leader.name).join("、") || "待定", element("span", "coming-post", one.leaders[0]?.post ?? "")),
    ),
  );
  return [element("h2", "", "近期接访", english("Coming sessions")), element("ol", "", ...items)];
}
