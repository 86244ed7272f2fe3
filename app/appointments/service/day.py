"""On the day: walk-ins, check-in, tickets, calling, the reception itself, no-shows, sessions without visitors."""

import secrets
from typing import Any

from sqlalchemy import select

from app.accounts import audit
from app.appointments import seats
from app.appointments.bookable import get_planned, policy_of
from app.appointments.codes import new_code
from app.appointments.errors import ChangedMeanwhile, NotToday, SessionHasVisitors
from app.appointments.models import ReceptionRecord, Visit
from app.appointments.queries import visits_on
from app.appointments.rules.states import ON_THE_DAY, PLACED
from app.appointments.service import steps
from app.appointments.service.booking import NewVisit, add_visit, placing, refuse_if_late
from app.appointments.service.resident import who_receives
from app.appointments.service.waiting import free_expired
from app.core import clock
from app.core.database import db, lock
from app.directory.models import Office

_FIRST_TICKET, _LAST_TICKET = 100, 999


def register_walk_in(office: Office, request: NewVisit, by: str) -> tuple[Visit, str]:
    """Somebody stands at the desk: a seat kept for walk-ins, a ticket, checked in. Returns the visit and its code.

    Raises SessionNotOpen, SessionFull, NotToday.
    """
    policy = policy_of(office.id)
    plan = get_planned(office, request.session_key or "", policy)
    refuse_if_late(plan, staff=True)
    if plan.session.on_date != clock.today(office.timezone):
        raise NotToday
    code = new_code()
    visit = add_visit(office, request, plan, code)
    visit.kind = "walk_in"
    free_expired(office.id, plan.session.key)
    seats.claim_walk_in(visit, plan.session.key, policy.places, policy.walk_in_places)
    steps.tell(visit, "registered", by)
    _arrive(visit, by)
    return visit, code


def check_in(visit: Visit, by: str) -> None:
    """The visitor is here: the place is certain now, and a ticket is drawn. Raises ChangedMeanwhile, SessionFull."""
    steps.hold(visit)
    office = db.session.get_one(Office, visit.office_id)
    if visit.on_date != clock.today(office.timezone) or visit.session_key is None:
        raise NotToday
    values: dict[str, Any] = {}
    if not seats.holds_seat(visit):
        policy = policy_of(visit.office_id)
        plan = get_planned(office, visit.session_key, policy)
        values = placing(plan, who_receives(visit, plan))
        free_expired(visit.office_id, visit.session_key)
        seats.claim_walk_in(visit, visit.session_key, policy.places, policy.walk_in_places)
    seats.keep(visit)
    _arrive(visit, by, **values)


def call(visit: Visit, by: str) -> None:
    """The ticket number is called (again). Raises ChangedMeanwhile."""
    steps.take(visit, "called", by)


def begin(visit: Visit, by: str) -> None:
    """The leader receives the visitor. Raises ChangedMeanwhile."""
    steps.take(visit, "received_by_leader", by)


def end(visit: Visit, by: str) -> None:
    """The reception is over; follow-through begins. Raises ChangedMeanwhile."""
    steps.take(visit, "closed", by)


def no_show(visit: Visit, by: str) -> None:
    """Nobody came: the place is free, and the resident may choose another session. Raises ChangedMeanwhile."""
    steps.take(visit, "no_show", by)
    seats.release(visit)


def close_empty(office: Office, session_key: str, by: str) -> ReceptionRecord:
    """The session had no visitors: it is recorded, and counts. Raises SessionHasVisitors, SessionNotOpen."""
    plan = get_planned(office, session_key, policy_of(office.id))
    lock(f"empty session {office.id}/{session_key}")
    if found := find_empty_record(office.id, session_key):
        return found
    if any(visit.state in (*PLACED, *ON_THE_DAY) for visit in visits_on(office.id, [session_key])):
        raise SessionHasVisitors
    if plan.session.on_date > clock.today(office.timezone):
        raise NotToday
    record = ReceptionRecord(
        office_id=office.id,
        session_key=session_key,
        on_date=plan.session.on_date,
        leader_id=plan.leader_ids[0],
        state="final",
        saved_at=clock.now(),
        saved_by=by[:64],
    )
    db.session.add(record)
    db.session.flush()
    audit.record("visit.close_empty", f"session {session_key}", office.id)
    return record


def find_empty_record(office_id: int, session_key: str) -> ReceptionRecord | None:
    """The record that nobody came to a session."""
    return db.session.scalar(
        select(ReceptionRecord).where(
            ReceptionRecord.office_id == office_id,
            ReceptionRecord.session_key == session_key,
            ReceptionRecord.visit_id.is_(None),
        )
    )


def _arrive(visit: Visit, by: str, **values: Any) -> None:
    """Checked in, with a ticket number that tells nothing of the order or of how many came."""
    lock(f"tickets of {visit.office_id}/{visit.on_date}")
    used = set(
        db.session.scalars(
            select(Visit.ticket).where(Visit.office_id == visit.office_id, Visit.on_date == visit.on_date)
        )
    )
    free = [number for number in range(_FIRST_TICKET, _LAST_TICKET + 1) if number not in used]
    if not free:
        raise ChangedMeanwhile
    ticket = visit.ticket or secrets.choice(free)
    steps.take(visit, "checked_in", by, ticket=ticket, **values)
    _somebody_came(visit)


def _somebody_came(visit: Visit) -> None:
    """Whoever comes after the session was closed as empty opens it again: it had a visitor."""
    found = find_empty_record(visit.office_id, visit.session_key or "")
    if found is not None:
        db.session.delete(found)
        db.session.flush()
        audit.record("visit.reopen", f"session {visit.session_key}", visit.office_id)
