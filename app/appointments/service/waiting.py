"""Places that became free go to the waiting list, oldest request first; a place nobody answers for becomes free."""

from sqlalchemy import Select, select

from app.appointments import seats
from app.appointments.bookable import get_planned, policy_of
from app.appointments.errors import SessionFull, SessionNotOpen
from app.appointments.models import Seat, Visit
from app.appointments.rules.policy import offer_until
from app.appointments.rules.states import PENDING
from app.appointments.service import steps
from app.core import clock
from app.core.database import db, lock
from app.directory.models import Office


def give_back(visit: Visit) -> None:
    """Free the visit's seat, if it has one, for whoever waits."""
    session_key = seats.release(visit)
    if session_key is not None:
        offer_next(visit.office_id, session_key)


def offer_next(office_id: int, session_key: str) -> None:
    """Hold free places of a session for those who wait longest, until their answer; not after the cut-off."""
    waiting = _waiting(office_id, session_key)
    if waiting is None:
        return
    lock(f"waiting for {office_id}/{session_key}")
    policy, office = policy_of(office_id), db.session.get_one(Office, office_id)
    try:
        plan = get_planned(office, session_key, policy)
        while clock.now() < plan.cut_off and (waiting := _waiting(office_id, session_key)) is not None:
            seats.claim(waiting, session_key, policy.places, offer_until(policy, clock.now(), plan.cut_off))
            steps.take(waiting, "seat_offered")
    except (SessionFull, SessionNotOpen):
        return


def free_expired(office_id: int | None = None, session_key: str | None = None) -> int:
    """Free the seats whose time is over, of one session or everywhere, and offer them on. Returns how many.

    The visit stays: resident and staff can place it again.
    """
    over = _expired(office_id, session_key)
    if db.session.scalar(over.with_only_columns(Seat.id).limit(1)) is None:
        return 0
    lock("seats whose time is over")
    # Whoever answers at this very moment holds the visit: it is passed over, and keeps the place.
    visits = db.session.scalars(over.with_for_update(of=Visit, skip_locked=True)).all()
    return sum(_free(visit) for visit in visits)


def _free(visit: Visit) -> bool:
    db.session.refresh(visit)
    freed = seats.release_expired(visit, clock.now())
    if freed is None:
        return False
    if visit.state in PENDING:
        steps.take(visit, "expired")
    offer_next(visit.office_id, freed)
    return True


def _waiting(office_id: int, session_key: str) -> Visit | None:
    """Who waits longest for a place in the session."""
    found = select(Visit).where(
        Visit.office_id == office_id, Visit.session_key == session_key, Visit.state == "waiting"
    )
    return db.session.scalar(found.order_by(Visit.id).limit(1).with_for_update(skip_locked=True))


def _expired(office_id: int | None, session_key: str | None) -> Select[Visit]:
    over = select(Visit).join(Seat, Seat.visit_id == Visit.id).where(Seat.hold_until <= clock.now())
    if session_key is not None:
        over = over.where(Seat.office_id == office_id, Seat.session_key == session_key)
    return over.order_by(Seat.hold_until, Seat.id)
