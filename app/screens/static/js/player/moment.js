// What a screen shows of one place at a moment, out of a snapshot. Pure: no page, no clock, no network.

/** The date "2026-03-02" and time "10:05" of an instant (ms) in a time zone. */
export function localParts(ms, zone) {
  const part = Object.fromEntries(formatOf(zone).formatToParts(ms).map(({ type, value }) => [type, value]));
  return { date: `${part.year}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}` };
}

const formats = new Map();

function formatOf(zone) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat("en-CA", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
    }));
  }
  return formats.get(zone);
}

/**
 * The view of a place at `ms`:
 * kind    unpublished | suspended | during | before | between | after | rest | none
 * day     the day's own entry (null beyond the snapshot)
 * focus   the sessions to show large: those running, else the first to come
 * coming  the sessions after those
 */
export function viewAt(place, ms) {
  const now = localParts(ms, place.office.timezone);
  const day = place.days.find((entry) => entry.date === now.date) ?? null;
  const held = heldSessions(place).filter((one) => one.date > now.date || (one.date === now.date && one.end > now.time));
  const today = held.filter((one) => one.date === now.date);
  const running = today.filter((one) => one.start <= now.time);
  const first = held.find((one) => one.start > now.time || one.date > now.date);
  const focus = running.length ? running : held.filter((one) => first && one.date === first.date && one.start === first.start);
  const kind = kindOf(place, day, now, running, today);
  return { kind, now, day, focus, coming: held.filter((one) => !focus.includes(one)) };
}

function kindOf(place, day, now, running, today) {
  if (!place.revision) return "unpublished";
  if (isSuspended(day)) return "suspended";
  if (running.length) return "during";
  const all = day ? day.sessions.filter((one) => one.status === "held") : [];
  if (today.length) return all.some((one) => one.end <= now.time) ? "between" : "before";
  if (all.length) return "after";
  if (day?.sessions.some((one) => one.status === "suspended")) return "suspended";
  return day?.rest ? "rest" : "none";
}

/** Every session in which somebody receives, in order; days that are suspended as a whole have none. */
function heldSessions(place) {
  const days = place.days.filter((day) => !isSuspended(day)).flatMap((day) => day.sessions);
  return [...days, ...place.later]
    .filter((one) => one.status === "held")
    .sort((a, b) => (a.date + a.start).localeCompare(b.date + b.start));
}

function isSuspended(day) {
  return Boolean(day?.suspension && !day.suspension.by_appointment_only);
}

/** Is somebody received today, now or later? Only then does "running late" mean anything. */
export const isOpenToday = (kind) => ["during", "before", "between"].includes(kind);

/** The notices of a day: { texts, late (minutes) }. */
export function noticesOn(notices, date) {
  const holding = notices.filter((one) => one.first_day <= date && date <= one.last_day);
  const late = holding.filter((one) => one.kind === "late").map((one) => one.minutes);
  return { texts: holding.filter((one) => one.kind === "text"), late: Math.max(0, ...late) };
}

/** The tickets being called at `ms`, newest first. */
export function callsAt(groups, ms) {
  return groups
    .flatMap((group) => group.calls)
    .filter((call) => call.from <= ms + 5_000 && ms < call.until)
    .sort((a, b) => b.from - a.from);
}
