"""What every step of a matter does: compare-and-swap, the line in its history, who did it."""

from typing import Any

from flask_security import current_user
from sqlalchemy import update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.directory.models import Office
from app.followup import rules
from app.followup.errors import MatterMoved
from app.followup.models import Matter, MatterEntry


def hold(matter: Matter) -> None:
    """Nobody else changes the matter or its units' parts until the transaction ends; all are read as they are now.

    Every step that changes a part holds its matter first, so that two of them wait for each other in one order.
    """
    db.session.flush()
    db.session.refresh(matter, with_for_update=True)
    db.session.expire(matter, ["parts"])
    for part in matter.parts:
        db.session.refresh(part)


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
    if rows(result) != 1:
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
    if rows(result) != 1:
        raise MatterMoved
    db.session.flush()
    db.session.refresh(matter)


def note(matter: Matter, what: str, by: str, text: str = "", department_id: int | None = None) -> None:
    """Add a line to the matter's history. After a purge what is written has its own time again."""
    matter.purged_at = None
    entry = MatterEntry(
        matter_id=matter.id, department_id=department_id, at=clock.now(), by=by, what=what, text=text.strip()
    )
    db.session.add(entry)
    db.session.flush()


def person() -> str:
    """The name of whoever is signed in, for the history."""
    return str(current_user.name)


def expect(matter: Matter, *states: str) -> None:
    """Raises MatterMoved unless the matter is in one of the states."""
    if matter.state not in states:
        raise MatterMoved


def rows(result: Any) -> int:
    """How many rows a statement changed."""
    return int(result.rowcount)
