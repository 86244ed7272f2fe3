"""All SELECTs of follow-through."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from app.appointments.models import Visit
from app.core.database import db
from app.directory.models import Department, Office
from app.followup.errors import MatterNotFound
from app.followup.models import (
    FollowupSettings,
    Letter,
    Matter,
    MatterEntry,
    MatterFile,
    PublicResult,
    SignOff,
    UnitPart,
)

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of matters is narrowed to; empty means everything."""

    words: str = ""
    state: str = ""
    clock: str = ""  # late, soon
    department_id: int | None = None
    leader_id: int | None = None
    urgency: str = ""
    page: int = 1


def settings_of(office_id: int) -> FollowupSettings:
    """The office's settings; an unsaved row with the usual values when it never changed them."""
    found = db.session.get(FollowupSettings, office_id)
    return found or FollowupSettings(
        office_id=office_id,
        limits={},
        roll_forward=True,
        sign_offs=0,
        few_items=15,
        letter_text={},
        version=0,
    )


def get_matter(office_id: int, matter_id: int) -> Matter:
    """One matter with its units. Raises MatterNotFound."""
    found = db.session.scalar(
        select(Matter)
        .options(selectinload(Matter.parts).joinedload(UnitPart.department), selectinload(Matter.pauses))
        .where(Matter.id == matter_id, Matter.office_id == office_id)
    )
    if found is None:
        raise MatterNotFound
    return found


def find_matter_of_visit(visit_id: int) -> Matter | None:
    """The matter a visit led to."""
    return db.session.scalar(select(Matter).where(Matter.visit_id == visit_id))


def undecided_visits(office_id: int, limit: int = 20) -> list[Visit]:
    """Visits the leader has received whose matter is not opened yet, the oldest first."""
    decided = select(Matter.id).where(Matter.visit_id == Visit.id)
    return list(
        db.session.scalars(
            select(Visit)
            .where(
                Visit.office_id == office_id,
                Visit.met_at.isnot(None),
                Visit.state == "closed",
                Visit.purged_at.is_(None),
                ~decided.exists(),
            )
            .order_by(Visit.on_date, Visit.id)
            .limit(limit)
        )
    )


def find_part(part_id: int) -> UnitPart | None:
    """A unit's part by number."""
    return db.session.get(UnitPart, part_id)


def list_matters(office_id: int, filters: Filters, today: dt.date) -> tuple[list[Matter], int]:
    """A page of matters, the most pressing first, and how many there are in all."""
    wanted = _narrowed(select(Matter).where(Matter.office_id == office_id), filters, today)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(
        wanted.options(selectinload(Matter.parts).joinedload(UnitPart.department))
        .order_by(Matter.closed_on.isnot(None), Matter.due_on, Matter.id)
        .offset((filters.page - 1) * PAGE)
        .limit(PAGE)
    )
    return list(rows), total


def all_matters(office_id: int, filters: Filters, today: dt.date) -> list[Matter]:
    """Every matter the filters leave, with units and leaders."""
    wanted = _narrowed(select(Matter).where(Matter.office_id == office_id), filters, today).options(
        selectinload(Matter.parts).joinedload(UnitPart.department),
        selectinload(Matter.case_leader),
        selectinload(Matter.duty_leader),
    )
    return list(db.session.scalars(wanted.order_by(Matter.year, Matter.number)))


def _narrowed(query: Select[Matter], filters: Filters, today: dt.date) -> Select[Matter]:
    if filters.state:
        query = query.where(Matter.state == filters.state)
    if filters.urgency:
        query = query.where(Matter.urgency == filters.urgency)
    if filters.leader_id:
        query = query.where(
            or_(Matter.case_leader_id == filters.leader_id, Matter.duty_leader_id == filters.leader_id)
        )
    if filters.department_id:
        query = query.where(Matter.parts.any(UnitPart.department_id == filters.department_id))
    if filters.clock:
        query = query.where(_clock(filters.clock, today))
    if filters.words:
        query = query.where(matches(filters.words))
    return query


def _clock(name: str, today: dt.date) -> ColumnElement[bool]:
    running = Matter.state.in_(("signing", "open", "replied"))
    if name == "late":
        return running & (Matter.due_on < today)
    return running & (Matter.due_on >= today) & (Matter.due_on <= today + dt.timedelta(days=7))


def matches(words: str) -> ColumnElement[bool]:
    """The condition of a matter whose number, subject, sector or township is meant by these words."""
    year, _, number = words.partition("-")
    if year.isdigit() and number.isdigit():
        return (Matter.year == int(year)) & (Matter.number == int(number))
    like = f"%{words}%"
    return or_(Matter.subject.like(like), Matter.sector.like(like), Matter.township.like(like))


