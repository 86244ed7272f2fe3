"""What the public pages show, as plain data: days, weeks, months, leaders, changes. No Flask, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.calendar.periods import Suspension
from app.calendar.working import WorkingCalendar
from app.core.dates import DateRange
from app.core.text import Text
from app.roster.published.sessions import Edition, Roll, Seat, Session, Version

CHANGES_SHOWN = 20
CHANGES_FOR = dt.timedelta(days=60)
SESSIONS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session with what became of it. `before`: who was named before the last change of names."""

    session: Session
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of an office. `name` is why it is a rest or make-up day; `published`: some revision set this day."""

    day: dt.date
    sessions: tuple[SessionView, ...]
    rest: bool
    name: Text
    suspension: Suspension | None
    published: bool
    provisional: bool

    @property
    def closed(self) -> bool:
        """The whole day is suspended, appointments too: nobody should come, whatever the roster still says."""
        return self.suspension is not None and not self.suspension.by_appointment_only


@dataclass(frozen=True, slots=True)
class MonthView:
    """A calendar month with the days that have something to say."""

    first: dt.date
    days: tuple[DayView, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A leader who matches a search, with his or her next sessions."""

    seat: Seat
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction did to one session: None is "not on the roster"."""

    edition: Edition
    before: Session | None
    after: Session | None

    @property
    def sort_key(self) -> tuple[dt.time, str]:
        """Order within a day."""
        session = self.after or self.before
        return (session.starts, session.key) if session else (dt.time.min, "")

    @property
    def day(self) -> dt.date:
        """The day it is about."""
        session = self.after or self.before
        return session.on_date if session else self.edition.first_day


def view_day(roll: Roll | None, calendar: WorkingCalendar, day: dt.date) -> DayView:
    """Everything about one day."""
    about = calendar.day(day)
    sessions = roll.on(day) if roll else ()
    return DayView(
        day=day,
        sessions=tuple(view_session(roll, session) for session in sessions) if roll else (),
        rest=not about.working,
        name=about.name,
        suspension=about.suspension,
        published=roll is not None and roll.covered(day) is not None,
        provisional=roll is not None and roll.provisional(day),
    )


def view_session(roll: Roll, session: Session) -> SessionView:
    """A session, with the names it had before when its last change changed them."""
    before = roll.before(session.key)
    changed = before is not None and session.held and before.names != session.names
    return SessionView(session, before.names if changed and before is not None else ())


def view_days(roll: Roll | None, calendar: WorkingCalendar, days: DateRange) -> tuple[DayView, ...]:
    """Every day of a closed range."""
    return tuple(view_day(roll, calendar, day) for day in days.days())


def view_months(roll: Roll | None, calendar: WorkingCalendar, year: int) -> list[MonthView]:
    """The months of a year that have published sessions, each with its days that have some."""
    months = []
    for days in DateRange.of_year(year).months():
        shown = tuple(view_day(roll, calendar, day) for day in days.days() if roll and roll.on(day))
        if shown:
            months.append(MonthView(days.start, shown, any(view.provisional for view in shown)))
    return months


def published_years(roll: Roll | None) -> list[int]:
    """The years with published sessions."""
    return sorted({day.year for day in roll.by_day}) if roll else []


def next_sessions(
    roll: Roll | None, calendar: WorkingCalendar, day: dt.date, time: dt.time, count: int = 1
) -> list[Session]:
    """The next sessions that are held, on days that are not suspended, and do not end before the moment given."""
    if roll is None:
        return []
    found = []
    for when in roll.by_day:
        if when < day or calendar.closed(when):
            continue
        found += [s for s in roll.by_day[when] if s.held and (when > day or s.ends > time)]
        if len(found) >= count:
            break
    return found[:count]


def standing(session: Session, time: dt.time) -> str:
    """Where a session of today stands at `time`: before, during or after."""
    if time < session.starts:
        return "before"
    return "during" if time < session.ends else "after"


def find_leaders(
    roll: Roll | None, calendar: WorkingCalendar, words: str, day: dt.date, time: dt.time
) -> list[Found]:
    """Leaders on the roster from now on whose name, post, portfolio or townships hold the words, with next sessions."""
    if roll is None or not words.strip():
        return []
    asked = _plain(words)
    found: dict[int, tuple[Seat, list[Session]]] = {}
    for session in next_sessions(roll, calendar, day, time, count=10**6):
        for seat in session.seats:
            if seat.leader_id in found or asked in _searchable(seat):
                entry = found.setdefault(seat.leader_id, (seat, []))
                if len(entry[1]) < SESSIONS_AHEAD:
                    entry[1].append(session)
    return [Found(seat, tuple(sessions)) for seat, sessions in found.values()]


def sessions_of(roll: Roll, leader_id: int, day: dt.date) -> tuple[Seat | None, list[Session]]:
    """A leader as last published, and the sessions from `day` on. None: never on the roster."""
    sessions = [s for when in roll.by_day for s in roll.by_day[when] if _seat_of(s, leader_id)]
    seat = _seat_of(sessions[-1], leader_id) if sessions else None
    return seat, [session for session in sessions if session.on_date >= day]


def recent_changes(roll: Roll | None, today: dt.date, now: dt.datetime) -> list[Change]:
    """What corrections of the last 60 days changed about today and later, by day."""
    if roll is None:
        return []
    recent = {
        e.number: e for e in roll.editions if e.kind != "publication" and now - e.published_at <= CHANGES_FOR
    }
    changes = []
    for versions in roll.histories.values():
        for before, after in _pairs(versions):
            if after.number in recent:
                changes.append(
                    Change(recent[after.number], before.session if before else None, after.session)
                )
    ahead = [change for change in changes if change.day >= today]
    return sorted(ahead, key=lambda change: (change.day, change.edition.number))


def changes_of(roll: Roll, number: int) -> list[Change]:
    """What one edition changed, by day."""
    edition = roll.edition(number)
    changes = [
        Change(edition, before.session if before else None, after.session)
        for versions in roll.histories.values()
        for before, after in _pairs(versions)
        if after.number == number
    ]
    return sorted(changes, key=lambda change: (change.day, change.sort_key))


def as_of(roll: Roll, number: int) -> Roll:
    """The roll as it was when edition `number` was the newest. KeyError when there is none."""
    roll.edition(number)
    histories = {
        key: kept
        for key, versions in roll.histories.items()
        if (kept := tuple(version for version in versions if version.number <= number))
    }
    return Roll(
        tuple(edition for edition in roll.editions if edition.number <= number),
        histories,
        roll.official_years,
    )


def superseded_by(roll: Roll, number: int) -> Edition | None:
    """The first later edition that set a day of this one anew, None while it still holds whole."""
    edition = roll.edition(number)
    return next(
        (
            later
            for later in roll.editions
            if later.number > number
            and later.first_day <= edition.last_day
            and later.last_day >= edition.first_day
        ),
        None,
    )


def _pairs(versions: Sequence[Version]) -> Iterable[tuple[Version | None, Version]]:
    return zip((None, *versions[:-1]), versions, strict=True)


def _seat_of(session: Session, leader_id: int) -> Seat | None:
    return next((seat for seat in session.seats if seat.leader_id == leader_id), None)


def _searchable(seat: Seat) -> str:
    return _plain(f"{seat.name}\n{seat.post}\n{seat.sectors}\n{seat.townships}")


def _plain(text: str) -> str:
    """For comparison: without blanks, in small letters."""
    return "".join(text.split()).casefold()
