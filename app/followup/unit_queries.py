"""What a responsible unit sees of its matters: its own parts, once they were handed over."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager

from app.core.database import db
from app.followup.models import Matter, MatterEntry, UnitPart
from app.followup.queries import PAGE, matches
from app.followup.rules import UNIT_STATES

RUNNING = Matter.state.in_(("open", "replied"))
OWED = and_(RUNNING, UnitPart.state.in_(("told", "accepted")))
ENDED = "ended"
KINDS = (*UNIT_STATES, ENDED)
# What of a matter's history is said to the unit: its own steps, and what the office did with its part.
TOLD = ("handed_over", "accepted", "not_ours", "progress", "replied", "relieved", "letter", "urged")
OWN = ("accepted", "not_ours", "progress", "replied")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a unit's list is narrowed to; empty means everything."""

    words: str = ""
    kind: str = ""  # the state of the part while the matter runs, or "ended"
    clock: str = ""  # late, soon
    urgency: str = ""
    page: int = 1


def find_part(department_id: int, part_id: int) -> UnitPart | None:
    """A part of this department that was handed over to it."""
    return db.session.scalar(_parts_of(department_id).where(UnitPart.id == part_id))


def list_parts(department_id: int, wanted: Wanted, today: dt.date) -> tuple[list[UnitPart], int]:
    """A page of the department's parts, those that are owed by their date first, and how many there are in all."""
    found = _narrowed(_parts_of(department_id), wanted, today)
    total = db.session.scalar(
        select(func.count()).select_from(found.with_only_columns(UnitPart.id).subquery())
    )
    rows = db.session.scalars(
        found.order_by(
            case((OWED, 0), else_=1),
            case((OWED, UnitPart.due_on)),
            UnitPart.told_on.desc(),
            UnitPart.id.desc(),
        )
        .offset((wanted.page - 1) * PAGE)
        .limit(PAGE)
    )
    return list(rows), total or 0


def counts(department_id: int, today: dt.date) -> dict[str, int]:
    """How many parts are owed, how many of them are late or due within seven days, how many there are."""
    row = db.session.execute(
        _parts_of(department_id).with_only_columns(
            func.count(),
            func.count().filter(OWED),
            func.count().filter(_clock("late", today)),
            func.count().filter(_clock("soon", today)),
            maintain_column_froms=True,
        )
    ).one()
    return dict(zip(("all", "owed", "late", "soon"), row, strict=True))


def entries(part: UnitPart) -> list[MatterEntry]:
    """What happened to this part, oldest first."""
    return list(
        db.session.scalars(
            select(MatterEntry)
            .where(
                MatterEntry.matter_id == part.matter_id,
                MatterEntry.department_id == part.department_id,
                MatterEntry.what.in_(TOLD),
            )
            .order_by(MatterEntry.id)
        )
    )


def _parts_of(department_id: int) -> Select[UnitPart]:
    """A unit hears of a matter when it is handed over: after the signatures, never of one answered on the spot."""
    handed_over = and_(Matter.registered_on.isnot(None), Matter.disposition != "answered")
    return (
        select(UnitPart)
        .join(UnitPart.matter)
        .options(contains_eager(UnitPart.matter))
        .where(UnitPart.department_id == department_id, or_(RUNNING, handed_over))
    )


def _narrowed(query: Select[UnitPart], wanted: Wanted, today: dt.date) -> Select[UnitPart]:
    if wanted.kind == ENDED:
        query = query.where(~RUNNING)
    elif wanted.kind:
        query = query.where(RUNNING, UnitPart.state == wanted.kind)
    if wanted.urgency:
        query = query.where(Matter.urgency == wanted.urgency)
    if wanted.clock:
        query = query.where(_clock(wanted.clock, today))
    if wanted.words:
        query = query.where(matches(wanted.words))
    return query


def _clock(name: str, today: dt.date) -> ColumnElement[bool]:
    if name == "late":
        return and_(OWED, UnitPart.due_on < today)
    return and_(OWED, UnitPart.due_on.between(today, today + dt.timedelta(days=7)))
