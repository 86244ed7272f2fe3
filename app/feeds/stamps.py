"""Stamps: one number per office that goes up, in the transaction of the change, whenever its calendars may differ.

A remembered answer that carries an older number is not trusted; that a number goes up for nothing costs one rendering.
"""

from collections.abc import Iterable

from sqlalchemy import insert, select, update

from app.appointments.events import UnitTold, VisitChanged
from app.appointments.models import ReadinessItem
from app.calendar.events import CalendarChanged
from app.core import background
from app.core.database import db, lock
from app.core.events import subscribe
from app.directory.events import LeaderChanged, OfficeRenamed
from app.directory.models import Department, Leader, Office
from app.directory.queries import list_offices, office_path
from app.feeds import event_states
from app.feeds.jobs import MAKE
from app.feeds.models import FeedStamp
from app.roster.events import RosterPublished
from app.roster.models import Duty


def install() -> None:
    """Listen to what changes published calendars."""
    subscribe(RosterPublished, _roster_published)
    subscribe(CalendarChanged, _calendar_changed)
    subscribe(LeaderChanged, _leader_changed)
    subscribe(OfficeRenamed, _office_renamed)
    subscribe(VisitChanged, _visit_changed)
    subscribe(UnitTold, _unit_told)


def bump(office_ids: Iterable[int]) -> None:
    """Nothing remembered of these offices is trusted any more once this transaction is committed."""
    for office_id in sorted(set(office_ids)):
        done = db.session.execute(
            update(FeedStamp)
            .where(FeedStamp.office_id == office_id)
            .values(value=FeedStamp.value + 1)
            .execution_options(synchronize_session=False)
        )
        if not done.rowcount:  # type: ignore[attr-defined]
            _begin(office_id)


def _begin(office_id: int) -> None:
    lock(f"stamp of office {office_id}")
    found = select(FeedStamp.office_id).where(FeedStamp.office_id == office_id)
    if db.session.scalar(found) is None:
        db.session.execute(insert(FeedStamp).values(office_id=office_id, value=1))
    else:
        bump((office_id,))


def _roster_published(event: RosterPublished) -> None:
    bump(_concerned(event.office_id))
    background.defer(MAKE, once=f"{MAKE}:{event.office_id}", office_id=event.office_id)


def _concerned(office_id: int) -> set[int]:
    """The office, and the offices whose leaders serve there: their leaders' calendars hold its sessions too."""
    homes = db.session.scalars(
        select(Leader.office_id)
        .join(Duty, Duty.leader_id == Leader.id)
        .where(Duty.office_id == office_id)
        .distinct()
    )
    return {office_id, *homes}


def _calendar_changed(event: CalendarChanged) -> None:
    """The office and everything below it."""
    bump(office.id for office in list_offices() if event.office_id in office_path(office))


def _leader_changed(event: LeaderChanged) -> None:
    bump((event.office_id,))


def _office_renamed(event: OfficeRenamed) -> None:
    """Every event says the new name, and is a newer one."""
    event_states.settle(f"office:{event.office_id}", {"names": list(event.names)})
    bump(_concerned(event.office_id))


def _visit_changed(event: VisitChanged) -> None:
    """Those whose leaders serve at the office, and the offices of the departments that attend."""
    units = (
        select(Department.office_id)
        .join(ReadinessItem, ReadinessItem.department_id == Department.id)
        .where(ReadinessItem.visit_id == event.visit_id)
    )
    bump({*_concerned(event.office_id), *db.session.scalars(units)})


def _unit_told(event: UnitTold) -> None:
    unit = db.session.get(Department, event.department_id)
    bump({event.office_id, *([unit.office_id] if unit else [])})


def stamp_of(office: Office) -> int:
    """The office's number now, 0 before the first change."""
    return db.session.scalar(select(FeedStamp.value).where(FeedStamp.office_id == office.id)) or 0
