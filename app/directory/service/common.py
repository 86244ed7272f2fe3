"""What every write shares: locking an office's directory, noticing another person's change, unique names."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.core.database import db, lock
from app.core.encryption import blind_index
from app.core.errors import RotaError
from app.directory.errors import ChangedMeanwhile

Snapshot = dict[str, Any]


def hold(office_id: int) -> None:
    """Be the only one who changes this office's directory until the transaction ends; what was read is read again."""
    lock(f"directory:{office_id}")
    db.session.flush()
    db.session.expire_all()


def iso(day: dt.date | None) -> str | None:
    """A day as JSON keeps it."""
    return day.isoformat() if day else None


def fingerprint(values: Mapping[str, Any]) -> str:
    """A keyed hash of what a form was opened with; safe to send to a browser."""
    return blind_index(json.dumps(values, sort_keys=True, ensure_ascii=False, default=str), "form")


def expect(found: str, expected: str | None) -> None:
    """Refuse to overwrite what somebody else saved. None skips the check. Raises ChangedMeanwhile."""
    if expected is not None and found != expected:
        raise ChangedMeanwhile


def flush_unique(error: RotaError) -> None:
    """Flush; a broken unique constraint becomes `error`, and only this statement is undone."""
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as broken:
        raise error from broken
