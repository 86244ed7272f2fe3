"""The lines of the readiness board: asked, answered, asked again, and told to the staff."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update

from app.accounts import audit
from app.appointments.bookable import policy_of
from app.appointments.events import AnswerWanted, StaffWanted, UnitTold
from app.appointments.models import ReadinessItem, Visit
from app.appointments.rules.readiness import Line, push
from app.appointments.rules.states import OPEN
from app.core import clock
from app.core.database import db
from app.core.events import emit


def items_of(visit: Visit) -> Sequence[ReadinessItem]:
    """The lines of the readiness board of a visit, in order."""
    return db.session.scalars(
        select(ReadinessItem).where(ReadinessItem.visit_id == visit.id).order_by(ReadinessItem.id)
    ).all()


def as_line(item: ReadinessItem) -> Line:
    """The line as the rule sees it."""
    named = item.kind != "department" or bool(item.person)
    return Line(
        item.answer, item.told_at, item.due_at, named, item.nudges > 0, item.staff_told_at is not None
    )


def start(visit: Visit, due: dt.datetime, department_ids: Iterable[int]) -> None:
    """A new board: the leader is asked now, resident and departments once the leader has agreed."""
    db.session.execute(delete(ReadinessItem).where(ReadinessItem.visit_id == visit.id))
    now = clock.now()
    lines: list[tuple[str, int | None]] = [("leader", None), ("resident", None)]
    lines += [("department", number) for number in dict.fromkeys(department_ids)]
    for kind, department_id in lines:
        told = now if kind == "leader" else None
        item = ReadinessItem(visit_id=visit.id, kind=kind, department_id=department_id, told_at=told)
        item.asked_at, item.due_at = now, due
        db.session.add(item)
    db.session.flush()


def reopen(visit: Visit, kind: str, due: dt.datetime) -> None:
    """The answer no longer holds: leader or resident is asked again, now."""
    for item in items_of(visit):
        if item.kind == kind:
            item.answer, item.asked_at, item.due_at, item.answered_at = "open", clock.now(), due, None
            item.told_at, item.nudges, item.nudged_at, item.staff_told_at = clock.now(), 0, None, None
    db.session.flush()


def set_due(visit: Visit, due: dt.datetime, kind: str = "") -> None:
    """Another deadline, for all lines or those of one kind."""
    for item in items_of(visit):
        if kind in ("", item.kind):
            item.due_at = due
    db.session.flush()


def answer(visit: Visit, kind: str, said: str) -> None:
    """Note the answer of leader or resident."""
    for item in items_of(visit):
        if item.kind == kind:
            item.answer, item.answered_at = said, clock.now()
    db.session.flush()


def answered(visit: Visit, kind: str) -> str:
    """What was answered: "open", "yes" or "no"; "" when nobody of the kind is asked."""
    return next((item.answer for item in items_of(visit) if item.kind == kind), "")


def was_told(visit: Visit) -> bool:
    """Whether resident or units know of the invitation."""
    return any(item.told_at is not None for item in items_of(visit) if item.kind != "leader")


def tell_first(visit: Visit) -> None:
    """The leader agrees: resident and units that know nothing yet are told, each once."""
    for item in items_of(visit):
        if item.told_at is None:
            item.told_at = clock.now()
            db.session.flush()
            if item.department_id is not None:
                emit(UnitTold(visit.id, visit.office_id, item.department_id))


def push_due() -> int:
    """Ask again whoever has not answered, and tell the staff where that did not help. Returns how many were pushed."""
    now, pushed = clock.now(), 0
    query = (
        select(ReadinessItem, Visit)
        .join(Visit, Visit.id == ReadinessItem.visit_id)
        .where(
            Visit.kind == "invited",
            Visit.state.in_(OPEN),
            Visit.session_key.is_not(None),
            ReadinessItem.told_at.is_not(None),
            ReadinessItem.staff_told_at.is_(None),
        )
        .order_by(ReadinessItem.id)
    )
    for item, visit in db.session.execute(query).all():
        what = push(as_line(item), now, policy_of(visit.office_id).nudge_hours)
        if what == "nudge" and _mark(item, nudges=1, nudged_at=now):
            _ask_again(visit, item)
            pushed += 1
        elif what == "staff" and _mark(item, staff_told_at=now):
            emit(StaffWanted(visit.id, visit.office_id, item.id))
            pushed += 1
    return pushed


def _ask_again(visit: Visit, item: ReadinessItem) -> None:
    about = {"who": item.kind, "department": item.department_id}
    audit.record("visit.nudge", f"visit {visit.reference}", visit.office_id, after=about)
    if item.department_id is not None:
        emit(UnitTold(visit.id, visit.office_id, item.department_id, nudge=True))
    else:
        emit(AnswerWanted(visit.id, visit.office_id, item.kind))


def _mark(item: ReadinessItem, **values: Any) -> bool:
    """Only the first process pushes: the line must stand as it was read."""
    changed = db.session.execute(
        update(ReadinessItem)
        .where(
            ReadinessItem.id == item.id,
            ReadinessItem.nudges == item.nudges,
            ReadinessItem.answer == item.answer,
            ReadinessItem.staff_told_at.is_(None),
        )
        .values(**values)
    )
    return cast(CursorResult[Any], changed).rowcount == 1
