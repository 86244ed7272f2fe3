"""Which reminders are due: the policy, the state of the roster, and a stretch of time in; notices out. Pure.

Everything is computed from the state at the moment it is due, so whoever has the duty at 16:00 is reminded at
16:00, whatever happened at 15:59. What somebody learnt after a reminder's moment is not reminded of: the notice
that told him was newer.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from app.calendar.rules import WorkingCalendar
from app.core.dates import ONE_DAY, DateRange
from app.notifications.policy import AFTER, LADDER, Policy

Recipient = tuple[str, int]
CATCH_UP = "catch-up"
ON_TIME = dt.timedelta(hours=2)  # later than this, several reminders of one person become one
ESCALATED = "matter.escalated"  # to the leader
OVERDUE_LIST = "staff.overdue_matters"
# Said once, however late: what is overdue stays so, whether its hour struck in a pause, in a downtime or before the
# date was put right. Nobody would learn of it otherwise.
STANDING = (ESCALATED, OVERDUE_LIST)
FOR_EVER = dt.datetime.max.replace(tzinfo=dt.UTC)
MATTER_OF_USE = dt.timedelta(days=3)  # an owed reply stays owed: its reminder is of use for so long


@dataclass(frozen=True, slots=True)
class DutyFact:
    """A leader's published duty. `since`: when it became so. Instants are aware; `on_date` and `starts` are local."""

    leader_id: int
    on_date: dt.date
    starts: dt.time
    session_key: str
    since: dt.datetime
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class AskFact:
    """A leader was asked to take or exchange a duty and has not answered. `closes`: when the question is moot."""

    subject: str
    leader_id: int
    asked_at: dt.datetime
    closes: dt.datetime


@dataclass(frozen=True, slots=True)
class EmptyFact:
    """A published session that nobody will hold, known since then."""

    session_key: str
    on_date: dt.date
    starts: dt.time
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class VisitFact:
    """A confirmed visit; `visitor` is None without a phone or consent. `units`: contacts told to attend."""

    visit_id: int
    on_date: dt.date
    starts: dt.time
    since: dt.datetime
    visitor: Recipient | None
    units: tuple[Recipient, ...] = ()


@dataclass(frozen=True, slots=True)
class MatterFact:
    """A written reply that a unit still owes by `deadline`. `part_id`: its part in the matter; `units`: its contacts.

    `leader`: who keeps the matter; in `pauses` its clock stands still and nobody is reminded. `changed`: when it last
    began to run anew, or its date could have moved into the past.
    """

    part_id: int
    deadline: dt.date
    since: dt.datetime
    units: tuple[Recipient, ...] = ()
    leader: Recipient | None = None
    pauses: tuple[DateRange, ...] = ()
    changed: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class RosterFact:
    """How far the published roster reaches, since when, and the years whose holiday notice came in after it was made."""

    last_day: dt.date
    since: dt.datetime
    outdated_years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Everything of one office that reminders look at. `listed`: the day of the last list of overdue replies."""

    duties: Sequence[DutyFact] = ()
    asks: Sequence[AskFact] = ()
    empty: Sequence[EmptyFact] = ()
    visits: Sequence[VisitFact] = ()
    matters: Sequence[MatterFact] = ()
    roster: RosterFact | None = None
    staff: Sequence[Recipient] = ()
    listed: dt.date = dt.date.min


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """One reminder. `at`: its moment; `until`: from then on it is of no use. (kind, subject, recipient, lead) is unique."""

    at: dt.datetime
    kind: str
    subject: str
    recipient: Recipient
    lead: str
    until: dt.datetime
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Office:
    """What of an office decides about its hours."""

    id: int
    policy: Policy
    calendar: WorkingCalendar
    zone: ZoneInfo

    def instant(self, day: dt.date, at: dt.time) -> dt.datetime:
        """The instant of a local day and hour."""
        return dt.datetime.combine(day, at, self.zone).astimezone(dt.UTC)

    def moment(self, name: str, day: dt.date) -> dt.datetime:
        """When the lead called `name` falls due for something on `day`."""
        lead = self.policy.leads[name]
        return lead.moment(day, self.calendar, name in AFTER).replace(tzinfo=self.zone).astimezone(dt.UTC)

    def moment_of_matter(
        self, name: str, deadline: dt.date, pauses: Sequence[DateRange], since: dt.datetime | None = None
    ) -> dt.datetime:
        """The same for a reply; what would be said of an overdue one in a pause waits for the first day after it.

        With `since` it waits for the first working day's hour from then on.
        """
        at, hour = self.moment(name, deadline), self.policy.leads[name].at
        if since is not None and since > at:
            day = self.calendar.working_day_on_or_after(self.local_day(since))
            on_day = self.instant(day, hour)
            at = on_day if since <= on_day else self.instant(self.calendar.next_working_day(day), hour)
        for pause in sorted(pauses, key=lambda days: days.first_day) if name in AFTER else ():
            if self.local_day(at) in pause:
                at = self.instant(self.calendar.working_day_on_or_after(pause.stop), hour)
        return at

    def local_day(self, at: dt.datetime) -> dt.date:
        """The office's date at an instant."""
        return at.astimezone(self.zone).date()


