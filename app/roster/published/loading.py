"""Load what an office has published. A revision never changes, so each is read from the database once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.calendar.notices import official_notices
from app.core.database import db
from app.core.recent import Recent
from app.roster.models import Duty, Revision
from app.roster.published.sessions import Edition, Roll, SeatRow, session_histories
from app.roster.queries import current_revision

_OFFICES_KEPT = 64


def find_roll(office_id: int) -> Roll | None:
    """What an office has published as of its newest revision; None before the first."""
    newest = current_revision(office_id)
    if newest is None:
        return None
    rolls: Recent[Roll] = current_app.extensions.setdefault("published_rolls", Recent(_OFFICES_KEPT))
    return rolls.get((office_id, newest.number, newest.content_hash), lambda: _load(office_id, newest.number))


def offices_of_leader(leader_id: int) -> Sequence[int]:
    """Ids of the offices where the leader has, or had, a published duty, in order."""
    return db.session.scalars(
        select(Duty.office_id).where(Duty.leader_id == leader_id).distinct().order_by(Duty.office_id)
    ).all()


def _load(office_id: int, number: int) -> Roll:
    """Read revisions and duties up to `number`: later ones may have been added meanwhile."""
    editions = db.session.execute(
        select(
            Revision.number,
            Revision.kind,
            Revision.first_day,
            Revision.last_day,
            Revision.provisional,
            Revision.published_at,
            Revision.reason,
        )
        .where(Revision.office_id == office_id, Revision.number <= number)
        .order_by(Revision.number)
    )
    rows = db.session.execute(
        select(
            Duty.since_revision,
            Duty.until_revision,
            Duty.session_key,
            Duty.on_date,
            Duty.session,
            Duty.starts,
            Duty.ends,
            Duty.seat,
            Duty.status,
            Duty.leader_id,
            Duty.leader_name,
            Duty.role,
            Duty.post,
            Duty.sectors,
            Duty.townships,
            Duty.room,
            Duty.place,
            Duty.phone,
        )
        .where(Duty.office_id == office_id, Duty.since_revision <= number)
        .order_by(Duty.on_date, Duty.session_key)
    )
    return Roll(
        editions=tuple(Edition(*row) for row in editions),
        histories=session_histories(_as_of(_seat_row(tuple(row)), number) for row in rows),
        official_years=frozenset(official_notices()),
    )


def _seat_row(columns: tuple[Any, ...]) -> SeatRow:
    return SeatRow(*columns)


def _as_of(row: SeatRow, number: int) -> SeatRow:
    """The row without what a revision after `number` did to it."""
    if row.until is None or row.until <= number:
        return row
    return replace(row, until=None)
