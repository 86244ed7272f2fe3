"""Taking and giving back seats. The unique key of the row is the guarantee; nothing here counts and then inserts."""

import datetime as dt
import random
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.appointments.errors import SessionFull
from app.appointments.models import Seat, Visit
from app.appointments.rules.states import WALK_IN_FROM
from app.core.database import db

_ROWS: Any = Seat.__table__
# Made once: the statement is the same for every seat, and putting it together costs more than running it.
_INSERT = {
    name: insert(_ROWS)
    .on_conflict_do_nothing(index_elements=["office_id", "session_key", "number"])
    .returning(_ROWS.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def claim(
    visit: Visit, session_key: str, places: int, until: dt.datetime | None = None, first: int = 1
) -> int:
    """Take a free seat numbered `first` … `first + places - 1` for the visit; returns its number.

    `until`: it is only held, and expires then. Raises SessionFull. Whoever comes at the same moment wants, most
    likely, another number; whoever wants the same one waits for the first to finish and then goes on to the next.
    """
    free = list(set(range(first, first + places)) - _taken(visit.office_id, session_key))
    while free:
        at = random.randrange(len(free))
        free[at], number = free[-1], free[at]
        free.pop()
        if _insert(visit, session_key, number, until):
            db.session.expire(visit, ["seat"])
            return number
    raise SessionFull


def claim_at_once(visit: Visit, session_key: str, places: int, until: dt.datetime | None) -> bool:
    """Try one seat at random without asking which are free; False when that one is taken.

    Most sessions have places left, and then nothing needs to be read: the unique key answers.
    """
    if places < 1 or not _insert(visit, session_key, random.randrange(places) + 1, until):
        return False
    db.session.expire(visit, ["seat"])
    return True


def claim_walk_in(visit: Visit, session_key: str, places: int, walk_in_places: int) -> int:
    """A seat for somebody who stands at the desk: one kept for walk-ins, else a free appointment seat."""
    try:
        return claim(visit, session_key, walk_in_places, first=WALK_IN_FROM)
    except SessionFull:
        return claim(visit, session_key, places)


def release(visit: Visit) -> str | None:
    """Give the visit's seat back; returns the session it was in, None when it held none."""
    session_key = db.session.scalar(select(Seat.session_key).where(Seat.visit_id == visit.id))
    if session_key is not None:
        db.session.execute(delete(Seat).where(Seat.visit_id == visit.id))
        db.session.expire(visit, ["seat"])
    return session_key


def release_expired(visit: Visit, now: dt.datetime) -> str | None:
    """Give the seat back if its time is over now; the session it was in, None when it was confirmed meanwhile."""
    gone = delete(Seat).where(Seat.visit_id == visit.id, Seat.hold_until <= now).returning(Seat.session_key)
    session_key = db.session.scalar(gone)
    db.session.expire(visit, ["seat"])
    return session_key


def keep(visit: Visit, until: dt.datetime | None = None) -> None:
    """The seat stays with the visit: for good, or until another moment."""
    seat = db.session.scalar(select(Seat).where(Seat.visit_id == visit.id))
    if seat is not None:
        seat.hold_until = until


def holds_seat(visit: Visit) -> bool:
    """Whether the visit has a seat now."""
    return db.session.scalar(select(Seat.id).where(Seat.visit_id == visit.id)) is not None


def held_until(visit: Visit) -> dt.datetime | None:
    """Until when the visit's seat is held; None when it does not expire, or there is none."""
    return db.session.scalar(select(Seat.hold_until).where(Seat.visit_id == visit.id))


def taken_by_session(office_id: int, session_keys: Iterable[str]) -> Mapping[str, int]:
    """How many appointment seats of each session are taken (held ones too); sessions without any are left out."""
    rows = db.session.execute(
        select(Seat.session_key, func.count())
        .where(
            Seat.office_id == office_id,
            Seat.session_key.in_(list(session_keys)),
            Seat.number < WALK_IN_FROM,
        )
        .group_by(Seat.session_key)
    )
    return {row[0]: row[1] for row in rows}


def _taken(office_id: int, session_key: str) -> set[int]:
    return set(
        db.session.scalars(
            select(Seat.number).where(Seat.office_id == office_id, Seat.session_key == session_key)
        )
    )


def _insert(visit: Visit, session_key: str, number: int, until: dt.datetime | None) -> bool:
    values = {
        "office_id": visit.office_id,
        "session_key": session_key,
        "number": number,
        "visit_id": visit.id,
        "hold_until": until,
    }
    connection = db.session.connection()
    return connection.execute(_INSERT[connection.dialect.name], values).scalar() is not None
