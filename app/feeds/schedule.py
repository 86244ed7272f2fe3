"""The published schedule as JSON. Every field is named here; nothing else can leave. Pure."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from app.feeds.calendars import Publication
from app.roster.published.sessions import Session
from app.web.renderings import Rendering

CONTENT_TYPE = "application/json; charset=utf-8"


def schedule_json(published: Publication, first: dt.date | None, last: dt.date | None) -> Rendering:
    """Sessions from `first` to `last`, inclusive (None is open). Revision 0: nothing is published yet.

    `provisional` is true when any session shown was published before its year's official notice was in.
    """
    roll = published.roll
    sessions = roll.between(first, last) if roll else []
    content = {
        "office": published.place.code,
        "revision": roll.newest.number if roll else 0,
        "provisional": bool(roll) and _any_provisional(published, sessions),
        "timezone": published.place.zone,
        "sessions": [_session(session) for session in sessions],
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Rendering(body, CONTENT_TYPE, roll.newest.published_at.replace(microsecond=0) if roll else None)


def _any_provisional(published: Publication, sessions: Iterable[Session]) -> bool:
    roll = published.roll
    days = {session.on_date for session in sessions}
    return roll is not None and any(roll.provisional(day) for day in days)


def _session(session: Session) -> dict[str, Any]:
    return {
        "date": session.on_date.isoformat(),
        "session": session.session,
        "start": f"{session.starts:%H:%M}",
        "end": f"{session.ends:%H:%M}",
        "room": session.room,
        "status": session.status,
        "leaders": [{"name": seat.name, "post": seat.post, "role": seat.role} for seat in session.seats],
    }
