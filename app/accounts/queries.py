"""Reading accounts and the audit trail."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import ColumnElement, Select, String, cast, false, func, or_, select, true

from app.accounts.access import Department, Office, OfficeTree
from app.accounts.errors import UnknownAccount, UnknownOffice
from app.accounts.models import AuditEntry, RoleGrant, User
from app.accounts.permissions import Grant, may
from app.accounts.rules import subtree
from app.core.database import db

PEOPLE_PER_PAGE = 50
ENTRIES_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Reach:
    """The offices a person may do something at: ids, and whether that is every office there is."""

    office_ids: frozenset[int]
    everything: bool


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What is looked for among people; empty means any."""

    words: str = ""
    office_id: int | None = None
    role: str = ""
    state: str = "active"  # active, inactive, any


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is looked for in the audit trail; days are inclusive, in the given zone."""

    office_id: int | None = None
    actor: str = ""
    action: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    words: str = ""
    zone: str = "Asia/Shanghai"


def all_offices() -> Sequence[Office]:
    """Every office, in the directory's order."""
    tree: OfficeTree = current_app.extensions["office_tree"]
    return tree.offices()


def reach_of(grants: Collection[Grant], permission: str) -> Reach:
    """Where these grants allow `permission`: at their offices and everything below."""
    offices = all_offices()
    roots = {grant.office_id for grant in grants if may([grant], permission, None)}
    tops = {office.id for office in offices if office.parent_id is None}
    return Reach(frozenset(subtree(offices, roots)), bool(tops) and tops <= roots)


def offices_in(reach: Reach) -> list[Office]:
    """The offices within reach, in the directory's order."""
    return [office for office in all_offices() if office.id in reach.office_ids]


def get_office_in(reach: Reach, code: str) -> Office:
    """The office with this code, when it is within reach. Raises UnknownOffice."""
    for office in offices_in(reach):
        if office.code == code:
            return office
    raise UnknownOffice


def departments_in(reach: Reach) -> Sequence[Department]:
    """The responsible units of the offices within reach, closed ones too."""
    tree: OfficeTree = current_app.extensions["office_tree"]
    return tree.departments(reach.office_ids)


def open_departments(reach: Reach) -> list[Department]:
    """The responsible units within reach that are not closed."""
    tree: OfficeTree = current_app.extensions["office_tree"]
    return [department for department in departments_in(reach) if tree.is_open(department.id)]


def department_names(users: Iterable[User]) -> dict[int, str]:
    """The names of the responsible units these people answer for, by id."""
    tree: OfficeTree = current_app.extensions["office_tree"]
    offices = {grant.office_id for user in users for grant in user.grants if grant.department_id is not None}
    return {department.id: department.name for department in tree.departments(offices)}


def people_of_department(department_id: int) -> Sequence[User]:
    """The accounts that answer for a responsible unit, those that are switched off last."""
    answering = select(RoleGrant.user_id).where(RoleGrant.department_id == department_id)
    return db.session.scalars(
        select(User).where(User.id.in_(answering)).order_by(User.active.desc(), User.name, User.id)
    ).all()


def leaders_for(user: User, reach: Reach) -> list[tuple[int, str]]:
    """Id and "name · office" of the leaders this account may stand for: those of its offices within reach."""
    tree: OfficeTree = current_app.extensions["office_tree"]
    return [
        (leader_id, f"{name} · {office.name}")
        for office in offices_in(reach)
        if office.id in offices_of(user)
        for leader_id, name in tree.leaders(office.id)
    ]


def offices_of(user: User) -> set[int]:
    """The offices of an account: the one that keeps it, and those of its roles."""
    kept_by = {user.office_id} if user.office_id is not None else set()
    return kept_by | {grant.office_id for grant in user.grants}


def find_for_sign_in(name: str) -> User | None:
    """The account with this user name or e-mail address, in any case of letters."""
    wanted = name.strip().lower()
    return db.session.scalar(
        select(User)
        .where(or_(func.lower(User.username) == wanted, func.lower(User.email) == wanted))
        .limit(1)
    )


def find_by_uniquifier(uniquifier: str) -> User | None:
    """The account whose sessions carry this value."""
    return db.session.scalar(select(User).where(User.fs_uniquifier == uniquifier))


def get_user_by_id(user_id: int) -> User:
    """The account with this id. Raises UnknownAccount."""
    user = db.session.get(User, user_id)
    if user is None:
        raise UnknownAccount
    return user