def reminders_between(state: State, office: Office, after: dt.datetime, until: dt.datetime) -> list[Reminder]:
    """Every reminder whose moment lies in (after, until], each once, in order of time, of use any more or not."""
    found: dict[tuple[str, str, Recipient, str], Reminder] = {}
    sources = (_duties, _unacknowledged, _asks, _sessions, _roster, _visits, _matters)
    every = (reminder for source in sources for reminder in source(state, office))
    for reminder in sorted(reminder for reminder in every if after < reminder.at <= until):
        found.setdefault((reminder.kind, reminder.subject, reminder.recipient, reminder.lead), reminder)
    found_outdated = _outdated(state, office, after, until)
    return sorted([*found.values(), *found_outdated])


def due(state: State, office: Office, after: dt.datetime, now: dt.datetime) -> list[Reminder]:
    """What to send now for the time since `after`: on time everything, late one catch-up a person and kind."""
    oldest = now - dt.timedelta(hours=office.policy.catch_up_hours)
    useful = [
        r
        for r in reminders_between(state, office, after, now)
        if r.until > now and r.at > oldest and r.kind not in STANDING
    ]
    newest: dict[tuple[str, str, Recipient], Reminder] = {}
    for reminder in useful:  # in order of time: of one thing only the latest lead is said
        newest[reminder.kind, reminder.subject, reminder.recipient] = reminder
    late = [reminder for reminder in newest.values() if now - reminder.at > ON_TIME]
    on_time = [reminder for reminder in newest.values() if reminder not in late]
    return sorted([*on_time, *_folded(late, on_time), *_standing(state, office, now)])


def _standing(state: State, office: Office, now: dt.datetime) -> Iterator[Reminder]:
    """What is true now and must be said if it was not: every leader's step, and of the staff's lists the newest.

    Whether it was said the outbox knows.
    """
    today = office.local_day(now)
    running = [matter for matter in state.matters if not any(today in pause for pause in matter.pauses)]
    lists: dict[Recipient, Reminder] = {}
    for reminder in sorted(_matters(replace(state, matters=running), office)):
        if reminder.at > now:
            break
        if reminder.kind == ESCALATED:
            yield reminder
        elif reminder.kind == OVERDUE_LIST and office.local_day(reminder.at) > state.listed:
            lists[reminder.recipient] = reminder
    yield from lists.values()


def _folded(late: Iterable[Reminder], on_time: Iterable[Reminder]) -> Iterator[Reminder]:
    """One for each person and kind, the most urgent; none where a punctual one of that kind goes out anyway."""
    told = {(reminder.kind, reminder.recipient) for reminder in on_time}
    groups: defaultdict[tuple[str, Recipient], list[Reminder]] = defaultdict(list)
    for reminder in late:
        groups[reminder.kind, reminder.recipient].append(reminder)
    for key, group in groups.items():
        first = min(group, key=lambda reminder: (reminder.until, reminder.subject))
        if key not in told:
            yield first if len(group) == 1 else replace(first, lead=CATCH_UP)


def _duties(state: State, office: Office) -> Iterator[Reminder]:
    """One for each leader, day and lead, however many sessions the day has; of use until the last of them begins."""
    last: dict[tuple[int, dt.date], dt.time] = {}
    for duty in state.duties:
        key = (duty.leader_id, duty.on_date)
        last[key] = max(duty.starts, last.get(key, duty.starts))
    for name in office.policy.active("duty.week", "duty.eve", "duty.morning"):
        for duty in state.duties:
            at = office.moment(name, duty.on_date)
            until = office.instant(duty.on_date, last[duty.leader_id, duty.on_date])
            if duty.since <= at < until:
                subject, lead = f"day:{office.id}:{duty.on_date}", name.partition(".")[2]
                yield Reminder(at, "duty.reminder", subject, ("leader", duty.leader_id), lead, until)


def _unacknowledged(state: State, office: Office) -> Iterator[Reminder]:
    """First the leader is nudged; staff hear of everybody's in one notice."""
    for name in office.policy.active("unacknowledged.nudge", "unacknowledged.staff"):
        for duty in state.duties:
            at, starts = office.moment(name, duty.on_date), office.instant(duty.on_date, duty.starts)
            if duty.acknowledged or not duty.since <= at < starts:
                continue
            if name == "unacknowledged.staff":
                yield from _to_staff(state, office, "staff.unacknowledged", at)
            else:
                subject = f"day:{office.id}:{duty.on_date}"
                yield Reminder(at, "duty.nudge", subject, ("leader", duty.leader_id), "nudge", starts)


