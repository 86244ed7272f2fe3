"""A matter from its beginning to its end: opened, signed, handed to units, closed, rated."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.accounts import audit
from app.core import clock
from app.core.database import db, lock
from app.core.events import emit
from app.core.ids import hash_token, new_token
from app.directory.models import Office
from app.followup import queries, rules
from app.followup.errors import (
    DayImpossible,
    LeaderDayRefused,
    MatterMoved,
    NotRatable,
    ReasonMissing,
    SignedAlready,
)
from app.followup.events import MatterChanged, What
from app.followup.models import Matter, SignOff, UnitPart
from app.followup.service.clockwork import Clockwork
from app.followup.service.history import expect, hold, move, note, rows, touch


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known when a matter begins. `units`: department ids, the main one first."""

    received_on: dt.date
    subject: str
    disposition: str
    account: str = ""
    sector: str = ""
    township: str = ""
    urgency: str = "normal"
    visit_id: int | None = None
    duty_leader_id: int | None = None
    case_leader_id: int | None = None
    instruction: str = ""
    result: str = ""
    units: Sequence[int] = field(default_factory=tuple)
    leader_due_on: dt.date | None = None


def open_matter(office: Office, opening: Opening, by: str) -> Matter:
    """Begin a matter; answered on the spot it is closed at once. Units are told when no signature is wanted.

    Raises DayImpossible for a matter received tomorrow, LeaderDayRefused for a day the leader cannot set, MatterMoved
    when the visit has its matter already.
    """
    today = clock.today(office.timezone)
    if opening.received_on > today:
        raise DayImpossible.to_come(opening.received_on)
    lock(f"matters of office {office.id}")
    if opening.visit_id is not None and queries.find_matter_of_visit(opening.visit_id) is not None:
        raise MatterMoved  # somebody else was faster
    state = rules.first_state(opening.disposition, queries.settings_of(office.id).sign_offs)
    # Answered on the spot is answered that day, whenever it is entered.
    closed = opening.received_on if state == "closed" else None
    matter = Matter(
        office_id=office.id,
        year=today.year,
        number=queries.highest_number(office.id, today.year) + 1,
        state=state,
        closed_on=closed,
        replied_on=closed,
        registered_on=None if state == "signing" else today,
        accepted_on=closed,
        created_at=clock.now(),
        created_by=by,
        version=1,
        extended_days=0,
        register_due_on=today,
        acceptance_due_on=today,
        due_on=today,
        **{name: getattr(opening, name) for name in _PLAIN},
    )
    matter.parts = [_part(department, n == 0, today) for n, department in enumerate(opening.units)]
    clockwork = Clockwork.of(office)
    _set_leader_day(clockwork, matter, opening.leader_due_on, today)
    clockwork.refresh(matter)
    db.session.add(matter)
    db.session.flush()
    note(matter, "opened", by)
    if matter.leader_due_on:
        note(matter, "leader_day", by, matter.leader_due_on.isoformat())
    audit.record("matter.open", f"matter:{matter.id}", office.id, after=_plain(matter))
    emit(MatterChanged(matter.id, office.id, "opened"))
    if state == "open":
        _tell_units(matter)
    return matter


_PLAIN = (
    "received_on",
    "subject",
    "disposition",
    "account",
    "sector",
    "township",
    "urgency",
    "visit_id",
    "duty_leader_id",
    "case_leader_id",
    "instruction",
    "result",
)


def _set_leader_day(clockwork: Clockwork, matter: Matter, day: dt.date | None, today: dt.date) -> None:
    if day is None:
        return
    if matter.state == "closed":
        raise LeaderDayRefused.answered()
    clockwork.check_leader_day(matter, day, today)
    matter.leader_due_on = day


def _part(department_id: int, main: bool, today: dt.date) -> UnitPart:
    return UnitPart(
        department_id=department_id,
        main=main,
        state="told",
        told_on=today,
        not_ours_due_on=today,
        due_on=today,
    )


