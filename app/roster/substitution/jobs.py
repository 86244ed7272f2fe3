"""What the scheduler calls, and what is looked at again as soon as a change of leaders or rosters is committed."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.core import clock
from app.core.database import after_commit, db, transaction
from app.directory.events import LeaderChanged, LeaderEnded
from app.roster.events import LeaveChanged, RosterPublished
from app.roster.models import Duty
from app.roster.substitution.service import due_requests, process_deadline
from app.roster.substitution.service.leaving import may_have_left


def due_deadlines() -> None:
    """Nudge, ask the next, escalate or end what is due now.

    May be called at any time, any number of times, by any process.
    """
    process_deadlines(clock.now())


def process_deadlines(now: dt.datetime) -> int:
    """The same for an instant; how many requests were due. Each request has a transaction of its own: one that waits holds up nobody else."""
    worked = 0
    for request_id in list(due_requests(now)):
        with transaction():
            worked += process_deadline(request_id, now)
    return worked


def leader_changed(event: LeaveChanged | LeaderEnded | LeaderChanged) -> None:
    """A leave, or the end of a term: who was asked or has agreed may not be able to come any more."""
    _look_when_committed([event.leader_id])


def duties_changed(event: RosterPublished) -> None:
    """Leaders of the sessions that changed may now be busy when they wanted to stand in, here or elsewhere."""
    rows = select(Duty.leader_id).where(
        Duty.office_id == event.office_id,
        Duty.since_revision == event.number,
        Duty.leader_id.is_not(None),
        Duty.status == "held",
    )
    _look_when_committed([leader for leader in db.session.scalars(rows) if leader is not None])


def _look_when_committed(leader_ids: Collection[int]) -> None:
    """In transactions of their own: requests of other offices take other locks than the change at hand."""
    found = db.session.scalars(may_have_left(leader_ids)).all() if leader_ids else []
    if found:
        after_commit(lambda: _look_at(found))


def _look_at(request_ids: Sequence[int]) -> None:
    for request_id in request_ids:
        with transaction():
            process_deadline(request_id, clock.now())
