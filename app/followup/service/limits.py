"""Steps that move the clocks of a matter: accepted, extended once, paused, running again."""

import datetime as dt

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.events import emit
from app.directory.models import Office
from app.followup import queries
from app.followup.clocks import longest_extension
from app.followup.errors import (
    AlreadyExtended,
    DayImpossible,
    ExtensionTooLong,
    MatterMoved,
    NothingChanged,
    ReasonMissing,
)
from app.followup.events import MatterChanged
from app.followup.models import Matter, Pause
from app.followup.service.clockwork import Clockwork
from app.followup.service.history import expect, note, touch


def accept(office: Office, matter: Matter, on: dt.date, by: str) -> None:
    """The resident was told in writing that the matter is accepted; the clock of the decision starts. DayImpossible."""
    if matter.accepted_on is not None:
        raise MatterMoved
    if on > clock.today(office.timezone):
        raise DayImpossible.to_come(on)
    if on < matter.received_on:
        raise DayImpossible.before_received(matter.received_on)
    expect(matter, "open", "replied", "signing")
    matter.accepted_on = on
    Clockwork.of(office).refresh(matter)
    touch(matter)
    note(matter, "accepted", by)
    audit.record("matter.accept", f"matter:{matter.id}", office.id, after={"accepted_on": on.isoformat()})
    emit(MatterChanged(matter.id, office.id, "accepted"))


def extend(office: Office, matter: Matter, days: int, reason: str, by: str) -> None:
    """Extend the decision once, by 1 to 30 days or fewer, with the reason told. It ends the leader's own date: whoever
    approves more time has taken that date back.

    Raises AlreadyExtended, ExtensionTooLong, ReasonMissing, MatterMoved.
    """
    if matter.extended_days:
        raise AlreadyExtended
    if not reason.strip():
        raise ReasonMissing
    longest = longest_extension(queries.settings_of(office.id).limits)
    if not 1 <= days <= longest:
        raise ExtensionTooLong(longest)
    expect(matter, "open", "replied")
    matter.extended_days = days
    matter.extended_on = clock.today(office.timezone)
    matter.extension_reason = reason.strip()
    before, set_before = matter.due_on, matter.leader_due_on
    matter.leader_due_on = None
    Clockwork.of(office).refresh(matter)
    touch(matter)
    note(matter, "extended", by, reason)
    if set_before:
        note(matter, "leader_day_lifted", by, set_before.isoformat())
    dates = {"before": before.isoformat(), "after": matter.due_on.isoformat()}
    audit.record("matter.extend", f"matter:{matter.id}", office.id, after=dates)
    emit(MatterChanged(matter.id, office.id, "extended"))


def set_leader_day(office: Office, matter: Matter, day: dt.date, reason: str, by: str) -> None:
    """The leader sets the day it is done by, or another one.

    Raises ReasonMissing, LeaderDayRefused, MatterMoved, and NothingChanged for the day it is already.
    """
    if not reason.strip():
        raise ReasonMissing
    expect(matter, "signing", "open", "replied")
    if day == matter.leader_due_on:
        raise NothingChanged
    Clockwork.of(office).check_leader_day(matter, day, clock.today(office.timezone))
    _change_leader_day(office, matter, day)
    note(matter, "leader_day", by, f"{day.isoformat()}\n{reason.strip()}")


def lift_leader_day(office: Office, matter: Matter, reason: str, by: str) -> None:
    """The leader takes the day back: the Regulations' holds. ReasonMissing, MatterMoved."""
    if not reason.strip():
        raise ReasonMissing
    expect(matter, "signing", "open", "replied")
    if matter.leader_due_on is None:
        raise MatterMoved
    lifted = matter.leader_due_on
    _change_leader_day(office, matter, None)
    note(matter, "leader_day_lifted", by, f"{lifted.isoformat()}\n{reason.strip()}")


def _change_leader_day(office: Office, matter: Matter, day: dt.date | None) -> None:
    before = matter.due_on
    matter.leader_due_on = day
    Clockwork.of(office).refresh(matter)
    touch(matter)
    dates = {"before": before.isoformat(), "after": matter.due_on.isoformat()}
    audit.record("matter.leader_day", f"matter:{matter.id}", office.id, after=dates)
    if matter.due_on != before:
        emit(MatterChanged(matter.id, office.id, "deadline"))


def pause(office: Office, matter: Matter, first: dt.date, last: dt.date, reason: str, by: str) -> Pause:
    """Stop the clock for some days where the Regulations allow it. ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    expect(matter, "open")
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
