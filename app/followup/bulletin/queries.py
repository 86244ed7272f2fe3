"""Counts of the bulletin and the rows behind each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, distinct, func, select
from sqlalchemy.orm import selectinload

from app.appointments.models import Visit
from app.core.database import db
from app.core.dates import DateRange
from app.directory.models import Department, Leader, Office
from app.followup.bulletin.figures import LETTERS, MATTERS, SESSIONS, VISITS, Condition
from app.followup.errors import NoSuchRows
from app.followup.models import Letter, Matter, UnitPart
from app.roster.models import Duty

ROWS = 200  # a page
Counts = dict[str, int]
_UNIT = UnitPart.department_id
_LEADER = func.coalesce(Matter.case_leader_id, Matter.duty_leader_id)


def totals(office_ids: Sequence[int], days: DateRange) -> Counts:
    """Every figure for the offices together."""
    matters = _one(select(*_counts(MATTERS, days)).where(Matter.office_id.in_(office_ids)))
    visits = _one(select(*_counts(VISITS, days), _people(days)).where(Visit.office_id.in_(office_ids)))
    letters = _one(select(*_counts(LETTERS, days)).where(Letter.office_id.in_(office_ids)))
    return matters | visits | letters | _sessions(office_ids, days)


def by_unit(office_ids: Sequence[int], days: DateRange) -> dict[int | None, Counts]:
    """Figures of matters and letters by the unit that answers; None for matters the office keeps itself."""
    rows = _grouped(
        select(_UNIT.label("key"), *_counts(MATTERS, days))
        .select_from(Matter)
        .outerjoin(UnitPart, (UnitPart.matter_id == Matter.id) & UnitPart.main)
        .where(Matter.office_id.in_(office_ids))
        .group_by(_UNIT)
    )
    letters = _grouped(
        select(Letter.department_id.label("key"), *_counts(LETTERS, days))
        .where(Letter.office_id.in_(office_ids))
        .group_by(Letter.department_id)
    )
    return _merged(rows, letters)


def by_leader(office_ids: Sequence[int], days: DateRange) -> dict[int | None, Counts]:
    """Sessions, visits and matters by leader. A matter counts for the leader who keeps it, else who received it."""
    matters = _grouped(
        select(_LEADER.label("key"), *_counts(MATTERS, days))
        .where(Matter.office_id.in_(office_ids))
        .group_by(_LEADER)
    )
    visits = _grouped(
        select(Visit.leader_id.label("key"), *_counts(VISITS, days), _people(days))
        .where(Visit.office_id.in_(office_ids))
        .group_by(Visit.leader_id)
    )
    sessions = _grouped(
        select(Duty.leader_id.label("key"), *_session_counts(days))
        .where(Duty.office_id.in_(office_ids), SESSIONS["sessions_due"](days))
        .group_by(Duty.leader_id)
    )
    return _merged(_merged(matters, visits), sessions)


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of the rows a number counts. `kind`: matters, visits, sessions, letters or leaders; `total`: all of them.

    `people`: how many people came with the visits, for the figure that counts people.
    """

    kind: str
    rows: Sequence[Any]
    total: int
    people: int | None = None
    more: bool = False


def rows_behind(
    figure: str,
    office_ids: Sequence[int],
    days: DateRange,
    unit: int | None = None,
    leader: int | None = None,
    page: int = 1,
) -> Behind:
    """The rows a figure counts, of one unit (0: the office itself) or one leader where given. NoSuchRows."""
    if figure == "leaders":
        return _leaders_behind(office_ids, days)
    kind, condition = _find_figure("groups" if figure == "people" else figure)
    if (unit is not None and kind not in ("matters", "letters")) or (
        leader is not None and kind == "letters"
    ):
        raise NoSuchRows
    query = _rows(kind, condition(days), office_ids, unit, leader)
    every = query.order_by(None).subquery()
    total = db.session.scalar(select(func.count()).select_from(every)) or 0
    people = db.session.scalar(select(func.sum(every.c.headcount))) or 0 if figure == "people" else None
    shown = list(db.session.scalars(query.offset((page - 1) * ROWS).limit(ROWS)).unique())
    return Behind(kind, shown, total, people, page * ROWS < total)


def _find_figure(name: str) -> tuple[str, Condition]:
    for kind, figures in (
        ("matters", MATTERS),
        ("visits", VISITS),
        ("sessions", SESSIONS),
        ("letters", LETTERS),
    ):
        if name in figures:
            return kind, figures[name]
    raise NoSuchRows


