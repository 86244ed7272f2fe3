"""A candidate accepts or declines. Whoever comes second gets one sentence."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.text import Text
from app.directory.models import Office
from app.roster.models import Duty
from app.roster.substitution.candidates import Situation
from app.roster.substitution.errors import NotAllowed
from app.roster.substitution.models import (
    Acknowledgement,
    SubstitutionAsk,
    SubstitutionDuty,
    SubstitutionRequest,
)
from app.roster.substitution.rules import Wanted, find_problems
from app.roster.substitution.service.asking import ask_on, published_duty
from app.roster.substitution.service.common import (
    begin,
    end,
    hold_leaders,
    move_ask,
    move_duty,
    names,
    note,
    overtaken,
)
from app.roster.substitution.service.settling import settle
from app.roster.substitution.words import day_words


def accept(
    ask: SubstitutionAsk, by: str, how: str = "page", duty_ids: Collection[int] | None = None
) -> SubstitutionRequest:
    """The candidate takes the duties he was asked for (or those in `duty_ids`) that nobody else has taken.

    Raises Overtaken when the request ended, was answered, or others took them all; NotAllowed when he cannot be there
    any more (leave, another duty, term).
    """
    begin(ask.request.office_id)
    request = ask.request
    if ask.state != "waiting" or not request.is_open:
        raise overtaken(request)
    hold_leaders(request, ask.leader_id)
    office = db.session.get_one(Office, request.office_id)
    wanted = [
        duty for duty in request.duties if duty.id in ask.duty_ids and (not duty_ids or duty.id in duty_ids)
    ]
    free = [duty for duty in wanted if duty.state == "open"]
    if not free or (request.kind == "swap" and len(free) < len(wanted)):
        raise overtaken(request)
    rows = [(duty, row) for duty in free if (row := published_duty(office.id, duty)) is not None]
    if len(rows) != len(free):
        raise overtaken(request)
    gives = {duty.leader_id: duty.seat_key for duty in free if request.kind == "swap"}
    for duty, row in rows:
        taker = ask.leader_id if duty.part == "given" else request.leader_id
        check_there(office, row, taker, gives.get(taker, ""))
    if not move_ask(ask, "waiting", "accepted"):
        raise overtaken(request)
    for duty in free:
        taker = ask.leader_id if duty.part == "given" else request.leader_id
        if not move_duty(duty, "open", "agreed", taker):
            raise overtaken(request)
    note(request, "accepted", by, ask.leader_id, how)
    audit.record(
        "substitution.accept", f"substitution:{request.id}", office.id, after={"leader": ask.leader_id}
    )
    mark_seen(free, ask.leader_id, how)
    settle(office, request, by)
    return request


def decline(ask: SubstitutionAsk, by: str, how: str = "page") -> SubstitutionRequest:
    """The candidate cannot; the next one is asked, or staff decide. Raises Overtaken."""
    begin(ask.request.office_id)
    request = ask.request
    if ask.state != "waiting" or not request.is_open or not move_ask(ask, "waiting", "declined"):
        raise overtaken(request)
    note(request, "declined", by, ask.leader_id, how)
    audit.record(
        "substitution.decline",
        f"substitution:{request.id}",
        request.office_id,
        after={"leader": ask.leader_id},
    )
    if request.kind == "swap":
        who = names([ask.leader_id])[ask.leader_id]
        end(
            request,
            "declined",
            Text(f"{who}未同意换班，原安排不变。", f"{who} declined the exchange: nothing changes."),
        )
    else:
        ask_on(db.session.get_one(Office, request.office_id), request, by)
    return request


def check_there(office: Office, row: Duty, leader_id: int, gives: str = "") -> None:
    """Raises NotAllowed when the leader cannot be at the session; `gives`: the seat given away in exchange."""
    # Who gives a seat of this office in exchange has a place here, whichever office is his own.
    situation = Situation(office, [row], [leader_id] if gives else [])
    person = situation.people.get(leader_id)
    if person is None:
        raise NotAllowed(Text("这位领导当天不在任。", "This leader is not in office on that day."))
    wanted = situation.wanted.get(row.session_key, Wanted())
    problems = find_problems(person.without(gives), situation.seat_of(row), situation.limits, wanted)
    for problem in problems:
        if problem.hard:
            day, why = day_words(row.on_date, row.session), problem.text
            raise NotAllowed(
                Text(
                    f"{person.name}不能接 {day.zh} 的接访：{why.zh}。请与接访办公室联系。",
                    f"{person.name} cannot take the duty of {day.en}: {why.en}. Please call the office.",
                )
            )


def mark_seen(duties: Sequence[SubstitutionDuty], leader_id: int, how: str) -> None:
    """Who accepts a duty knows of it: it counts as acknowledged."""
    for duty in duties:
        if duty.substitute_id != leader_id:
            continue
        key = {
            "office_id": duty.office_id,
            "seat_key": duty.seat_key,
            "leader_id": leader_id,
            "on_date": duty.on_date,
            "starts": duty.starts,
        }
        if db.session.scalar(select(Acknowledgement.id).filter_by(**key)) is None:
            db.session.add(Acknowledgement(**key, at=clock.now(), how=how[:5]))
    db.session.flush()
