"""A matter from its beginning to its end: opened, signed, extended, paused, closed, rated."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_security import current_user
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.accounts import audit
from app.core import clock
from app.core.database import db, lock
from app.core.events import emit
from app.core.ids import hash_token, new_token
from app.directory.models import Office
from app.followup import queries, rules
from app.followup.clocks import LONGEST_EXTENSION
from app.followup.errors import AlreadyExtended, MatterMoved, NotRatable, ReasonMissing, SignedAlready
from app.followup.events import MatterChanged, What
from app.followup.models import Matter, MatterEntry, Pause, SignOff, UnitPart
from app.followup.service.clockwork import Clockwork


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


def open_matter(office: Office, opening: Opening, by: str) -> Matter:
    """Begin a matter; answered on the spot it is closed at once. Units are told when no signature is wanted."""
    today = clock.today(office.timezone)
    lock(f"matters of office {office.id}")
    state = rules.first_state(opening.disposition, queries.settings_of(office.id).sign_offs)
    closed = today if state == "closed" else None
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
    clockwork.refresh(matter)
    db.session.add(matter)
    db.session.flush()
    note(matter, "opened", by)
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


def _part(department_id: int, main: bool, today: dt.date) -> UnitPart:
    return UnitPart(
        department_id=department_id,
        main=main,
        state="told",
        told_on=today,
        not_ours_due_on=today,
        due_on=today,
    )


def sign(office: Office, matter: Matter, user_id: int, by: str) -> bool:
    """Put a signature under a matter; True when it was the last one wanted. SignedAlready for a second of one person."""
    wanted = queries.settings_of(office.id).sign_offs
    signed = queries.signatures(matter.id)
    if any(found.user_id == user_id for found in signed):
        raise SignedAlready
    _expect(matter, "signing")
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
    _expect(matter, "signing", "open", "replied")
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


def accept(office: Office, matter: Matter, on: dt.date, by: str) -> None:
    """The resident was told in writing that the matter is accepted; the clock of the decision starts."""
    if matter.accepted_on is not None:
        raise MatterMoved
    _expect(matter, "open", "replied", "signing")
    matter.accepted_on = on
    Clockwork.of(office).refresh(matter)
    touch(matter)
    note(matter, "accepted", by)
    audit.record("matter.accept", f"matter:{matter.id}", office.id, after={"accepted_on": on.isoformat()})
    emit(MatterChanged(matter.id, office.id, "accepted"))


def extend(office: Office, matter: Matter, days: int, reason: str, by: str) -> None:
    """Extend the decision once, by at most 30 days, with the reason told. AlreadyExtended, ReasonMissing."""
    if matter.extended_days:
        raise AlreadyExtended
    if not reason.strip():
        raise ReasonMissing
    _expect(matter, "open", "replied")
    matter.extended_days = min(max(days, 1), LONGEST_EXTENSION)
    matter.extended_on = clock.today(office.timezone)
    matter.extension_reason = reason.strip()
    before = matter.due_on
    Clockwork.of(office).refresh(matter)
    touch(matter)
    note(matter, "extended", by, reason)
    dates = {"before": before.isoformat(), "after": matter.due_on.isoformat()}
    audit.record("matter.extend", f"matter:{matter.id}", office.id, after=dates)
    emit(MatterChanged(matter.id, office.id, "extended"))


def pause(office: Office, matter: Matter, first: dt.date, last: dt.date, reason: str, by: str) -> Pause:
    """Stop the clock for some days where the Regulations allow it. ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    _expect(matter, "open")
    found = Pause(matter_id=matter.id, first_day=first, last_day=last, reason=reason.strip())
    matter.pauses.append(found)
    Clockwork.of(office).refresh(matter)
    touch(matter)
    note(matter, "paused", by, reason)
    audit.record("matter.pause", f"matter:{matter.id}", office.id, after={"until": last.isoformat()})
    return found


def resume(office: Office, matter: Matter, by: str) -> None:
    """The reason for a pause is gone: the clock runs again from today."""
    today = clock.today(office.timezone)
    running = [found for found in matter.pauses if found.first_day <= today <= found.last_day]
    if not running:
        raise MatterMoved
    for found in running:
        if found.first_day == today:
            matter.pauses.remove(found)
            db.session.delete(found)
        else:
            found.last_day = today - dt.timedelta(days=1)
    Clockwork.of(office).refresh(matter)
    touch(matter)
    note(matter, "resumed", by)
    audit.record("matter.resume", f"matter:{matter.id}", office.id)


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
    if _rows(result) != 1:
        raise NotRatable
    db.session.refresh(matter)
    note(matter, "rated", by)
    audit.record("matter.rate", f"matter:{matter.id}", office.id, after={"how": how})


def move(office: Office, matter: Matter, after: str, **values: Any) -> None:
    """Compare-and-swap of the state; MatterMoved when it is not allowed or somebody was faster."""
    before = matter.state
    if not rules.may_move(before, after):
        raise MatterMoved
    db.session.flush()
    result = db.session.execute(
        update(Matter)
        .where(Matter.id == matter.id, Matter.state == before, Matter.version == matter.version)
        .values(state=after, version=matter.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if _rows(result) != 1:
        raise MatterMoved
    db.session.refresh(matter)
    audit.record(
        f"matter.{after}", f"matter:{matter.id}", office.id, before={"state": before}, after={"state": after}
    )


def touch(matter: Matter) -> None:
    """Make a change count: somebody else who read the matter before is told to look again. MatterMoved."""
    result = db.session.execute(
        update(Matter)
        .where(Matter.id == matter.id, Matter.version == matter.version)
        .values(version=matter.version + 1)
        .execution_options(synchronize_session=False)
    )
    if _rows(result) != 1:
        raise MatterMoved
    db.session.flush()
    db.session.refresh(matter)


def note(matter: Matter, what: str, by: str, text: str = "", department_id: int | None = None) -> None:
    """Add a line to the matter's history."""
    entry = MatterEntry(
        matter_id=matter.id, department_id=department_id, at=clock.now(), by=by, what=what, text=text.strip()
    )
    db.session.add(entry)
    db.session.flush()


def person() -> str:
    """The name of whoever is signed in, for the history."""
    return str(current_user.name)


def _tell_units(matter: Matter) -> None:
    for part in matter.parts:
        what: What = "handed_over"
        emit(MatterChanged(matter.id, matter.office_id, what, part.department_id))


def _expect(matter: Matter, *states: str) -> None:
    if matter.state not in states:
        raise MatterMoved


def _rows(result: Any) -> int:
    return int(result.rowcount)


def _plain(matter: Matter) -> dict[str, object]:
    return {
        "reference": matter.reference,
        "disposition": matter.disposition,
        "urgency": matter.urgency,
        "due_on": matter.due_on.isoformat(),
        "units": [part.department_id for part in matter.parts],
    }