def _leaders_behind(office_ids: Sequence[int], days: DateRange) -> Behind:
    query = select(Leader).where(Leader.id.in_(_leaders(office_ids, days))).order_by(Leader.sort_key)
    found = list(db.session.scalars(query))
    return Behind("leaders", found, len(found))


def office_codes(office_ids: Sequence[int]) -> dict[int, str]:
    """The codes of the offices, for links to what is theirs."""
    rows = db.session.execute(select(Office.id, Office.code).where(Office.id.in_(office_ids)))
    return {row[0]: row[1] for row in rows}


def names(units: Sequence[int], leaders: Sequence[int]) -> tuple[dict[int, str], dict[int, str]]:
    """Names of departments and leaders by id."""
    return (
        {row.id: row.name for row in db.session.scalars(select(Department).where(Department.id.in_(units)))},
        {row.id: row.name for row in db.session.scalars(select(Leader).where(Leader.id.in_(leaders)))},
    )


def office_ids_below(office: Office) -> list[int]:
    """The office and all below it in the tree."""
    tree = select(Office.id).where(Office.id == office.id).cte(recursive=True)
    tree = tree.union_all(select(Office.id).join(tree, Office.parent_id == tree.c.id))
    return list(db.session.scalars(select(tree.c.id)))


def _rows(
    kind: str, condition: ColumnElement[bool], office_ids: Sequence[int], unit: int | None, leader: int | None
) -> Any:
    table: Any = {"matters": Matter, "visits": Visit, "sessions": Duty, "letters": Letter}[kind]
    query: Any = select(table).where(table.office_id.in_(office_ids), condition)
    if unit is not None:
        query = query.where(_of_unit(kind, unit))
    if leader is not None:
        query = query.where(leader == _LEADER if kind == "matters" else table.leader_id == leader)
    if kind == "sessions":  # a session, not each of its seats
        first = query.with_only_columns(func.min(Duty.id)).group_by(Duty.office_id, Duty.session_key)
        query = select(Duty).where(Duty.id.in_(first))
    if kind == "matters":
        query = query.options(selectinload(Matter.parts).joinedload(UnitPart.department))
        return query.order_by(Matter.regulation_due_on, Matter.id)
    return query.order_by(table.id) if kind == "letters" else query.order_by(table.on_date, table.id)


def _of_unit(kind: str, unit: int) -> ColumnElement[bool]:
    """0 stands for matters the office keeps itself."""
    if kind == "letters":
        return Letter.department_id == unit
    if unit == 0:
        return ~Matter.parts.any(UnitPart.main)
    return Matter.parts.any(and_(UnitPart.department_id == unit, UnitPart.main))


def _sessions(office_ids: Sequence[int], days: DateRange) -> Counts:
    due = SESSIONS["sessions_due"](days)
    counts = _one(select(*_session_counts(days)).where(Duty.office_id.in_(office_ids), due))
    leaders = db.session.scalar(select(func.count()).select_from(_leaders(office_ids, days).subquery()))
    return counts | {"leaders": leaders or 0}


def _session_counts(days: DateRange) -> list[ColumnElement[int]]:
    """Sessions, not seats: lead and deputy of one session are one."""
    key = cast(Duty.office_id, String) + ":" + Duty.session_key
    return [func.count(distinct(key)).filter(where(days)).label(name) for name, where in SESSIONS.items()]


def _leaders(office_ids: Sequence[int], days: DateRange) -> Any:
    held = SESSIONS["sessions_held"](days)
    return select(Duty.leader_id).where(Duty.office_id.in_(office_ids), held).distinct()


def _counts(figures: Mapping[str, Any], days: DateRange) -> list[ColumnElement[int]]:
    return [func.count().filter(where(days)).label(name) for name, where in figures.items()]


def _people(days: DateRange) -> ColumnElement[int]:
    return func.coalesce(func.sum(Visit.headcount).filter(VISITS["groups"](days)), 0).label("people")


def _one(query: Any) -> Counts:
    return dict(db.session.execute(query).mappings().one())


def _grouped(query: Any) -> dict[int | None, Counts]:
    found = {}
    for row in db.session.execute(query).mappings():
        counts = dict(row)
        found[counts.pop("key")] = counts
    return found


def _merged(a: dict[int | None, Counts], b: dict[int | None, Counts]) -> dict[int | None, Counts]:
    return {key: a.get(key, {}) | b.get(key, {}) for key in (*a, *(key for key in b if key not in a))}
