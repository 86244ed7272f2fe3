"""Requests nobody decides have an end, too: the waiting list ends when booking closes, a request without a day by policy.

The resident is told with each end, and may choose another session; the personal data is kept as long as that of other
requests without a visit, counted from that end.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, select

from app.appointments.bookable import get_planned, policy_of
from app.appointments.errors import ChangedMeanwhile, SessionNotOpen
from app.appointments.models import Visit, VisitStep
from app.appointments.service import steps
from app.core import clock
from app.core.database import db
from app.directory.models import Office

CLOCK = "clock"  # who did it, in the history
_WAITS = ("received", "waiting")
_LOOKED_AHEAD = dt.timedelta(days=40)  # booking closes at most so long before a session


@dataclass(frozen=True, slots=True)
class Undecided:
    """Ids of visits that end now: on the waiting list of a session closed to booking; too long without a day."""

    waiting: tuple[int, ...]
    placeless: tuple[int, ...]


def undecided(office: Office) -> Undecided:
    """What `end_undecided` would end now."""
    too_old = clock.now() - dt.timedelta(days=policy_of(office.id).undecided_days)
    placeless = select(Visit.id).where(
        Visit.office_id == office.id,
        Visit.state.in_(_WAITS),
        Visit.session_key.is_(None),
        Visit.received_at <= too_old,
        Visit.purged_at.is_(None),
        ~_something_happened_since(too_old).exists(),
    )
    return Undecided(tuple(_on_closed_lists(office)), tuple(db.session.scalars(placeless)))


def _something_happened_since(moment: dt.datetime) -> Select[int]:
    """Steps of the visit: a request that was reopened, or whose session fell out, waits anew from that day."""
    return select(VisitStep.id).where(VisitStep.visit_id == Visit.id, VisitStep.at > moment)


def end_undecided(office: Office) -> Undecided:
    """End them, each with its own words to the resident; returns what it was."""
    found = undecided(office)
    held = steps.hold_free((*found.waiting, *found.placeless))
    for visit in held:
        try:
            steps.take(visit, "waiting_ended" if visit.id in found.waiting else "not_decided", CLOCK)
        except ChangedMeanwhile:  # decided at this very moment
            continue
    return found


def _on_closed_lists(office: Office) -> list[int]:
    """Visits on the waiting lists of sessions in which no place can become free any more."""
    today = clock.today(office.timezone)
    rows = db.session.execute(
        select(Visit.id, Visit.session_key, Visit.on_date)
        .where(
            Visit.office_id == office.id,
            Visit.state == "waiting",
            Visit.session_key.is_not(None),
            Visit.on_date <= today + _LOOKED_AHEAD,
        )
        .order_by(Visit.id)
    ).all()
    closed = {row.session_key for row in rows if row.on_date < today}
    closed |= {key for key in {row.session_key for row in rows} - closed if _closed(office, key)}
    return [row.id for row in rows if row.session_key in closed]


def _closed(office: Office, session_key: str) -> bool:
    try:
        return clock.now() >= get_planned(office, session_key, policy_of(office.id)).cut_off
    except SessionNotOpen:  # what becomes of a session that fell out is the roster's to say
        return False
