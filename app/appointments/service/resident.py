"""What a resident does with the code: answer an offer, move, give up, wait."""

from sqlalchemy import select, update

from app.appointments import seats
from app.appointments.bookable import Planned, get_planned, policy_of, waiting_by_session
from app.appointments.errors import ChangedMeanwhile, LeaderRecused, SessionFull
from app.appointments.models import ReadinessItem, Recusal, Visit
from app.appointments.rules.policy import hold_until
from app.appointments.rules.states import RESIDENT_MAY_CHANGE
from app.appointments.service import steps
from app.appointments.service.booking import confirm, placing, refuse_if_late
from app.appointments.service.waiting import free_expired, give_back, offer_next
from app.core import clock
from app.core.database import db, lock
from app.directory.models import Office


def accept(visit: Visit, by: str = steps.RESIDENT) -> None:
    """Yes to a place that became free, to another session, or to an invitation. Raises ChangedMeanwhile."""
    steps.hold(visit)
    if visit.state not in ("offered", "invited") or not seats.holds_seat(visit):
        raise ChangedMeanwhile
    answer_invitation(visit, yes=True)
    confirm(visit, by)


def decline(visit: Visit, by: str = steps.RESIDENT) -> None:
    """No to an offer or an invitation; the place goes on. Raises ChangedMeanwhile."""
    steps.hold(visit)
    answer_invitation(visit, yes=False)
    steps.take(visit, "declined", by)
    give_back(visit)


def cancel(visit: Visit, by: str = steps.RESIDENT, reason: str = "") -> None:
    """Give the visit up; the place goes to whoever waits. Raises ChangedMeanwhile."""
    steps.take(visit, "cancelled", by, reason=reason)
    give_back(visit)


def move(visit: Visit, session_key: str, leader_id: int | None, by: str = steps.RESIDENT) -> None:
    """Change to another session: the new seat is taken before the old one is given up, or nothing changes.

    What was confirmed stays confirmed; a request that had expired, or a no-show, becomes a request again.
    Raises SessionNotOpen, SessionFull, ChangedMeanwhile.
    """
    steps.hold(visit)
    if visit.state not in RESIDENT_MAY_CHANGE:
        raise ChangedMeanwhile
    policy = policy_of(visit.office_id)
    plan = get_planned(db.session.get_one(Office, visit.office_id), session_key, policy)
    refuse_if_late(plan, bool(by))
    leader_id = leader_id or who_receives(visit, plan)
    if leader_id in recused_leaders(visit):
        raise LeaderRecused
    certain = visit.state == "confirmed" or bool(by) or policy.confirm == "at_once"
    free_expired(visit.office_id, session_key)
    left = seats.release(visit)
    seats.claim(
        visit,
        session_key,
        policy.places,
        None if certain else hold_until(policy, clock.now(), plan.starts_at),
    )
    state = "confirmed" if certain else "received"
    values = placing(plan, leader_id)
    if visit.kind == "invited" and values["leader_id"] != visit.leader_id:
        values["kind"] = "booked"  # with another leader it is no longer what was consented to
    confirmed_at = (visit.confirmed_at or clock.now()) if certain else None
    steps.take(
        visit,
        "moved",
        by,
        state=state,
        confirmed_at=confirmed_at,
        ended_at=None,
        ticket=None,
        **values,
    )
    if left is not None:
        offer_next(visit.office_id, left)


def wait(visit: Visit, session_key: str, leader_id: int | None, by: str = steps.RESIDENT) -> None:
    """Join the waiting list of a session. Raises SessionNotOpen, SessionFull when the list is full."""
    policy = policy_of(visit.office_id)
    plan = get_planned(db.session.get_one(Office, visit.office_id), session_key, policy)
    refuse_if_late(plan, bool(by))
    steps.hold(visit)
    lock(f"waiting for {visit.office_id}/{session_key}")
    waiting = waiting_by_session(visit.office_id, [session_key]).get(session_key, 0)
    if not policy.waiting_list or waiting >= policy.waiting_most:
        raise SessionFull
    steps.take(visit, "waiting", by, **placing(plan, leader_id or who_receives(visit, plan)))
    give_back(visit)
    offer_next(visit.office_id, session_key)  # a place may have become free just before


def answer_invitation(visit: Visit, yes: bool) -> None:
    """Note the resident's answer on the readiness board, when there is one."""
    db.session.execute(
        update(ReadinessItem)
        .where(ReadinessItem.visit_id == visit.id, ReadinessItem.kind == "resident")
        .values(answer="yes" if yes else "no", answered_at=clock.now())
    )


def run_late(visit: Visit, by: str = steps.RESIDENT) -> None:
    """The resident will be later than arranged; the place stays. Raises ChangedMeanwhile."""
    steps.take(visit, "running_late", by)


def who_receives(visit: Visit, plan: Planned) -> int:
    """The visit's own leader where still on duty in the session, else the first who may. Raises LeaderRecused."""
    if visit.leader_id in plan.leader_ids:
        return int(visit.leader_id or 0)
    recused = recused_leaders(visit)
    able = [leader for leader in plan.leader_ids if leader not in recused]
    if not able:
        raise LeaderRecused
    return able[0]


def recused_leaders(visit: Visit) -> frozenset[int]:
    """The leaders with a direct interest, who never receive this visit."""
    return frozenset(db.session.scalars(select(Recusal.leader_id).where(Recusal.visit_id == visit.id)))
