"""Taking a request: quotas, the seat, the row, the code. One transaction, opened by the caller."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, or_, select

from app.appointments import seats
from app.appointments.bookable import Planned, get_planned, policy_of, waiting_by_session
from app.appointments.codes import hash_code, new_code, new_reference
from app.appointments.errors import ChangedMeanwhile, QuotaReached, SessionFull, SessionNotOpen
from app.appointments.models import Visit, VisitPerson
from app.appointments.rules.matching import NOTHING_SAID, Matter
from app.appointments.rules.people import same_name
from app.appointments.rules.policy import Policy, hold_until
from app.appointments.rules.states import OPEN
from app.appointments.service import steps
from app.appointments.service.waiting import free_expired, offer_next
from app.core import clock
from app.core.database import db, lock
from app.core.encryption import blind_index, blind_indexes
from app.directory.models import Office


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes too; `part` is one of rules.states.PARTS."""

    part: str
    name: str
    phone: str = ""
    document_number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A request with its fields already in their one form. `leader_id` None: whoever receives first in the session.

    `session_key` None: nothing fits yet, staff look for a place. `waiting`: put on the session's waiting list.
    """

    name: str
    summary: str
    session_key: str | None = None
    leader_id: int | None = None
    matter: Matter = NOTHING_SAID
    document_kind: str = ""
    document_number: str = ""
    phone: str = ""
    headcount: int = 1
    people: Sequence[Person] = field(default=())
    channel: str = "web"
    mode: str = "in_person"
    locale: str = "zh_CN"
    consent: bool = True
    waiting: bool = False


def book(office: Office, request: NewVisit, by: str = steps.RESIDENT) -> tuple[Visit, str]:
    """Take the request; returns the visit and its secret code, which is nowhere else.

    A resident (`by` empty) books until the cut-off, staff until the session ends.
    Raises SessionNotOpen, SessionFull, QuotaReached.
    """
    policy = policy_of(office.id)
    staff = bool(by)
    if not staff and not policy.public_booking:
        raise SessionNotOpen("本单位没有开通网上预约。", "This office takes no bookings on the web.")
    plan = None
    if request.session_key is not None:
        plan = get_planned(office, request.session_key, policy)
        refuse_if_late(plan, staff)
    lock_person(request.document_number, request.phone)
    if not staff:
        refuse_over_quota(office, request, plan, policy)
    code = new_code()
    visit = add_visit(office, request, plan, code)
    if plan is not None:
        _place(visit, plan, policy, request.waiting)
    steps.tell(visit, "waiting" if visit.state == "waiting" else "received", by)
    if visit.state == "waiting":
        offer_next(office.id, visit.session_key or "")  # a place may have become free just before
    if policy.confirm == "at_once" and plan is not None and visit.state == "received":
        confirm(visit, by)
    return visit, code


def confirm(visit: Visit, by: str) -> None:
    """The place is the resident's: the seat no longer expires. Raises ChangedMeanwhile."""
    steps.hold(visit)
    if not seats.holds_seat(visit):
        raise ChangedMeanwhile
    steps.take(visit, "confirmed", by)
    seats.keep(visit)


def add_visit(office: Office, request: NewVisit, plan: Planned | None, code: str) -> Visit:
    """The row, with its people; without a seat."""
    now = clock.now()
    visit = Visit(
        office_id=office.id,
        reference=new_reference(office.id),
        code_hash=hash_code(code),
        channel=request.channel,
        mode=request.mode,
        township=request.matter.township,
        sector=request.matter.sector,
        project=request.matter.project,
        summary=request.summary,
        document_kind=request.document_kind if request.document_number else "",
        locale=request.locale,
        headcount=request.headcount,
        received_at=now,
        consent_at=now if request.consent else None,
        **identity(request.name, request.document_number, request.phone),
        **placing(plan, request.leader_id),
    )
    visit.people = [
        VisitPerson(part=p.part, name=p.name, phone=p.phone, document_number=p.document_number, note=p.note)
        for p in request.people
    ]
    db.session.add(visit)
    db.session.flush()
    return visit


