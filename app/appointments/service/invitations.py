"""Invited visits (约访): the leader consents, the resident and the units are asked, and the board shows who answered."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from app.accounts import audit
from app.appointments import seats
from app.appointments.bookable import get_planned, policy_of
from app.appointments.errors import ChangedMeanwhile, SessionNotOpen
from app.appointments.events import UnitTold
from app.appointments.models import ReadinessItem, Visit
from app.appointments.rules.policy import offer_until
from app.appointments.rules.states import PLACED
from app.appointments.service import steps
from app.appointments.service.booking import placing, refuse_if_late
from app.appointments.service.screening import refuse_recused
from app.appointments.service.waiting import free_expired, offer_next
from app.core import clock
from app.core.database import db
from app.core.events import emit
from app.directory.models import Office
from app.directory.queries import get_department

_BEFORE_SESSION = dt.timedelta(hours=1)  # the last answers may come an hour before it begins


def invite(visit: Visit, session_key: str, leader_id: int, department_ids: Sequence[int], by: str) -> None:
    """Hold a place and ask the leader's consent; the departments are told once the leader has agreed.

    Raises SessionNotOpen, SessionFull, LeaderRecused, ChangedMeanwhile.
    """
    refuse_recused(visit, leader_id)
    office, policy = db.session.get_one(Office, visit.office_id), policy_of(visit.office_id)
    plan = get_planned(office, session_key, policy)
    refuse_if_late(plan, staff=True)
    due = plan.starts_at - _BEFORE_SESSION
    if due <= clock.now():
        raise SessionNotOpen(
            "离开始不到一小时，来不及约访。", "It begins within the hour: too late to invite."
        )
    free_expired(visit.office_id, session_key)
    left = seats.release(visit)
    seats.claim(visit, session_key, policy.places, due)
    _ask(visit, "leader", due)
    _ask(visit, "resident", due)
    for department_id in dict.fromkeys(department_ids):
        _ask(visit, "department", due, get_department(visit.office_id, department_id).id)
    steps.take(visit, "consent_asked", by, kind="invited", **placing(plan, leader_id))
    if left is not None and left != session_key:
        offer_next(visit.office_id, left)


def consent(visit: Visit, yes: bool, by: str) -> None:
    """The leader's answer. Yes: resident and departments are asked; no: the visit waits for another leader."""
    if not yes:
        _answer(visit, "leader", "no")
        left = seats.release(visit)
        steps.take(visit, "consent_refused", by, session_key=None, on_date=None, leader_id=None)
        if left is not None:
            offer_next(visit.office_id, left)
        return
    _answer(visit, "leader", "yes")
    steps.take(visit, "consent_given", by)
    office, policy = db.session.get_one(Office, visit.office_id), policy_of(visit.office_id)
    plan = get_planned(office, visit.session_key or "", policy)
    seats.keep(visit, offer_until(policy, clock.now(), plan.starts_at - _BEFORE_SESSION))
    steps.take(visit, "invited", by)
    for item in items_of(visit):
        if item.department_id is not None:
            emit(UnitTold(visit.id, visit.office_id, item.department_id))


def acknowledge(visit: Visit, department_id: int, yes: bool, person: str, note: str = "") -> None:
    """A department will attend and says whom it sends, or cannot. Raises ChangedMeanwhile when it is not asked."""
    item = next((i for i in items_of(visit) if i.department_id == department_id), None)
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
    """Ask a department again. Raises ChangedMeanwhile when it has answered."""
    item = next((i for i in items_of(visit) if i.id == item_id), None)
    if item is None or item.answer != "open" or item.department_id is None:
        raise ChangedMeanwhile
    item.nudges, item.nudged_at = item.nudges + 1, clock.now()
    db.session.flush()
    audit.record(
        "visit.nudge", f"visit {visit.reference}", visit.office_id, after={"department": item.department_id}
    )
    emit(UnitTold(visit.id, visit.office_id, item.department_id, nudge=True))


def items_of(visit: Visit) -> Sequence[ReadinessItem]:
    """The lines of the readiness board of a visit, in order."""
    return db.session.scalars(
        select(ReadinessItem).where(ReadinessItem.visit_id == visit.id).order_by(ReadinessItem.id)
    ).all()


def _ask(visit: Visit, kind: str, due: dt.datetime, department_id: int | None = None) -> None:
    """A line of the board; one that is there already is opened again."""
    for item in items_of(visit):
        if (item.kind, item.department_id) == (kind, department_id):
            item.answer, item.asked_at, item.due_at, item.answered_at = "open", clock.now(), due, None
            return
    db.session.add(
        ReadinessItem(
            visit_id=visit.id, kind=kind, department_id=department_id, asked_at=clock.now(), due_at=due
        )
    )
    db.session.flush()


def _answer(visit: Visit, kind: str, answer: str) -> None:
    for item in items_of(visit):
        if item.kind == kind:
            item.answer, item.answered_at = answer, clock.now()
    db.session.flush()