def get_user(username: str) -> User:
    """The account with exactly this user name. Raises UnknownAccount."""
    user = db.session.scalar(select(User).where(User.username == username))
    if user is None:
        raise UnknownAccount
    return user


def get_person(user_id: int, reach: Reach) -> User:
    """An account this administrator may see. Raises UnknownAccount."""
    user = db.session.scalar(select(User).where(User.id == user_id, _within(reach)))
    if user is None:
        raise UnknownAccount
    return user


def list_people(wanted: PeopleFilter, reach: Reach, page: int) -> tuple[Sequence[User], bool]:
    """One page of the accounts within reach by name, and whether there are more."""
    query = select(User).where(_within(reach), *_people_conditions(wanted)).order_by(User.username)
    users = db.session.scalars(query.limit(PEOPLE_PER_PAGE + 1).offset(PEOPLE_PER_PAGE * (page - 1))).all()
    return users[:PEOPLE_PER_PAGE], len(users) > PEOPLE_PER_PAGE


def all_users() -> Sequence[User]:
    """Every account, by user name."""
    return db.session.scalars(select(User).order_by(User.username)).all()


def active_administrators() -> Sequence[RoleGrant]:
    """The administrator grants of people who can sign in."""
    return db.session.scalars(
        select(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == "administrator", User.active)
        .execution_options(populate_existing=True)
    ).all()


def list_entries(wanted: AuditFilter, reach: Reach, page: int) -> tuple[Sequence[AuditEntry], bool]:
    """One page of the audit trail, newest first, and whether there are more."""
    query = _entries(wanted, reach).order_by(AuditEntry.id.desc())
    found = db.session.scalars(query.limit(ENTRIES_PER_PAGE + 1).offset(ENTRIES_PER_PAGE * (page - 1))).all()
    return found[:ENTRIES_PER_PAGE], len(found) > ENTRIES_PER_PAGE


def every_entry(wanted: AuditFilter, reach: Reach) -> Iterator[AuditEntry]:
    """The whole filtered audit trail, newest first, read in portions; nothing is read before the first is asked for."""
    query = _entries(wanted, reach).order_by(AuditEntry.id.desc())
    yield from db.session.scalars(query.execution_options(yield_per=500))


def known_actions() -> Sequence[str]:
    """The names of actions that occur in the audit trail."""
    return db.session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def _within(reach: Reach) -> ColumnElement[bool]:
    if reach.everything:
        return true()
    if not reach.office_ids:
        return false()
    has_role = User.id.in_(select(RoleGrant.user_id).where(RoleGrant.office_id.in_(reach.office_ids)))
    return or_(User.office_id.in_(reach.office_ids), has_role)


def _people_conditions(wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        pattern = _contains(wanted.words)
        columns = (User.username, User.name, User.email)
        conditions.append(or_(*(column.ilike(pattern, escape="\\") for column in columns)))
    grants = select(RoleGrant.user_id)
    if wanted.office_id is not None:
        grants = grants.where(RoleGrant.office_id == wanted.office_id)
    if wanted.role:
        grants = grants.where(RoleGrant.role == wanted.role)
    if wanted.office_id is not None or wanted.role:
        conditions.append(User.id.in_(grants))
    if wanted.state != "any":
        conditions.append(User.active.is_(wanted.state == "active"))
    return conditions


def _entries(wanted: AuditFilter, reach: Reach) -> Select[AuditEntry]:
    query = select(AuditEntry)
    if not reach.everything:
        query = query.where(AuditEntry.office_id.in_(reach.office_ids))
    if wanted.office_id is not None:
        query = query.where(AuditEntry.office_id == wanted.office_id)
    if wanted.actor:
        query = query.where(AuditEntry.actor.ilike(_contains(wanted.actor), escape="\\"))
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.words:
        columns = (AuditEntry.subject, cast(AuditEntry.before, String), cast(AuditEntry.after, String))
        pattern = _contains(wanted.words)
        query = query.where(or_(*(column.ilike(pattern, escape="\\") for column in columns)))
    return query.where(*_days(wanted))


def _days(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.first_day:
        conditions.append(AuditEntry.at >= _midnight(wanted.first_day, wanted.zone))
    if wanted.last_day and wanted.last_day < dt.date.max:
        conditions.append(AuditEntry.at < _midnight(wanted.last_day + dt.timedelta(days=1), wanted.zone))
    return conditions


def _midnight(day: dt.date, zone: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone))


def _contains(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
