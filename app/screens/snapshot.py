"""What a lobby screen needs to run by itself for weeks: the days ahead with their sessions. Pure; an allow-list.

A snapshot is an envelope around one string, so that its checksum is over exactly the bytes that were made: a player
takes it whole or not at all. `expires_at` is the instant from which no name may be shown any more.
"""

import datetime as dt
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from app.calendar.working import Day, WorkingCalendar
from app.core.text import Text
from app.roster.published.sessions import Roll, Seat, Session
from app.screens.calls import SHOWN_FOR, Call

FORMAT = 2
DAYS_AHEAD = 28  # a screen without a network shows names for 14 days, and still knows what comes next
GOOD_FOR_DAYS = 14
LATER_SESSIONS = 5
_LONGEST_SEARCH = 400
_WEEKEND = "周末"


def seal(content: Mapping[str, Any], expires_at: dt.datetime) -> bytes:
    """The envelope as JSON: format, version, expires_at (ms), crc (of the UTF-8 bytes of content), content."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    crc = zlib.crc32(text.encode())
    envelope = {
        "format": FORMAT,
        "version": f"{crc:08x}-{len(text)}",
        "expires_at": int(expires_at.timestamp() * 1000),
        "crc": crc,
        "content": text,
    }
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def expiry(today: dt.date, zone: str) -> dt.datetime:
    """The end of the fourteenth day after `today`."""
    last = today + dt.timedelta(days=GOOD_FOR_DAYS + 1)
    return dt.datetime.combine(last, dt.time(), ZoneInfo(zone))


def make_place(
    office: Mapping[str, str], roll: Roll | None, calendar: WorkingCalendar, today: dt.date, room: str = ""
) -> dict[str, Any]:
    """One office as of a day, or one room of it. `office` has code, name, name_en, phone, address, timezone."""
    days = [today + dt.timedelta(days=n) for n in range(DAYS_AHEAD)]
    newest = roll.newest if roll else None
    return {
        "office": dict(office),
        "room": room,
        "revision": newest.number if newest else 0,
        "published_at": newest.published_at.isoformat(timespec="seconds") if newest else None,
        "days": [_day(roll, calendar.day(day), room) for day in days],
        "later": _later(roll, days[-1], room),
    }


def make_calls(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """Tickets with the instants (ms) they are called from and shown until."""
    return [
        {
            "ticket": call.ticket,
            "room": call.room,
            "from": int(call.called_at.timestamp() * 1000),
            "until": int((call.called_at + SHOWN_FOR).timestamp() * 1000),
        }
        for call in calls
    ]


def _day(roll: Roll | None, day: Day, room: str) -> dict[str, Any]:
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
        "sessions": _sessions(roll, day.day, room),
    }


def _later(roll: Roll | None, after: dt.date, room: str) -> list[dict[str, Any]]:
    """The next sessions beyond the days, for offices that receive seldom."""
    found: list[dict[str, Any]] = []
    for day in roll.by_day if roll else ():
        if after < day <= after + dt.timedelta(days=_LONGEST_SEARCH) and len(found) < LATER_SESSIONS:
            found += [one for one in _sessions(roll, day, room) if one["status"] == "held"]
    return found[:LATER_SESSIONS]


def _sessions(roll: Roll | None, day: dt.date, room: str) -> list[dict[str, Any]]:
    """The sessions of a day; for one room only the seats in it, and not the sessions without any."""
    found = [_session(roll, session) for session in roll.on(day)] if roll else []
    if not room:
        return found
    for one in found:
        one["leaders"] = [leader for leader in one["leaders"] if leader["room"] == room]
    return [one for one in found if one["leaders"]]


def _session(roll: Roll, session: Session) -> dict[str, Any]:
    replaced = _replaced(roll, session) if session.held else {}
    return {
        "date": session.on_date.isoformat(),
        "session": session.session,
        "start": f"{session.starts:%H:%M}",
        "end": f"{session.ends:%H:%M}",
        "status": session.status,
        "room": session.room,
        "place": session.place,
        "off_site": bool(session.place and not session.room),
        "phone": session.phone,
        "leaders": [_leader(seat, replaced.get(seat.leader_id, "")) for seat in session.seats],
    }


def _leader(seat: Seat, stands_in_for: str) -> dict[str, str]:
    return {
        "name": seat.name,
        "post": seat.post,
        "sectors": seat.sectors,
        "townships": seat.townships,
        "room": seat.room,
        "place": seat.place,
        "stands_in_for": stands_in_for,
    }


def _replaced(roll: Roll, session: Session) -> dict[int, str]:
    """Whom the leaders who joined the session last stand in for, by leader; nobody in a newly made plan."""
    versions = roll.histories[session.key]
    for now, before in zip(reversed(versions), reversed(versions[:-1]), strict=False):
        if now.session is None or before.session is None:
            return {}
        if now.session.names != before.session.names:
            if roll.edition(now.number).kind == "publication":
                return {}
            gone = [seat.name for seat in before.session.seats if seat.name not in now.session.names]
            came = [seat.leader_id for seat in now.session.seats if seat.name not in before.session.names]
            return dict(zip(came, gone, strict=False))
    return {}


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
