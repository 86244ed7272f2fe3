"""Reading the directory. Lists load everything they show in a fixed number of queries."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from app.core import clock
from app.core.database import db
from app.core.dates import DateRange
from app.core.errors import NotFound
from app.directory.models import Contact, Department, ImportUpload, Leader, LeaderFacet, Office, Room
from app.directory.pinyin import matches_pinyin, sort_key
from app.directory.rules import (
    KIND_ORDER,
    LeaderFacts,
    LeaderFilter,
    facts_on,
    holds,
    matches_words,
    township_of,
)

__all__ = ["LeaderFacts", "facts_on"]  # for the features above

# City, county, township: two steps up reach the top of every tree.
_WITH_ANCESTORS = joinedload(Office.parent).joinedload(Office.parent)


@dataclass(frozen=True, slots=True)
class OfficeNode:
    """An office in the tree: how deep it stands, how many leaders are in office, how many rooms are open."""

    office: Office
    depth: int
    leaders: int
    rooms: int


@dataclass(frozen=True, slots=True)
class ListedLeader:
    """A leader with the facts of the day the list is for."""

    leader: Leader
    facts: LeaderFacts
    in_office: bool


# Offices


def find_office(code: str) -> Office | None:
    """The office with this code, with everything above it, in one query."""
    return db.session.scalar(select(Office).where(Office.code == code).options(_WITH_ANCESTORS))


def get_office(code: str) -> Office:
    """The office with this code. Raises NotFound."""
    office = find_office(code)
    if office is None:
        raise NotFound(f"没有编号为“{code}”的单位。", f'There is no office with the code "{code}".')
    return office


def office_path(office: Office) -> list[int]:
    """Ids of the office and everything above it, itself first."""
    path = [office.id]
    while office.parent is not None:
        office = office.parent
        path.append(office.id)
    return path


def list_offices() -> Sequence[Office]:
    """All offices, in the order of their codes within city, county, township."""
    return sorted(
        db.session.scalars(select(Office)), key=lambda office: (KIND_ORDER[office.kind], office.code)
    )


def offices_below(office_id: int, include_closed: bool = False) -> Sequence[Office]:
    """The offices directly under one, by code."""
    query = select(Office).where(Office.parent_id == office_id).order_by(Office.code)
    return db.session.scalars(query if include_closed else query.where(Office.closed_on.is_(None))).all()


def townships_below(office_id: int) -> dict[str, int]:
    """Names of the townships under an office, each with the id of its own office."""
    return {
        township_of(office.name): office.id
        for office in offices_below(office_id)
        if office.kind == "township"
    }


def office_tree(offices: Sequence[Office], day: dt.date, words: str = "") -> list[OfficeNode]:
    """The offices as lines of a tree, each under its parent; with words, only matches and what is above them."""
    leaders = _count(Leader.office_id, _in_office(day))
    rooms = _count(Room.office_id, Room.closed_on.is_(None))
    shown = _matching(offices, words)
    known = {office.id for office in offices}
    children: dict[int | None, list[Office]] = {}
    for office in offices:
        children.setdefault(office.parent_id if office.parent_id in known else None, []).append(office)

    def lines(parent_id: int | None, depth: int) -> list[OfficeNode]:
        return [
            line
            for office in children.get(parent_id, [])
            for line in (
                OfficeNode(office, depth, leaders.get(office.id, 0), rooms.get(office.id, 0)),
                *lines(office.id, depth + 1),
            )
        ]

    return [line for line in lines(None, 0) if line.office.id in shown]


def _matching(offices: Sequence[Office], words: str) -> set[int]:
    found: set[int] = set()
    for office in offices:
        if all(_office_has(office, word) for word in words.lower().split()):
            found.update(office_path(office))
    return found


def _office_has(office: Office, word: str) -> bool:
    texts = (office.name, office.code, office.name_en)
    return any(word in text.lower() for text in texts) or matches_pinyin(sort_key(office.name), word)


def _count(column: InstrumentedAttribute[int], condition: ColumnElement[bool]) -> dict[int, int]:
    rows = db.session.execute(select(column, func.count()).where(condition).group_by(column))
    return {row[0]: row[1] for row in rows}


def list_rooms(office_id: int) -> Sequence[Room]:
    """The rooms of an office, open ones first, by name."""
    query = select(Room).where(Room.office_id == office_id)
    return db.session.scalars(query.order_by(Room.closed_on.isnot(None), Room.name)).all()


def get_room(office_id: int, room_id: int) -> Room:
    """A room of this office. Raises NotFound."""
    room = db.session.scalar(select(Room).where(Room.id == room_id, Room.office_id == office_id))
    if room is None:
        raise NotFound("本单位没有这个接待室。", "This office has no such room.")
    return room


# Leaders


def _in_office(day: dt.date) -> ColumnElement[bool]:
    return _in_office_during(day, day)


def _in_office_during(first: dt.date, last: dt.date) -> ColumnElement[bool]:
    return and_(
        or_(Leader.first_day.is_(None), Leader.first_day <= last),
        or_(Leader.last_day.is_(None), Leader.last_day >= first),
    )


def leaders_of(office_id: int, on: dt.date | None) -> list[Leader]:
    """The leaders in office on a day (None: all there ever were), in their order, with facets loaded."""
    query = select(Leader).where(Leader.office_id == office_id)
    return _ordered(query.where(_in_office(on)) if on else query)


def list_leaders_in(office_id: int, days: DateRange) -> list[Leader]:
    """The leaders in office on at least one day of the range, in their order, with facets loaded."""
    condition = _in_office_during(days.first_day, days.last_day)
    return _ordered(select(Leader).where(Leader.office_id == office_id, condition))


def _ordered(query: Select[Leader]) -> list[Leader]:
    query = query.options(selectinload(Leader.facets))
    return list(db.session.scalars(query.order_by(Leader.position, Leader.sort_key, Leader.id)))


def get_leader(leader_id: int, office_id: int | None = None) -> Leader:
    """The leader with facets loaded; with `office_id` only one of that office. Raises NotFound."""
    query = select(Leader).where(Leader.id == leader_id).options(selectinload(Leader.facets))
    leader = db.session.scalar(query)
    if leader is None or (office_id is not None and leader.office_id != office_id):
        raise NotFound("本单位没有这位领导。", "This office has no such leader.")
    return leader


def find_phone_of_leader(leader_id: int) -> str | None:
    """The leader's own number on file."""
    return db.session.scalar(select(Leader.phone).where(Leader.id == leader_id))


