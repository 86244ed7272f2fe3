"""The state of one office as reminders see it: a handful of queries for the days that can matter."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, load_only, selectinload

from app.accounts.models import RoleGrant, User
from app.appointments.models import ReadinessItem, Visit
from app.calendar.queries import working_calendar
from app.calendar.rules import WorkingCalendar
from app.core.database import db
from app.core.dates import DateRange
from app.directory.models import Contact, Leader
from app.directory.models import Office as OfficeRow
from app.directory.queries import office_path
from app.followup.models import Matter, MatterEntry, UnitPart
from app.followup.rules import OWING
from app.notifications import outbox
from app.notifications.models import Notice
from app.notifications.policy import Policy
from app.notifications.reminders import (
    OVERDUE_LIST,
    AskFact,
    DutyFact,
    EmptyFact,
    MatterFact,
    Office,
    Recipient,
    RosterFact,
    State,
    VisitFact,
)
from app.roster.models import Duty, Revision
from app.roster.substitution.models import (
    OPEN_STATES,
    Acknowledgement,
    SubstitutionAsk,
    SubstitutionDuty,
    SubstitutionRequest,
)

# What begins a matter or a unit's part anew, or moves its date: who was told before is told again.
ANEW = ("handed_over", "reopened", "resumed", "corrected", "leader_day", "leader_day_lifted")
Changes = Mapping[tuple[int, int | None], dt.datetime]


def load_office(office: OfficeRow, policy: Policy) -> Office:
    """What of the office decides about its hours."""
    return Office(office.id, policy, working_calendar(office), ZoneInfo(office.timezone))


def load_state(office: OfficeRow, rules: Office, first: dt.date, last: dt.date) -> State:
    """Everything whose reminder can fall between these days."""
    days = DateRange.from_days(first, last).widened(rules.policy.horizon())
    held = _held_duties(office.id, first, days.last_day)
    return State(
        duties=_duties(office.id, [duty for duty in held if duty.leader_id is not None]),
        asks=_asks(office.id, rules),
        empty=[EmptyFact(d.session_key, d.on_date, d.starts, d.changed_at) for d in empty_duties(held)],
        visits=_visits(office.id, first, days.last_day),
        matters=_matters(rules, first, days.last_day),
        roster=_roster(office.id, rules.calendar, first),
        staff=staff_of(office, rules.policy),
        listed=_listed(office.id),
    )


def staff_of(office: OfficeRow, policy: Policy) -> list[Recipient]:
    """Who hears what staff must know: the roles of the policy, else administrators, else the office above."""
    path = office_path(office)
    rows = db.session.execute(
        select(RoleGrant.office_id, RoleGrant.role, User.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.office_id.in_(path), User.active)
        .order_by(User.id)
    ).all()
    for office_id in path:
        for roles in (policy.staff_roles, ("administrator",)):
            found = dict.fromkeys(user for at, role, user in rows if at == office_id and role in roles)
            if found:
                return [("user", user_id) for user_id in found]
    return []


def empty_duties(held: Sequence[Duty]) -> list[Duty]:
    """Of these duties those nobody will hold: no leader, or one whose time in office is over by then."""
    leaders = {duty.leader_id for duty in held if duty.leader_id is not None}
    rows = db.session.execute(select(Leader.id, Leader.last_day).where(Leader.id.in_(leaders)))
    ends = {leader_id: last_day or dt.date.max for leader_id, last_day in rows}
    return [duty for duty in held if duty.leader_id is None or ends[duty.leader_id] < duty.on_date]


def unacknowledged(office_id: int, duties: Sequence[Duty]) -> list[Duty]:
    """Of these duties those their leaders have not acknowledged as they stand."""
    known = _acknowledged(office_id, duties)
    return [d for d in duties if (d.seat_key, d.leader_id, d.on_date, d.starts) not in known]


def _held_duties(office_id: int, first: dt.date, last: dt.date) -> Sequence[Duty]:
    return db.session.scalars(
        select(Duty)
        .where(
            Duty.office_id == office_id,
            Duty.until_revision.is_(None),
            Duty.status == "held",
            Duty.on_date.between(first, last),
        )
        .order_by(Duty.on_date, Duty.starts, Duty.seat)
    ).all()


def _duties(office_id: int, held: Sequence[Duty]) -> list[DutyFact]:
    known = _acknowledged(office_id, held)
    return [
        DutyFact(
            leader_id=duty.leader_id or 0,
            on_date=duty.on_date,
            starts=duty.starts,
            session_key=duty.session_key,
            since=duty.changed_at,
            acknowledged=(duty.seat_key, duty.leader_id, duty.on_date, duty.starts) in known,
        )
        for duty in held
    ]


def _acknowledged(office_id: int, duties: Sequence[Duty]) -> set[tuple[str, int | None, dt.date, dt.time]]:
    if not duties:
        return set()
    first, last = min(d.on_date for d in duties), max(d.on_date for d in duties)
    rows = db.session.execute(
        select(
            Acknowledgement.seat_key,
            Acknowledgement.leader_id,
            Acknowledgement.on_date,
            Acknowledgement.starts,
        ).where(Acknowledgement.office_id == office_id, Acknowledgement.on_date.between(first, last))
    )
    return {(row[0], row[1], row[2], row[3]) for row in rows}


def _asks(office_id: int, rules: Office) -> list[AskFact]:
    """The question is moot at its deadline, and when the first duty it is about begins."""
    asks = db.session.scalars(
        select(SubstitutionAsk)
        .join(SubstitutionRequest)
        .where(
            SubstitutionRequest.office_id == office_id,
            SubstitutionRequest.state.in_(OPEN_STATES),
            SubstitutionAsk.state == "waiting",
            SubstitutionAsk.asked_at.is_not(None),
        )
        .order_by(SubstitutionAsk.id)
    ).all()
    return [
        AskFact(f"ask:{ask.id}", ask.leader_id, ask.asked_at, _closes(ask.request, rules))
        for ask in asks
        if ask.asked_at is not None and ask.request.duties
    ]


def _closes(request: SubstitutionRequest, rules: Office) -> dt.datetime:
    first: SubstitutionDuty = min(request.duties, key=lambda duty: (duty.on_date, duty.starts))
    begins = rules.instant(first.on_date, first.starts)
    return min(begins, request.deadline_at) if request.deadline_at is not None else begins


def _visits(office_id: int, first: dt.date, last: dt.date) -> list[VisitFact]:
    visits = db.session.scalars(
        select(Visit).where(
            Visit.office_id == office_id, Visit.state == "confirmed", Visit.on_date.between(first, last)
        )
    ).all()
    starts = _starts(office_id, (visit.session_key or "" for visit in visits))
    units = _units((visit.id for visit in visits), first)
    return [
        VisitFact(
            visit_id=visit.id,
            on_date=visit.on_date,
            starts=starts[visit.session_key],
            since=visit.confirmed_at or visit.received_at,
            visitor=("visit", visit.id) if visit.phone and visit.consent_at is not None else None,
            units=tuple(units[visit.id]),
        )
        for visit in visits
        if visit.on_date is not None and visit.session_key in starts
    ]


def _starts(office_id: int, session_keys: Iterable[str]) -> dict[str | None, dt.time]:
    rows = db.session.execute(
        select(Duty.session_key, Duty.starts).where(
            Duty.office_id == office_id,
            Duty.session_key.in_(set(session_keys)),
            Duty.until_revision.is_(None),
            Duty.status == "held",
        )
    )
    return {row[0]: row[1] for row in rows}


def _units(visit_ids: Iterable[int], today: dt.date) -> defaultdict[int, list[Recipient]]:
    """The contacts of the departments that were asked to attend and did not say no."""
    found: defaultdict[int, list[Recipient]] = defaultdict(list)
    rows = db.session.execute(
        select(ReadinessItem.visit_id, Contact.id)
        .join(Contact, Contact.department_id == ReadinessItem.department_id)
        .where(
            ReadinessItem.visit_id.in_(set(visit_ids)),
            ReadinessItem.kind == "department",
            ReadinessItem.answer != "no",
            _still_there(today),
        )
        .order_by(Contact.id)
    )
    for visit_id, contact_id in rows:
        found[visit_id].append(("contact", contact_id))
    return found


def _matters(rules: Office, first: dt.date, last: dt.date) -> list[MatterFact]:
    """The parts of running matters whose unit still owes its reply, however long it has been overdue."""
    open_ones = (Matter.office_id == rules.id) & (Matter.state == "open")
    rows = db.session.execute(
        select(UnitPart, Contact.id)
        .join(Matter, Matter.id == UnitPart.matter_id)
        .join(Contact, (Contact.department_id == UnitPart.department_id) & _still_there(first), isouter=True)
        .where(
            open_ones,
            UnitPart.state.in_(OWING),
            UnitPart.due_on <= last,
        )
        .options(
            load_only(UnitPart.due_on, UnitPart.told_on, UnitPart.matter_id, UnitPart.department_id),
            contains_eager(UnitPart.matter).options(
                load_only(Matter.case_leader_id, Matter.duty_leader_id),  # and no account to decrypt
                selectinload(Matter.pauses),
                joinedload(Matter.case_leader),
                joinedload(Matter.duty_leader),
            ),
        )
        .order_by(UnitPart.id, Contact.id)
    )
    changes = changes_of(open_ones)
    parts: dict[UnitPart, list[Recipient]] = {}
    for part, contact_id in rows:
        told = parts.setdefault(part, [])
        told += [] if contact_id is None else [("contact", contact_id)]
    return [
        MatterFact(
            part.id,
            part.due_on,
            rules.instant(part.told_on, dt.time()),
            tuple(told),
            keeper_of(part.matter, first),
            pauses_of(part.matter),
            changed_at(part, changes),
        )
        for part, told in parts.items()
    ]


def changes_of(which: ColumnElement[bool]) -> Changes:
    """When these matters, or a unit's part in them, last began to run anew or had another date."""
    rows = db.session.execute(
        select(MatterEntry.matter_id, MatterEntry.department_id, func.max(MatterEntry.at))
        .join(Matter, Matter.id == MatterEntry.matter_id)
        .where(which, MatterEntry.what.in_(ANEW))
        .group_by(MatterEntry.matter_id, MatterEntry.department_id)
    )
    return {(matter_id, department_id): at for matter_id, department_id, at in rows}