def _asks(state: State, office: Office) -> Iterator[Reminder]:
    """Only those who have not answered are in the state."""
    for name in office.policy.active("ask.pending"):
        for ask in state.asks:
            at = office.moment(name, office.local_day(ask.asked_at))
            if ask.asked_at <= at < ask.closes:
                who = ("leader", ask.leader_id)
                yield Reminder(at, "substitution.nudge", ask.subject, who, "pending", ask.closes)


def _sessions(state: State, office: Office) -> Iterator[Reminder]:
    for name in office.policy.active("session.empty", "session.last_call"):
        for session in state.empty:
            at = office.moment(name, session.on_date)
            if session.since <= at < office.instant(session.on_date, session.starts):
                yield from _to_staff(state, office, "staff.empty_session", at)


def _roster(state: State, office: Office) -> Iterator[Reminder]:
    if state.roster is None:
        return
    day = state.roster.last_day
    until = office.instant(day + ONE_DAY, dt.time())
    for name in office.policy.active("roster.ending", "roster.last_call"):
        at = office.moment(name, day)
        for person in state.staff if at >= state.roster.since else ():
            subject, lead = f"until:{office.id}:{day}", name.partition(".")[2]
            yield Reminder(at, "staff.roster_ending", subject, person, lead, until)


def _outdated(state: State, office: Office, after: dt.datetime, until: dt.datetime) -> Iterator[Reminder]:
    """The first working day's hour in the stretch; the unique key sees to it that one notice is enough."""
    leads = office.policy.active("roster.provisional")
    if state.roster is None or not leads:
        return
    day, last = office.local_day(after), office.local_day(until)
    hours = []
    while day <= last:
        hours.append(
            office.instant(day, leads["roster.provisional"].at) if office.calendar.is_working(day) else after
        )
        day += ONE_DAY
    at = next((hour for hour in hours if after < hour <= until), None)
    for year in state.roster.outdated_years if at else ():
        for person in state.staff:
            subject, end = f"year:{office.id}:{year}", office.instant(dt.date(year, 12, 31), dt.time())
            yield Reminder(at or until, "staff.year_announced", subject, person, "notice", end)


def _visits(state: State, office: Office) -> Iterator[Reminder]:
    """The lead is the day: a visit that is moved is reminded of again."""
    for name in office.policy.active("visit.eve", "visit.unit"):
        for visit in state.visits:
            at, starts = office.moment(name, visit.on_date), office.instant(visit.on_date, visit.starts)
            if not visit.since <= at < starts:
                continue
            unit = name == "visit.unit"
            kind = "visit.unit_reminder" if unit else "visit.reminder"
            for person in visit.units if unit else filter(None, (visit.visitor,)):
                yield Reminder(at, kind, f"visit:{visit.visit_id}", person, str(visit.on_date), starts)


def _matters(state: State, office: Office) -> Iterator[Reminder]:
    """The units that owe the reply; once it is overdue staff hear of all of them in one notice, at last the leader."""
    for name in office.policy.active(*LADDER):
        lead = name.partition(".")[2]
        for matter in state.matters:
            if name in AFTER:
                yield from _overdue(state, office, name, matter)
            at = office.moment_of_matter(name, matter.deadline, matter.pauses)
            paused = any(office.local_day(at) in pause for pause in matter.pauses)
            for person in matter.units if lead != "leader" and matter.since <= at and not paused else ():
                subject, until = f"part:{matter.part_id}", at + MATTER_OF_USE
                yield Reminder(at, "matter.reminder", subject, person, f"{lead}:{matter.deadline}", until)


def _overdue(state: State, office: Office, name: str, matter: MatterFact) -> Iterator[Reminder]:
    """To staff, or to the leader."""
    since = max(matter.since, matter.changed or matter.since)
    at = office.moment_of_matter(name, matter.deadline, matter.pauses, since)
    if name == "matter.overdue":
        yield from _to_staff(state, office, OVERDUE_LIST, at, FOR_EVER)
    elif matter.leader is not None:
        lead = f"leader:{matter.deadline}"
        yield Reminder(at, ESCALATED, f"part:{matter.part_id}", matter.leader, lead, FOR_EVER)


def _to_staff(
    state: State, office: Office, kind: str, at: dt.datetime, until: dt.datetime | None = None
) -> Iterator[Reminder]:
    """One notice a person and day, which lists everything there is to say that day; `until` None: tomorrow."""
    day = office.local_day(at)
    end = until or office.instant(day + ONE_DAY, dt.time())
    for person in state.staff:
        yield Reminder(at, kind, f"on:{office.id}:{day}", person, "", end)
