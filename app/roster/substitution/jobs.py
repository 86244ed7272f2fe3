"""What the scheduler calls."""

import datetime as dt

from app.core import clock
from app.core.database import transaction
from app.roster.substitution.service import due_requests, process_deadline


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