def identity(name: str, document_number: str, phone: str) -> dict[str, str | None]:
    """The columns that say who somebody is, each with its blind index."""
    return {
        "name": name,
        "name_index": blind_index(same_name(name), "visits.name"),
        "document_number": document_number,
        "document_index": blind_index(document_number, "visits.document_number") if document_number else None,
        "phone": phone,
        "phone_index": blind_index(phone, "visits.phone") if phone else None,
    }


def placing(plan: Planned | None, leader_id: int | None) -> dict[str, Any]:
    """The columns that say where a visit is placed. Raises SessionNotOpen for a leader who is not in the session."""
    if plan is None:
        return {"session_key": None, "on_date": None, "leader_id": leader_id}
    if leader_id is not None and leader_id not in plan.leader_ids:
        raise SessionNotOpen("这位领导不在这场接访中。", "This leader is not in this session.")
    return {
        "session_key": plan.session.key,
        "on_date": plan.session.on_date,
        "leader_id": leader_id or plan.leader_ids[0],
    }


def refuse_if_late(plan: Planned, staff: bool) -> None:
    """Raises SessionNotOpen after the cut-off (residents) or the end (staff)."""
    now = clock.now()
    if now >= plan.ends_at:
        raise SessionNotOpen("这场接访已经结束。", "This session is over.")
    if not staff and now >= plan.cut_off:
        raise SessionNotOpen(
            "这场接访的预约已经截止，当天仍可到窗口登记随访。",
            "Booking for this session has closed; you may still come to the desk on the day.",
        )


def lock_person(document_number: str, phone: str) -> None:
    """Two requests of one person are taken one after the other, so that a quota cannot be outrun."""
    lock(f"visits of {blind_index(document_number or phone, 'visits.person')}")


def refuse_over_quota(office: Office, request: NewVisit, plan: Planned | None, policy: Policy) -> None:
    """Raises QuotaReached when the person has enough open requests, or a session on that day already."""
    days = _open_days(office.id, request)
    if len(days) >= policy.open_per_person:
        raise QuotaReached(
            f"您已有 {len(days)} 件预约在办理中，本单位每人最多 {policy.open_per_person} 件。"
            "请先凭查询码查看、改期或取消。",
            f"You have {len(days)} open requests; this office takes {policy.open_per_person} a person. "
            "See, move or cancel one of them by its code first.",
        )
    if plan is not None and sum(day == plan.session.on_date for day in days) >= policy.per_person_and_day:
        raise QuotaReached(
            "您当天已有预约，请凭查询码查看，或另选一天。",
            "You have a request for that day already: see it by its code, or choose another day.",
        )


_OPEN_OF_PERSON = select(Visit.on_date).where(
    Visit.office_id == bindparam("office"),
    Visit.state.in_(OPEN),
    or_(
        Visit.phone_index.in_(bindparam("phones", expanding=True)),
        Visit.document_index.in_(bindparam("documents", expanding=True)),
    ),
)


def _open_days(office_id: int, request: NewVisit) -> Sequence[dt.date | None]:
    """The days of the person's open requests, by telephone or document; None for one without a day."""
    number, phone = request.document_number, request.phone
    asked = {
        "office": office_id,
        "phones": blind_indexes(phone, "visits.phone") if phone else [],
        "documents": blind_indexes(number, "visits.document_number") if number else [],
    }
    return db.session.connection().execute(_OPEN_OF_PERSON, asked).scalars().all()


def _place(visit: Visit, plan: Planned, policy: Policy, waiting: bool) -> None:
    key = plan.session.key
    if not waiting:
        until = hold_until(policy, clock.now(), plan.starts_at)
        if not seats.claim_at_once(visit, key, policy.places, until):
            free_expired(visit.office_id, key)  # what is over goes to whoever waits, before anybody new
            seats.claim(visit, key, policy.places, until)
        return
    lock(f"waiting for {visit.office_id}/{key}")
    if (
        not policy.waiting_list
        or waiting_by_session(visit.office_id, [key]).get(key, 0) >= policy.waiting_most
    ):
        raise SessionFull
    visit.state = "waiting"
