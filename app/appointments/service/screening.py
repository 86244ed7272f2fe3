"""What staff decide about a request: place, offer, solve, refuse with reason and route, hand on. Nobody is scored."""

from typing import Any

from sqlalchemy import select

from app.accounts import audit
from app.appointments import seats
from app.appointments.bookable import get_planned, policy_of
from app.appointments.errors import (
    AnswerMissing,
    ChangedMeanwhile,
    LeaderRecused,
    SessionFull,
    SessionNotOpen,
)
from app.appointments.models import Recusal, Visit
from app.appointments.rules.policy import hold_until, offer_until
from app.appointments.rules.states import PENDING, REASONS, REOPENABLE, ROUTES
from app.appointments.service import readiness, steps
from app.appointments.service.booking import confirm, placing, refuse_if_late
from app.appointments.service.resident import move, recused_leaders, who_receives
from app.appointments.service.waiting import free_expired, give_back, offer_next
from app.core import clock
from app.core.database import db
from app.directory.models import Leader, Office


def place(visit: Visit, session_key: str, leader_id: int | None, by: str) -> None:
    """The visit gets its place, in the session it asked for or in another one.

    Raises SessionNotOpen, SessionFull, LeaderRecused, ChangedMeanwhile.
    """
    steps.hold(visit)
    refuse_recused(visit, leader_id)
    if visit.state == "invited":
        readiness.answer(visit, "resident", "yes")
    stays = visit.session_key == session_key and leader_id in (None, visit.leader_id)
    if stays and seats.holds_seat(visit):
        confirm(visit, by)
    elif stays:
        steps.take(visit, "confirmed", by, **_claim(visit, session_key, by))
    else:
        move(visit, session_key, leader_id, by)


def offer(visit: Visit, session_key: str, leader_id: int | None, by: str, answer: str = "") -> None:
    """Hold a place in a session and ask the resident; `answer` is what is written to the resident.

    Raises SessionNotOpen, SessionFull, LeaderRecused, ChangedMeanwhile.
    """
    steps.hold(visit)
    refuse_recused(visit, leader_id)
    policy = policy_of(visit.office_id)
    plan = get_planned(db.session.get_one(Office, visit.office_id), session_key, policy)
    refuse_if_late(plan, staff=True)
    free_expired(visit.office_id, session_key)
    left = seats.release(visit)
    latest = plan.cut_off if plan.cut_off > clock.now() else plan.starts_at
    seats.claim(visit, session_key, policy.places, offer_until(policy, clock.now(), latest))
    steps.take(
        visit, "seat_offered", by, answer=answer, **placing(plan, leader_id or who_receives(visit, plan))
    )
    if left is not None and left != session_key:
        offer_next(visit.office_id, left)


def refuse(visit: Visit, reason: str, answer: str, by: str) -> None:
    """Not placed before a leader, for one of REASONS, with its route; `answer`: what the office adds in its words."""
    if reason not in REASONS:
        raise AnswerMissing("请选择不安排的理由。", "Choose the reason why it is not placed.")
    steps.take(visit, "refused", by, reason=reason, route=ROUTES[reason], answer=answer)
    give_back(visit)


def solve(visit: Visit, answer: str, by: str) -> None:
    """Dealt with before the day; `answer` says how. Raises AnswerMissing without it."""
    _need(answer)
    steps.take(visit, "solved", by, answer=answer)
    give_back(visit)


def hand_on(visit: Visit, office: Office, answer: str, by: str) -> None:
    """Another office or level is right; `answer` says where and how. Raises AnswerMissing without it."""
    _need(answer)
    if office.id == visit.office_id:
        raise AnswerMissing("请选择另一个单位。", "Choose another office.")
    steps.take(visit, "offered_elsewhere", by, elsewhere_id=office.id, answer=answer)
    give_back(visit)


