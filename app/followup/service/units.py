"""What a responsible unit does: accepts, says "not ours", reports, replies."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.events import emit
from app.directory.models import Office
from app.followup import overdue_queries, rules
from app.followup.errors import MatterMoved, NothingToUrge, ReasonMissing, TooLateForNotOurs, UrgedToday
from app.followup.events import MatterChanged
from app.followup.models import Matter, UnitPart
from app.followup.service.clockwork import Clockwork
from app.followup.service.history import hold, move, note, touch


def accept_part(office: Office, part: UnitPart, by: str) -> None:
    """The unit takes its part on."""
    hold(part.matter)
    if part.state != "told":
        raise MatterMoved
    _move(part, "accepted", accepted_on=clock.today(office.timezone))
    _tell(office, part, "accepted", by)


def refuse_part(office: Office, part: UnitPart, reason: str, by: str) -> None:
    """ "Not ours", within its limit, with the reason. TooLateForNotOurs, ReasonMissing, MatterMoved."""
    if not reason.strip():
        raise ReasonMissing
    hold(part.matter)
    if clock.today(office.timezone) > part.not_ours_due_on:
        raise TooLateForNotOurs(part.not_ours_due_on)
    _move(part, "not_ours", reason=reason.strip(), main=False)
    _tell(office, part, "not_ours", by, reason)


def report(office: Office, part: UnitPart, text: str, by: str) -> None:
    """A word on how it goes."""
    if not text.strip():
        raise ReasonMissing
    _tell(office, part, "progress", by, text)


def reply(office: Office, part: UnitPart, text: str, by: str) -> None:
    """The written reply. When every main unit has replied the matter is `replied`, and the office looks at it."""
    if not text.strip():
        raise ReasonMissing
    today = clock.today(office.timezone)
    hold(part.matter)
    _move(part, "replied", replied_on=today, reply=text.strip(), accepted_on=part.accepted_on or today)
    _tell(office, part, "replied", by)
    matter = part.matter
    waited_for = [other for other in matter.parts if other.main and other.state in ("told", "accepted")]
    if matter.state == "open" and not waited_for:
        move(office, matter, "replied", replied_on=today)


def urge(office: Office, part: UnitPart, text: str, by: str) -> None:
    """The leader urges a unit whose reply is overdue (督办), with a sentence or without. NothingToUrge, UrgedToday."""
    matter, today = part.matter, clock.today(office.timezone)
    paused = any(pause.first_day <= today <= pause.last_day for pause in matter.pauses)
    if paused or not rules.may_be_urged(part.state, matter.state, part.due_on, today):
        raise NothingToUrge
    zone = ZoneInfo(office.timezone)
    said = [e.text for e in overdue_queries.urgings([part]) if e.at.astimezone(zone).date() == today]
    if said and text.strip() in ("", *said):
        raise UrgedToday
    touch(matter)  # of two taps at once one is too late
    _tell(office, part, "urged", by, text)


def send_back(office: Office, part: UnitPart, reason: str, by: str) -> None:
    """The reply does not answer the matter: the unit replies anew by the same date."""
    if not reason.strip():
        raise ReasonMissing
    hold(part.matter)
    if part.state != "replied":
        raise MatterMoved
    _move(part, "accepted", replied_on=None)
    _reopen(office, part.matter)
    _tell(office, part, "handed_over", by, reason)


def hand_again(office: Office, part: UnitPart, reason: str, by: str) -> None:
    """The office does not agree with "not ours", or takes back that it took the part away: the unit is told anew.

    It is responsible for the whole again unless another unit has become so.
    """
    if not reason.strip():
        raise ReasonMissing
    hold(part.matter)
    if part.state not in ("not_ours", "relieved"):
        raise MatterMoved
    main = not any(other.main for other in part.matter.parts)
    today = clock.today(office.timezone)
    _move(part, "told", told_on=today, accepted_on=None, replied_on=None, reason="", main=main)
    _reopen(office, part.matter, main)
    Clockwork.of(office).refresh(part.matter)
    _tell(office, part, "handed_over", by, reason)


def _reopen(office: Office, matter: Matter, main: bool = True) -> None:
    """A main unit owes its reply again. The matter counts as changed in any case, so that the unit is told anew."""
    if matter.state == "replied" and main:
        move(office, matter, "open", replied_on=None)
    else:
        touch(matter)


def relieve(office: Office, part: UnitPart, reason: str, by: str) -> None:
    """The office takes a part away from a unit."""
    if not reason.strip():
        raise ReasonMissing
    hold(part.matter)
    _move(part, "relieved", main=False)
    note(part.matter, "relieved", by, reason, part.department_id)
    audit.record("matter.relieve", f"matter:{part.matter_id}", office.id, after={"unit": part.department_id})


def _move(part: UnitPart, after: str, **values: Any) -> None:
    if not rules.unit_may_move(part.state, after) or part.matter.state not in ("open", "replied"):
        raise MatterMoved
    result: Any = db.session.execute(
        update(UnitPart)
        .where(UnitPart.id == part.id, UnitPart.state == part.state)
        .values(state=after, **values)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise MatterMoved
    db.session.refresh(part)


def _tell(office: Office, part: UnitPart, what: Any, by: str, text: str = "") -> None:
    note(part.matter, what, by, text, part.department_id)
    audit.record(
        f"matter.unit_{what}", f"matter:{part.matter_id}", office.id, after={"unit": part.department_id}
    )
    emit(MatterChanged(part.matter_id, office.id, what, part.department_id))
