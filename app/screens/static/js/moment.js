// What a screen shows at a moment, out of a snapshot. Pure: no page, no clock, no network.

const DAY = 86_400_000;

/** The date "2026-03-02" and time "10:05" of an instant (ms) in a time zone. */
export function localParts(ms, zone) {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  return { date: `${part.year}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}` };
}

/** Is the data too old to show names? `confirmed` is when the server last said it is right (ms). */
export function isExpired(snapshot, confirmed, ms) {
  return ms - confirmed > snapshot.good_for_days * DAY;
}

/**
 * The view at `ms`:
 * kind    unpublished | suspended | during | before | between | after | rest | none
 * day     the day's own entry (null beyond the snapshot)
 * focus   the sessions to show large: those running, else the first to come
 * coming  the sessions after those
 */
export function viewAt(snapshot, ms) {
  const now = localParts(ms, snapshot.office.timezone);
  const day = snapshot.days.find((entry) => entry.date === now.date) ?? null;
  const held = heldSessions(snapshot).filter((one) => one.date > now.date || (one.date === now.date && one.end > now.time));
  const today = held.filter((one) => one.date === now.date);
  const running = today.filter((one) => one.start <= now.time);
  const first = held.find((one) => one.start > now.time || one.date > now.date);
  const focus = running.length ? running : held.filter((one) => first && one.date === first.date && one.start === first.start);
  return { kind: kindOf(snapshot, day, now, running, today), now, day, focus, coming: held.filter((one) => !focus.includes(one)) };
}

function kindOf(snapshot, day, now, running, today) {
  if (!snapshot.revision) return "unpublished";
  if (isSuspended(day)) return "suspended";
  if (running.length) return "during";
  const all = day ? day.sessions.filter((one) => one.status === "held") : [];
  if (today.length) return all.some((one) => one.end <= now.time) ? "between" : "before";
  if (all.length) return "after";
  if (day?.sessions.some((one) => one.status === "suspended")) return "suspended";
  return day?.rest ? "rest" : "none";
}

/** Every session in which somebody receives, in order; days that are suspended as a whole have none. */
function heldSessions(snapshot) {
  const days = snapshot.days.filter((day) => !isSuspended(day)).flatMap((day) => day.sessions);
  return [...days, ...snapshot.later]
    .filter((one) => one.status === "held")
    .sort((a, b) => (a.date + a.start).localeCompare(b.date + b.start));
}

function isSuspended(day) {
  return Boolean(day?.suspension && !day.suspension.by_appointment_only);
}
