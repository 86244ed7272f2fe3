"""What the office's board shows: sessions without a leader, open requests by urgency, duties nobody acknowledged."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.core.text import Text
from app.directory.models import Leader, Office
from app.roster import queries as roster_queries
from app.roster.models import Duty
from app.roster.substitution import queries
from app.roster.substitution.models import ReturnDuty, SubstitutionDuty, SubstitutionRequest

HORIZON = dt.timedelta(days=60)
SOON = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A published session whose leader will not be there, why, and the request that is about it."""

    duty: Duty
    why: Text
    pending: SubstitutionDuty | None


@dataclass(frozen=True, slots=True)
class RequestLine:
    """An open request: days until its next duty, who was asked with what answer, and the next step."""

    request: SubstitutionRequest
    name: str
    days: int
    answers: dict[str, int]
    step: Text


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the board. `names`: leaders by id."""

    uncovered: Sequence[Uncovered]
    lines: Sequence[RequestLine]
    soon: Sequence[Duty]
    pending: dict[str, SubstitutionDuty]
    silent: Sequence[Duty]
    returns: Sequence[ReturnDuty]
    names: dict[int, str]
    today: dt.date


def board(office: Office, words: str = "", state: str = "") -> Board:
    """The board of an office; `words` (of a leader's name) and `state` narrow the open requests."""
    today = clock.today(office.timezone)
    pending = queries.open_seats(office.id)
    duties = [
        d for d in roster_queries.current_duties(office.id, today, today + HORIZON) if d.status == "held"
    ]
    names = leader_names()
    lines = [line_of(request, names, today) for request in queries.open_requests(office.id)]
    return Board(
        uncovered(duties, pending),
        [line for line in lines if words.strip() in line.name and state in ("", line.request.state)],
        [duty for duty in duties if duty.on_date <= today + dt.timedelta(days=1)],
        pending,
        queries.unacknowledged(office.id, today, today + SOON),
        queries.open_returns(office.id),
        names,
        today,
    )


def uncovered(duties: Sequence[Duty], pending: dict[str, SubstitutionDuty]) -> list[Uncovered]:
    """Those of the duties whose leader is on leave, no longer in office, or missing."""
    ids = {duty.leader_id for duty in duties if duty.leader_id is not None}
    leaders = {
        leader.id: leader for leader in db.session.scalars(select(Leader).where(Leader.id.in_(ids))).all()
    }
    leaves = roster_queries.list_leaves(ids)
    found = []
    for duty in duties:
        why = None
        leader = leaders.get(duty.leader_id or 0)
        if leader is None:
            why = Text("没有安排领导", "no leader")
        elif not leader.term.contains(duty.on_date):
            why = Text(f"{leader.name}届时不在任", f"{leader.name} is not in office then")
        elif any(x.leader_id == leader.id and x.first_day <= duty.on_date <= x.last_day for x in leaves):
            why = Text(f"{leader.name}请假", f"{leader.name} is on leave")
        if why is not None:
            found.append(Uncovered(duty, why, pending.get(duty.seat_key)))
    return found


def line_of(request: SubstitutionRequest, names: dict[int, str], today: dt.date) -> RequestLine:
    """One request for the board."""
    own = [duty for duty in request.duties if duty.part == "given"]
    waiting = [duty for duty in own if duty.state in ("open", "agreed")] or own
    answers: dict[str, int] = {}
    for ask in request.asks:
        if ask.state != "queued":
            answers[ask.state] = answers.get(ask.state, 0) + 1
    days = (min(duty.on_date for duty in waiting) - today).days
    return RequestLine(request, names.get(request.leader_id, ""), days, answers, next_step(request, names))


def next_step(request: SubstitutionRequest, names: dict[int, str]) -> Text:
    """What the request waits for."""
    if request.state == "agreed":
        return Text("等待本单位处理", "waits for the office")
    if request.state == "approved":
        return Text("等待登记已告知第一召集人", "waits for the record that the first convener was told")
    asked = [names.get(ask.leader_id, "") for ask in request.asks if ask.state == "waiting"]
    if request.escalated_at is not None:
        return Text("请工作人员决定", "staff must decide")
    if asked:
        shown = "、".join(asked[:3])
        return Text(
            f"等待{shown}{'等' if len(asked) > 3 else ''}答复",
            f"waits for {', '.join(asked[:3])}{' and others' if len(asked) > 3 else ''}",
        )
    return Text("请工作人员决定", "staff must decide")


def leader_names() -> dict[int, str]:
    """Names of all leaders: those of other offices may stand in too."""
    rows = db.session.execute(select(Leader.id, Leader.name))
    return {row[0]: row[1] for row in rows}
