"""A matter that was entered wrongly is put right: with a reason, its clocks counted again."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import delete

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.events import emit
from app.directory.models import Office
from app.followup import words
from app.followup.errors import DayImpossible, MatterMoved, NothingChanged, ReasonMissing
from app.followup.events import MatterChanged
from app.followup.models import Matter, SignOff
from app.followup.service.clockwork import Clockwork
from app.followup.service.history import expect, hold, note, touch

_PLAIN = ("received_on", "urgency", "duty_leader_id", "case_leader_id")  # what the audit trail may hold


@dataclass(frozen=True, slots=True)
class Correction:
    """A matter as it should read."""

    received_on: dt.date
    subject: str
    sector: str
    township: str
    account: str
    instruction: str
    urgency: str
    duty_leader_id: int | None
    case_leader_id: int | None


def as_it_reads(matter: Matter) -> Correction:
    """The matter as it stands."""
    return Correction(**{name: getattr(matter, name) for name in Correction.__slots__})


def correct(
    office: Office, matter: Matter, wanted: Correction, seen_version: int | None, reason: str, by: str
) -> None:
    """Change what differs. While it is being signed the signatures start anew; units hear of another date.

    Raises ReasonMissing, NothingChanged, DayImpossible, and MatterMoved when it ended or somebody else changed it
    since `seen_version` was read.
    """
    if not reason.strip():
        raise ReasonMissing
    hold(matter)
    expect(matter, "signing", "open", "replied")
    if matter.version != seen_version:
        raise MatterMoved
    before, after = asdict(as_it_reads(matter)), asdict(wanted)
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        raise NothingChanged
    _check_received(office, matter, wanted.received_on)
    due = matter.due_on
    for name in changed:
        setattr(matter, name, after[name])
    Clockwork.of(office).refresh(matter)
    touch(matter)
    if matter.state == "signing":
        db.session.execute(delete(SignOff).where(SignOff.matter_id == matter.id))
    note(matter, "corrected", by, "\n".join([", ".join(str(words.FIELDS[name]) for name in changed), reason]))
    audit.record(
        "matter.change",
        f"matter:{matter.id}",
        office.id,
        before={name: str(before[name]) for name in changed if name in _PLAIN},
        after={name: str(after[name]) for name in changed if name in _PLAIN} | {"fields": changed},
    )
    if matter.state == "open" and matter.due_on != due:
        emit(MatterChanged(matter.id, office.id, "deadline"))


def _check_received(office: Office, matter: Matter, day: dt.date) -> None:
    if day > clock.today(office.timezone):
        raise DayImpossible.to_come(day)
    later = [matter.accepted_on, matter.leader_due_on, matter.registered_on, matter.replied_on]
    first = min((found for found in later if found is not None), default=None)
    if first is not None and day > first:
        raise DayImpossible.after(first)
