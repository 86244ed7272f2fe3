"""What a lobby screen needs to run by itself for weeks: the days ahead with their sessions. Pure; an allow-list."""

import datetime as dt
from typing import Any

from app.calendar.working import Day, WorkingCalendar
from app.core.text import Text
from app.roster.published.sessions import Roll, Seat, Session

FORMAT = 1
DAYS_AHEAD = 28  # a screen without a network shows names for 14 days, and still knows what comes next
GOOD_FOR_DAYS = 14
LATER_SESSIONS = 5
_LONGEST_SEARCH = 400
_WEEKEND = "周末"


def make_snapshot(
    office: dict[str, str], roll: Roll | None, calendar: WorkingCalendar, today: dt.date
) -> dict[str, Any]:
    """The snapshot of a day. `office` has code, name, name_en, phone, address, timezone."""
    days = [today + dt.timedelta(days=n) for n in range(DAYS_AHEAD)]
    newest = roll.newest if roll else None
    return {
        "format": FORMAT,
        "office": office,
        "revision": newest.number if newest else 0,
        "published_at": newest.published_at.isoformat(timespec="seconds") if newest else None,
        "good_for_days": GOOD_FOR_DAYS,
        "days": [_day(roll, calendar.day(day)) for day in days],
        "later": _later(roll, days[-1]),
    }


def _day(roll: Roll | None, day: Day) -> dict[str, Any]:
    suspension = day.suspension
    return {
        "date": day.day.isoformat(),
        "rest": not day.working,
        "name": _text(day.name) if day.name.zh != _WEEKEND else _text(Text("", "")),
        "provisional": roll is not None and roll.provisional(day.day),
        "published": roll is not None and roll.covered(day.day) is not None,
        "suspension": None
        if suspension is None
        else {
            "reason": suspension.reason,
            "last_day": None if suspension.days.ends_open else suspension.days.last_day.isoformat(),
            "by_appointment_only": suspension.by_appointment_only,
        },
        "sessions": [_session(roll, session) for session in roll.on(day.day)] if roll else [],
    }


def _later(roll: Roll | None, after: dt.date) -> list[dict[str, Any]]:
    """The next sessions beyond the days, for offices that receive seldom."""
    found: list[dict[str, Any]] = []
    for day in roll.by_day if roll else ():
        if after < day <= after + dt.timedelta(days=_LONGEST_SEARCH) and len(found) < LATER_SESSIONS and roll:
            found += [_session(roll, session) for session in roll.on(day) if session.held]
    return found[:LATER_SESSIONS]


def _session(roll: Roll, session: Session) -> dict[str, Any]:
    before = roll.before(session.key)
    stands_in = before is not None and session.held and before.names != session.names
    return {
        "date": session.on_date.isoformat(),
        "session": session.session,
        "start": f"{session.starts:%H:%M}",
        "end": f"{session.ends:%H:%M}",
        "status": session.status,
        "room": session.room,
        "place": session.place,
        "phone": session.phone,
        "stands_in_for": list(before.names) if before is not None and stands_in else [],
        "leaders": [_leader(seat) for seat in session.seats],
    }


def _leader(seat: Seat) -> dict[str, str]:
    return {
        "name": seat.name,
        "post": seat.post,
        "sectors": seat.sectors,
        "townships": seat.townships,
        "room": seat.room,
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