def clock_counts(office_id: int, today: dt.date) -> dict[str, int]:
    """How many running matters are late, soon due, and in all."""
    running = (Matter.office_id == office_id) & Matter.state.in_(("signing", "open", "replied"))
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(_clock("late", today)),
            func.count().filter(_clock("soon", today)),
        ).where(running)
    ).one()
    return {"running": row[0], "late": row[1], "soon": row[2]}


def visits_of(matters: Sequence[Matter]) -> dict[int, Visit]:
    """The visits of matters, by id."""
    ids = {matter.visit_id for matter in matters if matter.visit_id is not None}
    return {visit.id: visit for visit in db.session.scalars(select(Visit).where(Visit.id.in_(ids)))}


def ended_before(office_id: int, moment: dt.datetime) -> list[Matter]:
    """Matters whose last entry is older, that have ended and still hold what people said: those of no visit, and those
    that went on after their visit was purged."""
    of_its_own = or_(
        Matter.visit_id.is_(None),
        select(Visit.id).where(Visit.id == Matter.visit_id, Visit.purged_at.isnot(None)).exists(),
    )
    last = select(func.max(MatterEntry.at)).where(MatterEntry.matter_id == Matter.id).scalar_subquery()
    return list(
        db.session.scalars(
            select(Matter)
            .where(Matter.office_id == office_id, of_its_own, Matter.purged_at.is_(None))
            .where(Matter.state.in_(("closed", "withdrawn")), last < moment)
            .order_by(Matter.id)
        )
    )


def entries(matter_id: int) -> list[MatterEntry]:
    """A matter's history, oldest first."""
    return list(
        db.session.scalars(
            select(MatterEntry).where(MatterEntry.matter_id == matter_id).order_by(MatterEntry.id)
        )
    )


def keys_of_papers() -> set[str]:
    """The keys of all papers that are still kept."""
    return set(db.session.scalars(select(MatterFile.stored_as).where(MatterFile.removed_at.is_(None))))


def files(matter_id: int) -> list[MatterFile]:
    """The papers of a matter that were not removed."""
    return list(
        db.session.scalars(
            select(MatterFile)
            .where(MatterFile.matter_id == matter_id, MatterFile.removed_at.is_(None))
            .order_by(MatterFile.id)
        )
    )


def find_file(matter_id: int, file_id: int) -> MatterFile | None:
    """One paper of a matter that was not removed."""
    return next((file for file in files(matter_id) if file.id == file_id), None)


def signatures(matter_id: int) -> list[SignOff]:
    """Who signed, in order."""
    return list(
        db.session.scalars(select(SignOff).where(SignOff.matter_id == matter_id).order_by(SignOff.position))
    )


def letters(office_id: int, matter_id: int | None = None) -> list[Letter]:
    """The letters of an office or of one matter, newest first."""
    query = select(Letter).options(selectinload(Letter.matter), selectinload(Letter.department))
    query = query.where(Letter.office_id == office_id)
    if matter_id is not None:
        query = query.where(Letter.matter_id == matter_id)
    return list(db.session.scalars(query.order_by(Letter.id.desc()).limit(500)))


def find_letter(office_id: int, letter_id: int) -> Letter | None:
    """One letter of an office."""
    return db.session.scalar(select(Letter).where(Letter.id == letter_id, Letter.office_id == office_id))


def find_rated_by(office_id: int, code_hash: str) -> Matter | None:
    """The matter of an office that a resident's code may rate."""
    return db.session.scalar(
        select(Matter).where(Matter.office_id == office_id, Matter.rating_code_hash == code_hash)
    )


def highest_number(office_id: int, year: int) -> int:
    """The last matter number of the year, 0 for none."""
    return (
        db.session.scalar(
            select(func.max(Matter.number)).where(Matter.office_id == office_id, Matter.year == year)
        )
        or 0
    )


def highest_letter(office_id: int, kind: str, year: int) -> int:
    """The last letter number of a kind in the year, 0 for none."""
    return (
        db.session.scalar(
            select(func.max(Letter.number)).where(
                Letter.office_id == office_id, Letter.kind == kind, Letter.year == year
            )
        )
        or 0
    )


def public_result(matter_id: int) -> PublicResult | None:
    """What was made public of a matter, withdrawn or not."""
    return db.session.scalar(select(PublicResult).where(PublicResult.matter_id == matter_id))


def public_results(office_id: int, limit: int = 100) -> list[PublicResult]:
    """The results that are public now, newest first."""
    return list(
        db.session.scalars(
            select(PublicResult)
            .where(PublicResult.office_id == office_id, PublicResult.withdrawn_at.is_(None))
            .order_by(PublicResult.published_on.desc(), PublicResult.id.desc())
            .limit(limit)
        )
    )


def departments_for(office: Office, on: dt.date) -> Sequence[Department]:
    """The units that may be made responsible on a day."""
    return db.session.scalars(
        select(Department)
        .where(
            Department.office_id == office.id,
            or_(Department.closed_on.is_(None), Department.closed_on > on),
        )
        .order_by(Department.name)
    ).all()