def mark_same(visit: Visit, other: Visit, by: str) -> None:
    """Staff judged both to be one request: this one ends, the other goes on."""
    if other.id == visit.id or other.office_id != visit.office_id:
        raise ChangedMeanwhile
    steps.take(
        visit, "refused", by, reason="duplicate", route=ROUTES["duplicate"], same_as_id=other.id, answer=""
    )
    give_back(visit)


def reopen(visit: Visit, by: str) -> None:
    """Take a decision back: the request waits for one again, in its old session while a place is left there.

    Raises ChangedMeanwhile when nothing was decided, or the personal data is gone.
    """
    steps.hold(visit)
    if visit.state not in REOPENABLE or visit.purged_at is not None:
        raise ChangedMeanwhile
    nothing: dict[str, Any] = {
        "reason": "",
        "route": "",
        "answer": "",
        "same_as_id": None,
        "elsewhere_id": None,
    }
    place_again = _hold_again(visit)
    steps.take(visit, "reopened", by, kind="booked", confirmed_at=None, ticket=None, **nothing, **place_again)


def recuse(visit: Visit, leader: Leader, reason: str, by: str) -> None:
    """The leader has a direct interest and never receives this visit; a place with that leader is given back."""
    steps.hold(visit)
    if leader.id in recused_leaders(visit):
        return
    db.session.add(
        Recusal(visit_id=visit.id, leader_id=leader.id, reason=reason, made_at=clock.now(), made_by=by[:64])
    )
    db.session.flush()
    audit.record("visit.recuse", f"visit {visit.reference}", visit.office_id, after={"leader": leader.name})
    if visit.leader_id == leader.id and visit.state in (*PENDING, "confirmed"):
        left = seats.release(visit)
        steps.take(
            visit, "session_cancelled", by, session_key=None, on_date=None, leader_id=None, ticket=None
        )
        if left is not None:
            offer_next(visit.office_id, left)


def lift_recusal(visit: Visit, recusal_id: int) -> None:
    """Take a recusal back."""
    found = db.session.scalar(select(Recusal).where(Recusal.id == recusal_id, Recusal.visit_id == visit.id))
    if found is not None:
        db.session.delete(found)
        db.session.flush()
        audit.record(
            "visit.recuse", f"visit {visit.reference}", visit.office_id, before={"leader": found.leader_id}
        )


def refuse_recused(visit: Visit, leader_id: int | None) -> None:
    """Raises LeaderRecused for a leader with a direct interest."""
    if leader_id is not None and leader_id in recused_leaders(visit):
        raise LeaderRecused


def _claim(visit: Visit, session_key: str, by: str) -> dict[str, Any]:
    """A seat in the session the visit once had; the leader may have changed since."""
    policy = policy_of(visit.office_id)
    plan = get_planned(db.session.get_one(Office, visit.office_id), session_key, policy)
    refuse_if_late(plan, staff=bool(by))
    free_expired(visit.office_id, session_key)
    seats.claim(visit, session_key, policy.places)
    return placing(plan, who_receives(visit, plan))


def _hold_again(visit: Visit) -> dict[str, Any]:
    """A held place in the session the visit was in; nowhere when that is full, begun or not held any more."""
    policy = policy_of(visit.office_id)
    try:
        plan = get_planned(db.session.get_one(Office, visit.office_id), visit.session_key or "", policy)
        values = placing(plan, who_receives(visit, plan))
        if plan.starts_at <= clock.now():
            return placing(None, None)
        free_expired(visit.office_id, plan.session.key)
        seats.claim(visit, plan.session.key, policy.places, hold_until(policy, clock.now(), plan.starts_at))
    except (SessionFull, SessionNotOpen, LeaderRecused):
        return placing(None, None)
    return values


def _need(answer: str) -> None:
    if not answer.strip():
        raise AnswerMissing(
            "请写明给来访人的答复，对方会原样看到。",
            "Write what the resident is told; it is shown as you write it.",
        )
