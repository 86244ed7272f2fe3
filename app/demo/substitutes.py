"""Substitutions in the demo: one done two weeks ago, one that waits for an answer, a swap that was declined."""

import datetime as dt

from app.demo.timetable import BY, Timetable
from app.directory.models import Office
from app.roster.models import Duty
from app.roster.queries import current_duties
from app.roster.substitution.models import SubstitutionRequest
from app.roster.substitution.queries import waiting_asks
from app.roster.substitution.service import answering, making

HOW = "page"


def plan_substitutes(timetable: Timetable) -> None:
    """Plan them into the timetable; what a rule refuses does not happen."""
    office, today = timetable.office, timetable.now.date()
    done: list[SubstitutionRequest] = []
    asked = today - dt.timedelta(days=16)
    timetable.plan(
        asked, "09:20", lambda: done.append(_ask(office, asked + dt.timedelta(days=4), "business"))
    )
    timetable.plan(asked, "14:05", lambda: _accept(done[-1]))
    declined = today - dt.timedelta(days=6)
    timetable.plan(
        declined, "16:40", lambda: done.append(_ask(office, declined + dt.timedelta(days=11), "leave"))
    )
    timetable.plan(declined + dt.timedelta(days=1), "08:50", lambda: _decline(done[-1]))
    timetable.plan(
        today - dt.timedelta(days=1), "15:30", lambda: _ask(office, today + dt.timedelta(days=8), "business")
    )


def _ask(office: Office, first: dt.date, reason: str) -> SubstitutionRequest:
    """Somebody is asked for the first duty on or after the day, as the office's policy says."""
    duty = _duty(office, first)
    return making.request_cover(office, duty.leader_id or 0, [duty.seat_key], reason, BY)


def _duty(office: Office, first: dt.date) -> Duty:
    found = current_duties(office.id, first, first + dt.timedelta(days=14))
    return next(duty for duty in found if duty.leader_id is not None and duty.status == "held")


def _accept(request: SubstitutionRequest) -> None:
    for ask in waiting_asks(request.id)[:1]:
        answering.accept(ask, BY, HOW)


def _decline(request: SubstitutionRequest) -> None:
    for ask in waiting_asks(request.id)[:1]:
        answering.decline(ask, BY, HOW)
