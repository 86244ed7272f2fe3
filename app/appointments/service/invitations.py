"""Invited visits (约访): the leader consents, the resident and the units are asked, and the board shows who answered."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.accounts import audit
from app.appointments import seats
from app.appointments.bookable import get_planned, policy_of
from app.appointments.errors import ChangedMeanwhile, ChooseMatters, SessionNotOpen
from app.appointments.events import UnitTold
from app.appointments.models import ReadinessItem, Visit
from app.appointments.queries import get_visit
from app.appointments.rules.policy import Policy, offer_until
from app.appointments.rules.states import INVITABLE, INVITED_AT_ONCE, PLACED
from app.appointments.service import readiness, steps
from app.appointments.service.booking import placing, refuse_if_late
from app.appointments.service.screening import refuse_recused
from app.appointments.service.waiting import free_expired, offer_next
from app.core import clock
from app.core.database import db
from app.core.events import emit
from app.directory.models import Office
from app.directory.queries import get_department

BEFORE_SESSION = dt.timedelta(hours=1)  # the last answers may come an hour before it begins


@dataclass(frozen=True, slots=True)
class Chosen:
    """A waiting matter picked for a session: which leader is asked, and which units are to attend."""

    visit_id: int
    leader_id: int
    department_ids: tuple[int, ...] = ()


def invite_chosen(office: Office, session_key: str, chosen: Sequence[Chosen], by: str) -> None:
    """Invite one to three matters to a session at once, all or none.

    Raises ChooseMatters, and what `invite` raises.
    """
    if not 1 <= len(chosen) <= INVITED_AT_ONCE:
        raise ChooseMatters
    for one in chosen:
        invite(get_visit(office.id, one.visit_id), session_key, one.leader_id, one.department_ids, by)


def invite(visit: Visit, session_key: str, leader_id: int, department_ids: Sequence[int], by: str) -> None:
    """Hold a place and ask the leader's consent; the departments are told once the leader has agreed.

    Raises SessionNotOpen, SessionFull, LeaderRecused, ChangedMeanwhile.
    """
    steps.hold(visit)
    if visit.state not in INVITABLE:
        raise ChangedMeanwhile
    refuse_recused(visit, leader_id)
    office, policy = db.session.get_one(Office, visit.office_id), policy_of(visit.office_id)
    plan = get_planned(office, session_key, policy)
    refuse_if_late(plan, staff=True)
    due = plan.starts_at - BEFORE_SESSION
    if due <= clock.now():
        raise SessionNotOpen(
            "离开始不到一小时，来不及约访。", "It begins within the hour: too late to invite."
        )
    free_expired(visit.office_id, session_key)
    left = seats.release(visit)
    seats.claim(visit, session_key, policy.places, due)
    readiness.start(visit, due, [get_department(visit.office_id, number).id for number in department_ids])
    steps.take(visit, "consent_asked", by, kind="invited", **placing(plan, leader_id))
    if left is not None and left != session_key:
        offer_next(visit.office_id, left)


def consent(visit: Visit, yes: bool, by: str) -> None:
    """The leader's answer. Yes: resident and departments are asked; no: the visit waits for another leader."""
    steps.hold(visit)
    if not yes:
        readiness.answer(visit, "leader", "no")
        left = seats.release(visit)
        nowhere: dict[str, Any] = dict.fromkeys(("session_key", "on_date", "leader_id", "confirmed_at"))
        steps.take(visit, "consent_refused", by, **nowhere)
        if left is not None:
            offer_next(visit.office_id, left)
        return
    readiness.answer(visit, "leader", "yes")
    steps.take(visit, "consent_given", by)
    policy = policy_of(visit.office_id)
    if readiness.was_told(visit):
        _go_on(visit, policy, by)
    else:
        limit = _answer_by(visit, policy)
        seats.keep(visit, limit)
        readiness.set_due(visit, limit, "resident")
        steps.take(visit, "invited", by)
    readiness.tell_first(visit)


def ask_new_leader(visit: Visit, leader_id: int, due: dt.datetime, by: str) -> None:
    """Another leader receives an invited visit, or at another time: the place is held, and that leader is asked.

    Resident and units hear of it once, when the leader has answered.
    """
    readiness.reopen(visit, "leader", due)
    readiness.set_due(visit, due)
    seats.keep(visit, due)
    steps.take(visit, "consent_asked", by, leader_id=leader_id, confirmed_at=None)


def acknowledge(visit: Visit, department_id: int, yes: bool, person: str, note: str = "") -> None:
    """A department will attend and says whom it sends, or cannot. Raises ChangedMeanwhile when it is not asked."""
    item = next((i for i in readiness.items_of(visit) if i.department_id == department_id), None)
    if item is None or visit.state not in PLACED:
        raise ChangedMeanwhile
    item.answer, item.answered_at = ("yes" if yes else "no"), clock.now()
    item.person, item.note = person[:120], note[:500]
    db.session.flush()
    audit.record(
        "visit.attend",
        f"visit {visit.reference}",
        visit.office_id,
        after={"department": department_id, "yes": yes},
    )


def nudge(visit: Visit, item_id: int) -> None:
    """Staff ask a department again. Raises ChangedMeanwhile when it has answered."""
    item = next((i for i in readiness.items_of(visit) if i.id == item_id), None)
    if item is None or item.department_id is None or readiness.as_line(item).settled or item.answer == "no":
        raise ChangedMeanwhile
    _count_nudge(visit, item)
    emit(UnitTold(visit.id, visit.office_id, item.department_id or 0, nudge=True))


def _count_nudge(visit: Visit, item: ReadinessItem) -> None:
    item.nudges, item.nudged_at = item.nudges + 1, clock.now()
    db.session.flush()
    about = {"department": item.department_id}
    audit.record("visit.nudge", f"visit {visit.reference}", visit.office_id, after=about)


def _go_on(visit: Visit, policy: Policy, by: str) -> None:
    """A new leader agreed to a visit that everybody knows of: what the resident answered still holds."""
    certain = readiness.answered(visit, "resident") == "yes"
    seats.keep(visit, None if certain else _answer_by(visit, policy))
    state = "confirmed" if certain else "invited"
    steps.take(visit, "leader_changed", by, state=state, confirmed_at=clock.now() if certain else None)


def _answer_by(visit: Visit, policy: Policy) -> dt.datetime:
    """Until when the resident may answer an invitation."""
    office = db.session.get_one(Office, visit.office_id)
    plan = get_planned(office, visit.session_key or "", policy)
    return offer_until(policy, clock.now(), plan.starts_at - BEFORE_SESSION)
