"""Somebody who was asked, or has agreed, cannot be there any more: a leave, another duty, the end of a term.

Cover: who leaves is let go and hears of it, others are asked, or staff decide. Swap: it ends with a sentence. Nothing
waits for the hand-over to find out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.core.database import db
from app.core.events import emit
from app.core.text import Text
from app.directory.models import Leader, Office
from app.roster.models import Duty, Leave
from app.roster.substitution import queries
from app.roster.substitution.candidates import Situation
from app.roster.substitution.events import SubstitutionChanged
from app.roster.substitution.models import (
    OPEN_STATES,
    SubstitutionAsk,
    SubstitutionDuty,
    SubstitutionRequest,
)
from app.roster.substitution.rules import Problem, Wanted, find_problems
from app.roster.substitution.service.asking import ask_on, deadline_of, published_duty
from app.roster.substitution.service.common import end, move, move_ask, move_duty, note
from app.roster.substitution.words import day_words

NOT_HERE = Problem("term", True, Text("届时不在任", "not in office then"))


@dataclass(frozen=True, slots=True)
class There:
    """Who can be at the duties of a request that are not handed over yet."""

    request: SubstitutionRequest
    situation: Situation
    rows: Mapping[int, Duty]

    def against(self, leader_id: int, duty: SubstitutionDuty, gives: str = "") -> Problem | None:
        """Why a leader cannot be at a duty; `gives`: the seat given away in exchange."""
        row, person = self.rows.get(duty.id), self.situation.people.get(leader_id)
        if row is None:
            return None
        if person is None:
            return NOT_HERE
        wanted = self.situation.wanted.get(row.session_key, Wanted())
        seat = self.situation.seat_of(row)
        found = find_problems(person.without(gives), seat, self.situation.limits, wanted)
        return next((problem for problem in found if problem.hard), None)


def may_have_left(leader_ids: Collection[int] = ()) -> Select[Any]:
    """Ids of open requests in which somebody asked or agreed (of these leaders) may not be able to come any more."""
    other = aliased(Duty)
    parties = or_(
        SubstitutionAsk.leader_id == Leader.id,
        and_(SubstitutionRequest.kind == "swap", SubstitutionRequest.leader_id == Leader.id),
    )
    day = SubstitutionDuty.on_date
    busy = exists().where(
        other.leader_id == Leader.id,
        other.on_date == day,
        other.until_revision.is_(None),
        other.status == "held",
        or_(other.office_id != SubstitutionDuty.office_id, other.seat_key != SubstitutionDuty.seat_key),
    )
    away = exists().where(
        Leave.leader_id == Leader.id,
        Leave.withdrawn_at.is_(None),
        Leave.first_day <= day,
        Leave.last_day >= day,
    )
    of_these: ColumnElement[bool] = Leader.id.in_(leader_ids) if leader_ids else Leader.id.is_not(None)
    return (
        select(SubstitutionRequest.id)
        .join(SubstitutionAsk, SubstitutionAsk.request_id == SubstitutionRequest.id)
        .join(SubstitutionDuty, SubstitutionDuty.request_id == SubstitutionRequest.id)
        .join(Leader, parties)
        .where(
            SubstitutionRequest.state.in_(OPEN_STATES),
            SubstitutionAsk.state.in_(("queued", "waiting", "accepted")),
            SubstitutionDuty.state.in_(("open", "agreed")),
            or_(Leader.last_day < day, Leader.first_day > day, busy, away),
            of_these,
        )
        .distinct()
    )


def let_go(office: Office, request: SubstitutionRequest) -> bool:
    """Let go whoever cannot be there any more; False when everybody still can. One outcome, with a sentence."""
    pending = [duty for duty in request.duties if duty.state in ("open", "agreed")]
    rows = {duty.id: row for duty in pending if (row := published_duty(office.id, duty)) is not None}
    if not request.is_open or not rows:
        return False
    there = There(request, Situation(office, list(rows.values())), rows)
    return _end_swap(there) if request.kind == "swap" else _go_on_without(office, there)


def _end_swap(there: There) -> bool:
    request = there.request
    other = next((ask.leader_id for ask in request.asks), None)
    takers = {"given": other, "taken": request.leader_id}
    for duty in request.duties:
        leader_id = takers[duty.part]
        own = next((d.seat_key for d in request.duties if d.leader_id == leader_id), "")
        problem = there.against(leader_id, duty, own) if leader_id is not None else None
        if problem is not None and leader_id is not None:
            note(request, "left", "", leader_id, problem.kind)
            end(request, "expired", _ended_words(there, leader_id, duty, problem))
            return True
    return False


def _ended_words(there: There, leader_id: int, duty: SubstitutionDuty, problem: Problem) -> Text:
    name, day, why = (
        db.session.get_one(Leader, leader_id).name,
        day_words(duty.on_date, duty.session),
        problem.text,
    )
    return Text(
        f"{name}不能接 {day.zh} 的接访（{why.zh}），换班不再办理，原安排不变。",
        f"{name} cannot take the duty of {day.en} ({why.en}): the exchange ended and nothing changes.",
    )


def _go_on_without(office: Office, there: There) -> bool:
    request = there.request
    gone = _close_asks_of(there)
    left = _reopen(there)
    if not gone and not left:
        return False
    if left:
        request.escalated_at = None
        _ask_again(request, {*gone, *left})
        if request.state in ("agreed", "approved"):
            move(request, "asked", left=tuple(left))
        else:
            emit(SubstitutionChanged(request.id, office.id, request.state, request.state, left=tuple(left)))
    ask_on(office, request, "")
    if any(ask.state == "waiting" for ask in request.asks):
        request.deadline_at = deadline_of(office, request, queries.policy_of(office.id).deadline_days)
    db.session.flush()
    return True


def _close_asks_of(there: There) -> list[int]:
    """Asks that nobody needs to answer any more; an ask for several duties goes on about those that are possible."""
    request, gone = there.request, []
    open_ones = {duty.id: duty for duty in request.duties if duty.state == "open"}
    for ask in [ask for ask in request.asks if ask.state in ("waiting", "queued")]:
        asked = [open_ones[i] for i in ask.duty_ids if i in open_ones]
        against = {duty.id: there.against(ask.leader_id, duty) for duty in asked}
        blocked = [problem for problem in against.values() if problem is not None]
        if blocked and len(blocked) == len(asked) and move_ask(ask, ask.state, "closed"):
            note(request, "left", "", ask.leader_id, blocked[0].kind)
            gone.append(ask.leader_id)
        elif blocked:
            ask.duty_ids = [i for i in ask.duty_ids if against.get(i) is None]
            db.session.flush()
    return gone


def _reopen(there: There) -> list[int]:
    """Duties whose substitute has agreed and cannot come are open again; who that was."""
    request, left = there.request, []
    for duty in [duty for duty in request.duties if duty.state == "agreed"]:
        leader_id = duty.substitute_id or 0
        problem = there.against(leader_id, duty)
        if problem is not None and move_duty(duty, "agreed", "open", None):
            note(request, "left", "", leader_id, problem.kind)
            left.append(leader_id)
    keeps = {duty.substitute_id for duty in request.duties}
    for ask in request.asks:
        if ask.leader_id in left and ask.leader_id not in keeps:
            move_ask(ask, "accepted", "declined")
    return list(dict.fromkeys(left))


def _ask_again(request: SubstitutionRequest, without: Collection[int]) -> None:
    """Those whose answer was no longer needed are needed again; who was silent or left is not asked twice."""
    silent = {step.leader_id for step in request.steps if step.what in ("silent", "left")}
    open_ids = [duty.id for duty in request.duties if duty.state == "open"]
    for ask in request.asks:
        if ask.state == "closed" and ask.leader_id not in silent | set(without):
            ask.duty_ids = open_ids if len(request.duties) == 1 else ask.duty_ids
            move_ask(ask, "closed", "waiting" if ask.asked_at is not None else "queued")