def find_phone_of_contact(contact_id: int) -> str | None:
    """The contact's number on file."""
    return db.session.scalar(select(Contact.phone).where(Contact.id == contact_id))


def get_facet(leader: Leader, facet_id: int) -> LeaderFacet:
    """A fact of this leader. Raises NotFound."""
    found = next((facet for facet in leader.facets if facet.id == facet_id), None)
    if found is None:
        raise NotFound("这位领导没有这一条记录。", "This leader has no such entry.")
    return found


def search_leaders(office_id: int, wanted: LeaderFilter, day: dt.date) -> list[ListedLeader]:
    """The leaders of an office that match, in their order, with their facts on the day."""
    found = [
        ListedLeader(leader, facts_on(leader, day), holds(leader.first_day, leader.last_day, day))
        for leader in leaders_of(office_id, None)
    ]
    return [line for line in found if is_wanted(line, wanted)]


def is_wanted(line: ListedLeader, wanted: LeaderFilter) -> bool:
    """Whether a leader belongs to the narrowed list."""
    leader = line.leader
    if wanted.state != "all" and line.in_office != (wanted.state == "current"):
        return False
    if wanted.role and leader.role != wanted.role:
        return False
    if wanted.sector and wanted.sector not in line.facts.sectors:
        return False
    return matches_words(wanted.words, leader.name, leader.sort_key, line.facts)


# Departments


def list_departments(office_id: int) -> Sequence[Department]:
    """The departments of an office with their contacts, open ones first, by name."""
    query = (
        select(Department).where(Department.office_id == office_id).options(selectinload(Department.contacts))
    )
    return db.session.scalars(query.order_by(Department.closed_on.isnot(None), Department.name)).all()


def departments_of(office_ids: Collection[int]) -> Sequence[Department]:
    """The departments of some offices by name, closed ones too."""
    query = select(Department).where(Department.office_id.in_(office_ids))
    return db.session.scalars(query.order_by(Department.name, Department.id)).all() if office_ids else []


def is_department_open(department_id: int) -> bool:
    """Whether the department is there and not closed today, where its office is."""
    department = db.session.get(Department, department_id)
    if department is None or department.closed_on is None:
        return department is not None
    return department.closed_on > clock.today(db.session.get_one(Office, department.office_id).timezone)


def department_matches(department: Department, words: str) -> bool:
    """Whether every typed word is in the name, the sectors or a contact's name (or their pinyin)."""
    contacts = [contact.name for contact in department.contacts]
    texts = (department.name, department.sectors, *contacts)
    keys = [sort_key(name) for name in (department.name, *contacts)] if words else []
    return all(
        any(word in text.lower() for text in texts) or any(matches_pinyin(key, word) for key in keys)
        for word in words.lower().split()
    )


def get_department(office_id: int, department_id: int) -> Department:
    """A department of this office with its contacts. Raises NotFound."""
    query = select(Department).where(Department.id == department_id, Department.office_id == office_id)
    department = db.session.scalar(query.options(selectinload(Department.contacts)))
    if department is None:
        raise NotFound("本单位没有这个责任单位。", "This office has no such department.")
    return department


def get_contact(department: Department, contact_id: int) -> Contact:
    """A contact of this department. Raises NotFound."""
    found = next((contact for contact in department.contacts if contact.id == contact_id), None)
    if found is None:
        raise NotFound("这个单位没有这位联系人。", "This department has no such contact.")
    return found


# Imports


def find_upload(key: str, office_id: int, user_id: int, now: dt.datetime) -> ImportUpload | None:
    """An upload that waits for confirmation: of this office, by this person, not yet expired."""
    return db.session.scalar(
        select(ImportUpload).where(
            ImportUpload.key == key,
            ImportUpload.office_id == office_id,
            ImportUpload.user_id == user_id,
            ImportUpload.expires_at > now,
        )
    )
