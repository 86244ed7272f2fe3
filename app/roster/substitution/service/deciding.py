"""What staff decide: approve, refuse, name somebody, arrange at once, withdraw; and the record that somebody was told."""

from collections.abc import Collection, Sequence

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.text import Text
from app.directory.models import Office
from app.roster import queries as roster_queries
from app.roster.substitution import queries
from app.roster.substitution.candidates import Situation
from app.roster.substitution.errors import DutyNotFound, NotAllowed
from app.roster.substitution.models import ReturnDuty, SubstitutionDuty, SubstitutionRequest
from app.roster.substitution.service.asking import ask_on, published_duty, queue, starts_at
from app.roster.substitution.service.common import (
    begin,
    begin_with,
    end,
    move,
    move_duty,
    names,
    note,
    overtaken,
)
from app.roster.substitution.service.making import open_request
from app.roster.substitution.service.settling import complete, settle

HOW_TOLD = ("phone", "in_person", "paper")


def approve(request: SubstitutionRequest, by: str) -> SubstitutionRequest:
    """The office approves what is agreed; it is handed over at once, or when the convener was told.

    Of a request for several duties those agreed so far are handed over. Raises Overtaken, ConvenerNotTold.
    """
    begin_with(request)
    office = db.session.get_one(Office, request.office_id)
    if not request.is_open or all(duty.state != "agreed" for duty in request.duties):
        raise overtaken(request)
    note(request, "approved", by)
    if request.state == "agreed":
        move(request, "approved")
        settle(office, request, by)
    else:
        complete(office, request, by)
    return request


def refuse(request: SubstitutionRequest, by: str) -> SubstitutionRequest:
    """The office does not approve: the leader keeps the duty. Raises Overtaken."""
    begin_with(request)
    if not request.is_open:
        raise overtaken(request)
    note(request, "refused", by)
    end(
        request,
        "declined",
        Text(
            "单位未批准这项代班，原安排不变。",
            "The office did not approve the substitution: nothing changes.",
        ),
    )
    return request


def withdraw(request: SubstitutionRequest, by: str) -> SubstitutionRequest:
    """The leader, or staff for him, takes the request back; duties handed over already stay. Raises Overtaken."""
    begin_with(request)
    if not request.is_open:
        raise overtaken(request)
    note(request, "withdrawn", by)
    who = names([request.leader_id])[request.leader_id]
    end(
        request,
        "withdrawn",
        Text(
            f"{who}的代班申请已经撤回，您不必再处理。",
            f"The request of {who} was withdrawn: there is nothing left for you to do.",
        ),
    )
    return request


def assign(
    request: SubstitutionRequest,
    leader_id: int,
    by: str,
    *,
    accept_rules: bool = False,
    urgent: bool = False,
    duty_ids: Collection[int] = (),
) -> SubstitutionRequest:
    """Staff name the substitute for what is open; it is handed over at once.

    `accept_rules`: the office's rules that it breaks are accepted knowingly. Raises NotAllowed, Overtaken,
    ConvenerNotTold unless `urgent`.
    """
    begin_with(request, leader_id)
    office = db.session.get_one(Office, request.office_id)
    free = [d for d in request.duties if d.state == "open" and (not duty_ids or d.id in duty_ids)]
    if not request.is_open or not free or request.kind == "swap":
        raise overtaken(request)
    for duty in free:
        _check(office, request, duty, leader_id, accept_rules)
        if not move_duty(duty, "open", "agreed", leader_id):
            raise overtaken(request)
    note(request, "assigned", by, leader_id, "staff")
    audit.record("substitution.assign", f"substitution:{request.id}", office.id, after={"leader": leader_id})
    complete(office, request, by, urgent)
    return request


def arrange_now(
    office: Office,
    seat_key: str,
    leader_id: int,
    by: str,
    *,
    reason: str = "emergency",
    accept_rules: bool = False,
) -> SubstitutionRequest:
    """A leader cannot come and the session is near: somebody else takes it at once, without asking anybody.

    Raises DutyNotFound, NotAllowed, Overtaken.
    """
    begin(office.id, [leader_id])
    today = clock.today(office.timezone)
    row = next(
        (row for row in roster_queries.current_duties(office.id, today) if row.seat_key == seat_key), None
    )
    if row is None or row.status != "held" or row.leader_id is None:
        raise DutyNotFound
    if starts_at(office, row.on_date, row.ends) <= clock.now():
        raise DutyNotFound
    pending = queries.open_seats(office.id).get(seat_key)
    if pending is not None and pending.request.kind == "cover":
        return assign(
            pending.request, leader_id, by, accept_rules=accept_rules, urgent=True, duty_ids=[pending.id]
        )
    if pending is not None:
        withdraw(pending.request, by)
    request = open_request(office, [row], reason, by, "emergency")
    return assign(request, leader_id, by, accept_rules=accept_rules, urgent=True)


def ask_more(request: SubstitutionRequest, leader_ids: Sequence[int], by: str) -> SubstitutionRequest:
    """Staff have more leaders asked, after those asked already. Raises Overtaken."""
    begin_with(request)
    free = [duty.id for duty in request.duties if duty.state == "open"]
    if not request.is_open or not free or request.kind == "swap":
        raise overtaken(request)
    queue(request, [(leader_id, free) for leader_id in leader_ids])
    ask_on(db.session.get_one(Office, request.office_id), request, by)
    return request


def record_told(request: SubstitutionRequest, how: str, by: str) -> SubstitutionRequest:
    """The first convener was told: when, how, by whom. It is no approval; what only waited for it is handed over."""
    begin_with(request)
    office = db.session.get_one(Office, request.office_id)
    policy = queries.policy_of(office.id)
    note(request, "told", by, policy.convener_id, how if how in HOW_TOLD else "phone")
    audit.record("substitution.told", f"substitution:{request.id}", office.id, after={"how": how})
    if request.state in ("agreed", "approved"):
        settle(office, request, by)
    return request


def waive_return(debt: ReturnDuty, by: str) -> None:
    """A return duty need not be served."""
    begin(debt.office_id)
    if debt.state == "open":
        debt.state, debt.closed_at = "waived", clock.now()
        db.session.flush()
        request = db.session.get_one(SubstitutionRequest, debt.request_id)
        note(request, "waived", by, debt.leader_id)
        audit.record("substitution.waive", f"substitution:{request.id}", debt.office_id)


def _check(
    office: Office, request: SubstitutionRequest, duty: SubstitutionDuty, leader_id: int, accept_rules: bool
) -> None:
    row = published_duty(office.id, duty)
    if row is None:
        raise overtaken(request)
    found = next((c for c in Situation(office, [row]).candidates(row) if c.person.id == leader_id), None)
    if found is None:
        raise NotAllowed(Text("请从名单中选择一位领导。", "Choose a leader of the list."))
    against = [problem for problem in found.problems if problem.hard or not accept_rules]
    if against:
        zh = "；".join(problem.text.zh for problem in against)
        en = "; ".join(problem.text.en for problem in against)
        hint = (
            ("", "")
            if any(p.hard for p in against)
            else ("如仍要安排，请勾选“仍要安排”。", " Tick “arrange anyway” to do so.")
        )
        raise NotAllowed(
            Text(f"{found.person.name}：{zh}。{hint[0]}", f"{found.person.name}: {en}.{hint[1]}")
        )
