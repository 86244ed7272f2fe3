"""Locking seats of a draft: what is locked stays where it is, in the grid and when the draft is built anew."""

from typing import Any

from sqlalchemy import CursorResult, select, update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.directory.models import Office
from app.roster.errors import DraftChanged, DraftNotEditable, SeatLocked, UnknownSeat
from app.roster.models import Draft, DraftDuty


def set_lock(draft: Draft, seat_key: str, locked: bool, expected_version: int, by: str) -> None:
    """Lock or unlock one seat.

    Raises DraftChanged, DraftNotEditable unless the draft is ready, UnknownSeat, SeatLocked for a day that is past.
    """
    del by  # the audit entry knows who
    _claim(draft, expected_version)
    seat = db.session.scalar(
        select(DraftDuty).where(DraftDuty.draft_id == draft.id, DraftDuty.seat_key == seat_key)
    )
    if seat is None:
        raise UnknownSeat(seat_key)
    office = db.session.get_one(Office, draft.office_id)
    if seat.on_date < clock.today(office.timezone) and seat.locked:
        raise SeatLocked(
            f"{seat.on_date.isoformat()} 已经过去，不能解除固定。",
            f"{seat.on_date.isoformat()} is past: it stays locked.",
        )
    before, seat.locked = seat.locked, locked
    audit.record("draft.lock", f"draft {draft.id}", draft.office_id, {seat_key: before}, {seat_key: locked})
    db.session.flush()


def _claim(draft: Draft, expected_version: int) -> None:
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(Draft)
        .where(Draft.id == draft.id, Draft.version == expected_version, Draft.state == "ready")
        .values(version=Draft.version + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draft)
    if result.rowcount == 1:
        return
    raise DraftChanged if draft.state == "ready" else DraftNotEditable(draft.state)
