"""Counting public attempts in the database, so that limits hold over all processes. Only keyed hashes are kept."""

import datetime as dt

from sqlalchemy import delete, func, select

from app.appointments.errors import TooManyTries
from app.appointments.models import BookingTry
from app.core import clock
from app.core.database import db, lock
from app.core.encryption import blind_index

_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)


def count_try(kind: str, about: str, most: int) -> None:
    """Count an attempt ("book" from an address, "code" for a reference). Raises TooManyTries after `most` in an hour."""
    key, now = _key(kind, about), clock.now()
    lock(f"tries {key}")
    recent = db.session.execute(
        select(func.count(), func.min(BookingTry.at)).where(
            BookingTry.key == key, BookingTry.at > now - _HOUR
        )
    ).one()
    if recent[0] >= most:
        raise TooManyTries(minutes=60)
    db.session.add(BookingTry(key=key, at=now))
    db.session.execute(delete(BookingTry).where(BookingTry.at <= now - _DAY))
    db.session.flush()


def use_once(mark: str) -> bool:
    """Whether the mark of a question is used for the first time within a day."""
    key = _key("question", mark)
    lock(f"tries {key}")
    if db.session.scalar(select(BookingTry.id).where(BookingTry.key == key)) is not None:
        return False
    db.session.add(BookingTry(key=key, at=clock.now()))
    db.session.flush()
    return True


def _key(kind: str, about: str) -> str:
    return blind_index(f"{kind}\x00{about}", "booking_tries.key")