def changed_at(part: UnitPart, changes: Changes) -> dt.datetime | None:
    """The latest change of the matter or of the unit's part in it."""
    found = (changes.get((part.matter_id, of)) for of in (None, part.department_id))
    return max((at for at in found if at is not None), default=None)


def _listed(office_id: int) -> dt.date:
    """The day of the newest list of overdue replies that was not taken back."""
    subject = db.session.scalar(
        select(func.max(Notice.subject)).where(
            Notice.kind == OVERDUE_LIST,
            Notice.subject.startswith(f"on:{office_id}:"),
            ~outbox.overtaken(),
        )
    )
    return dt.date.fromisoformat(subject.rpartition(":")[2]) if subject else dt.date.min


def keeper_of(matter: Matter, today: dt.date) -> Recipient | None:
    """The leader who keeps the matter, else who received; None where both are gone, or nobody was named."""
    for leader in (matter.case_leader, matter.duty_leader):
        if leader is not None and (leader.last_day is None or leader.last_day >= today):
            return "leader", leader.id
    return None


def pauses_of(matter: Matter) -> tuple[DateRange, ...]:
    """The days its clock stands still."""
    return tuple(DateRange.from_days(pause.first_day, pause.last_day) for pause in matter.pauses)


def _still_there(day: dt.date) -> ColumnElement[bool]:
    return or_(Contact.last_day.is_(None), Contact.last_day >= day)


def _roster(office_id: int, calendar: WorkingCalendar, today: dt.date) -> RosterFact | None:
    revisions = db.session.scalars(
        select(Revision).where(Revision.office_id == office_id).order_by(Revision.number)
    ).all()
    if not revisions:
        return None
    last = max(revision.last_day for revision in revisions)
    since = next(revision.published_at for revision in revisions if revision.last_day == last)
    return RosterFact(last, since, tuple(_outdated_years(revisions, calendar, today)))


def _outdated_years(revisions: Sequence[Revision], calendar: WorkingCalendar, today: dt.date) -> list[int]:
    """Years still to come whose newest plan was provisional, though their holiday notice is in by now."""
    provisional: dict[int, bool] = {}
    for revision in revisions:
        if revision.kind in ("publication", "correction"):
            for year in range(max(revision.first_day.year, today.year), revision.last_day.year + 1):
                provisional[year] = revision.provisional
    return [year for year, was in provisional.items() if was and not calendar.provisional(year)]
