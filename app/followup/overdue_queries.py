"""Replies that are overdue, as a leader who urges sees them."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from app.core.database import db
from app.followup.models import Matter, MatterEntry, Pause, UnitPart
from app.followup.rules import OWING


def overdue_parts(office_id: int, leader_id: int, today: dt.date, also: int = 0) -> list[UnitPart]:
    """What units owe in matters this leader keeps, the longest overdue first; `also`: one part whoever keeps it."""
    paused = select(Pause.id).where(
        Pause.matter_id == Matter.id, Pause.first_day <= today, Pause.last_day >= today
    )
    keeper = func.coalesce(Matter.case_leader_id, Matter.duty_leader_id)
    return list(
        db.session.scalars(
            select(UnitPart)
            .join(Matter)
            .where(
                Matter.office_id == office_id,
                Matter.state == "open",
                UnitPart.state.in_(OWING),
                UnitPart.due_on < today,
                or_(keeper == leader_id, UnitPart.id == also),
                ~paused.exists(),
            )
            .options(contains_eager(UnitPart.matter), joinedload(UnitPart.department))
            .order_by(UnitPart.due_on, UnitPart.id)
        )
    )


def urgings(parts: Sequence[UnitPart]) -> list[MatterEntry]:
    """When and how leaders urged these units, oldest first."""
    keys = [(part.matter_id, part.department_id) for part in parts]
    if not keys:
        return []
    return list(
        db.session.scalars(
            select(MatterEntry)
            .where(
                MatterEntry.what == "urged",
                tuple_(MatterEntry.matter_id, MatterEntry.department_id).in_(keys),
            )
            .order_by(MatterEntry.id)
        )
    )