def sign(office: Office, matter: Matter, user_id: int, by: str, seen_version: int | None = None) -> bool:
    """Put a signature under a matter; True when it was the last one wanted.

    SignedAlready for a second of one person; MatterMoved when the text is not the one of `seen_version` any more.
    """
    hold(matter)
    if seen_version is not None and matter.version != seen_version:
        raise MatterMoved
    wanted = queries.settings_of(office.id).sign_offs
    signed = queries.signatures(matter.id)
    if any(found.user_id == user_id for found in signed):
        raise SignedAlready
    expect(matter, "signing")
    db.session.add(
        SignOff(matter_id=matter.id, position=len(signed) + 1, user_id=user_id, signed_at=clock.now())
    )
    try:
        db.session.flush()
    except IntegrityError as error:
        raise MatterMoved from error
    note(matter, "signed", by)
    audit.record("matter.sign", f"matter:{matter.id}", office.id)
    if len(signed) + 1 < wanted:
        return False
    today = clock.today(office.timezone)
    move(office, matter, "open", registered_on=today)
    for part in matter.parts:
        part.told_on = today
    Clockwork.of(office).refresh(matter)
    _tell_units(matter)
    return True


def add_unit(office: Office, matter: Matter, department_id: int, main: bool, by: str) -> UnitPart:
    """Make one more unit responsible; the first main one steps back to assisting when `main`."""
    expect(matter, "signing", "open", "replied")
    if any(part.department_id == department_id for part in matter.parts):
        raise MatterMoved
    if main:
        for other in matter.parts:
            other.main = False
        db.session.flush()
    part = _part(department_id, main or not matter.parts, clock.today(office.timezone))
    matter.parts.append(part)
    Clockwork.of(office).refresh(matter)
    touch(matter)
    note(matter, "handed_over", by, department_id=department_id)
    audit.record("matter.unit", f"matter:{matter.id}", office.id, after={"department": department_id})
    if matter.state == "open":
        emit(MatterChanged(matter.id, office.id, "handed_over", department_id))
    return part


def close(office: Office, matter: Matter, result: str, by: str) -> str:
    """Close a matter with its result. Returns the code with which the resident may rate it, shown once."""
    if not result.strip():
        raise ReasonMissing
    today = clock.today(office.timezone)
    code = new_token()[:10]
    move(
        office,
        matter,
        "closed",
        closed_on=today,
        replied_on=matter.replied_on or today,
        result=result.strip(),
        rating_code_hash=hash_token(code),
    )
    note(matter, "closed", by)
    emit(MatterChanged(matter.id, office.id, "closed"))
    return code


def reopen(office: Office, matter: Matter, reason: str, by: str) -> None:
    """The call-back or a review says it is not done: the matter runs again with its old date."""
    if not reason.strip():
        raise ReasonMissing
    move(
        office, matter, "open", closed_on=None, rating=None, rated_on=None, rated_by="", rating_code_hash=None
    )
    note(matter, "reopened", by, reason)
    emit(MatterChanged(matter.id, office.id, "reopened"))


def withdraw(office: Office, matter: Matter, reason: str, by: str) -> None:
    """The resident takes the matter back, or it goes another way (court, review)."""
    if not reason.strip():
        raise ReasonMissing
    move(office, matter, "withdrawn")
    note(matter, "withdrawn", by, reason)


def call_back(office: Office, matter: Matter, text: str, by: str) -> None:
    """Somebody asked the resident whether it was done."""
    matter.called_back_on = clock.today(office.timezone)
    touch(matter)
    note(matter, "called_back", by, text)
    audit.record("matter.call_back", f"matter:{matter.id}", office.id)


def rate(office: Office, matter: Matter, rating: str, how: str, by: str) -> None:
    """Record how satisfied the resident is, once. NotRatable before the end or a second time."""
    result = db.session.execute(
        update(Matter)
        .where(Matter.id == matter.id, Matter.state == "closed", Matter.rating.is_(None))
        .values(rating=rating, rated_on=clock.today(office.timezone), rated_by=how, rating_code_hash=None)
        .execution_options(synchronize_session=False)
    )
    if rows(result) != 1:
        raise NotRatable
    db.session.refresh(matter)
    note(matter, "rated", by)
    audit.record("matter.rate", f"matter:{matter.id}", office.id, after={"how": how})


def _tell_units(matter: Matter) -> None:
    for part in matter.parts:
        what: What = "handed_over"
        emit(MatterChanged(matter.id, matter.office_id, what, part.department_id))


def _plain(matter: Matter) -> dict[str, object]:
    return {
        "reference": matter.reference,
        "disposition": matter.disposition,
        "urgency": matter.urgency,
        "due_on": matter.due_on.isoformat(),
        "set_by_leader": matter.leader_due_on == matter.due_on,
        "units": [part.department_id for part in matter.parts],
    }
