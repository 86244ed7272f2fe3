"""What happens when nobody answered in time. Idempotent: each step changes what made it due."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import or_, select

from app.core.database import db
from app.core.events import emit
from app.core.text import Text
from app.directory.models import Office
from app.roster.substitution import queries
from app.roster.substitution.events import SubstituteNudged
from app.roster.substitution.models import (
    OPEN_STATES,
    SubstitutionAsk,
    SubstitutionDuty,
    SubstitutionRequest,
)
from app.roster.substitution.service.asking import ask_on, deadline_of, escalate, starts_at
from app.roster.substitution.service.common import begin_with, move_ask, note
from app.roster.substitution.service.leaving import let_go, may_have_left
from app.roster.substitution.service.watching import drop
from app.roster.substitution.words import day_words


def due_requests(now: dt.datetime) -> Sequence[int]:
    """Ids of the open requests that may be due at `now`."""
    soon = (now + dt.timedelta(days=2)).date()
    return db.session.scalars(
        select(SubstitutionRequest.id)
        .where(
            SubstitutionRequest.state.in_(OPEN_STATES),
            or_(
                SubstitutionRequest.deadline_at <= now,
                SubstitutionRequest.id.in_(
                    select(SubstitutionDuty.request_id).where(
                        SubstitutionDuty.state.in_(("open", "agreed")), SubstitutionDuty.on_date <= soon
                    )
                ),
                SubstitutionRequest.id.in_(may_have_left()),
            ),
        )
        .order_by(SubstitutionRequest.office_id, SubstitutionRequest.id)
    ).all()


def process_deadline(request_id: int, now: dt.datetime) -> bool:
    """Do what is due about one request; False when nothing was. Twice at the same moment changes nothing more."""
    request = db.session.get_one(SubstitutionRequest, request_id)
    begin_with(request)
    return request.is_open and _work_on(db.session.get_one(Office, request.office_id), request, now)


def _work_on(office: Office, request: SubstitutionRequest, now: dt.datetime) -> bool:
    changed = let_go(office, request)
    changed |= _drop_begun(office, request, now)
    if request.is_open and request.deadline_at is not None and request.deadline_at <= now:
        _at_deadline(office, request, now)
        changed = True
    return changed


def _drop_begun(office: Office, request: SubstitutionRequest, now: dt.datetime) -> bool:
    begun = [
        duty
        for duty in request.duties
        if duty.state in ("open", "agreed") and starts_at(office, duty.on_date, duty.starts) <= now
    ]
    for duty in begun if request.is_open else ():
        if request.is_open:
            drop(duty, _begun_words(duty))
    return bool(begun)


def _begun_words(duty: SubstitutionDuty) -> Text:
    day = day_words(duty.on_date, duty.session)
    return Text(
        f"{day.zh}的接访已经开始，代班申请失效。如无人到场，请工作人员立即安排。",
        f"The session of {day.en} has begun, so the request ended. If nobody is there, staff can still arrange it now.",
    )


def _at_deadline(office: Office, request: SubstitutionRequest, now: dt.datetime) -> None:
    policy = queries.policy_of(office.id)
    waiting = [ask for ask in request.asks if ask.state == "waiting"]
    if request.state in ("agreed", "approved") or not waiting or request.kind == "swap":
        if not _nudge(request, waiting, now):
            escalate(request)
            request.deadline_at = None
    elif policy.at_deadline == "nudge" and _nudge(request, waiting, now):
        request.deadline_at = deadline_of(office, request, policy.deadline_days)
    elif policy.at_deadline == "next":
        _close_silent(request, waiting)
        request.deadline_at = None
        ask_on(office, request, "")
    else:
        if policy.at_deadline == "staff":
            _close_silent(request, waiting)
        request.deadline_at = None
        escalate(request)
    if request.is_open and request.deadline_at is not None and request.deadline_at <= now:
        request.deadline_at = deadline_of(office, request, max(policy.deadline_days, 1))
    db.session.flush()


def _close_silent(request: SubstitutionRequest, waiting: list[SubstitutionAsk]) -> None:
    for ask in waiting:
        if move_ask(ask, "waiting", "closed"):
            note(request, "silent", "", ask.leader_id)


def _nudge(request: SubstitutionRequest, waiting: list[SubstitutionAsk], now: dt.datetime) -> bool:
    """Remind, once, those who have not answered; False when everybody was reminded before."""
    silent = [ask for ask in waiting if ask.nudged_at is None]
    for ask in silent:
        ask.nudged_at = now
        db.session.flush()
        note(request, "nudged", "", ask.leader_id)
        emit(SubstituteNudged(request.id, ask.id, request.office_id, ask.leader_id))
    return bool(silent)
