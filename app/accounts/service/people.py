"""Changes to accounts and roles. Flushes, never commits."""

import secrets
import uuid
from dataclasses import dataclass

from flask_security import hash_password
from sqlalchemy import or_, select

from app.accounts import audit, queries
from app.accounts.errors import (
    AlreadyGranted,
    BadValue,
    LastAdministrator,
    NameTaken,
    NotYourself,
    OutOfReach,
    StandsAlone,
    UnknownOffice,
    WrongDepartment,
)
from app.accounts.models import ROLES, RoleGrant, User
from app.accounts.queries import Reach
from app.accounts.rules import left_without_administrator, may_manage, password_problem, username_problem
from app.core import clock
from app.core.database import db, lock

# Without letters and digits that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Person:
    """What an administrator enters about somebody."""

    username: str
    name: str
    email: str


def one_time_password() -> str:
    """Sixteen random characters in four groups: 79 bits, readable over the telephone."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def add_person(
    person: Person, role: str, office_id: int, password: str | None = None, department_id: int | None = None
) -> tuple[User, str]:
    """A new account with one role at the office that keeps it. Returns it and its password.

    Without `password` a one-time password is made, to be changed at the first sign-in.
    Raises BadValue, NameTaken, UnknownOffice, WrongDepartment.
    """
    for problem in (username_problem(person.username), password_problem(password, "") if password else None):
        if problem:
            raise BadValue(problem.zh, problem.en)
    lock("accounts")
    _refuse_taken(person.username, person.email)
    secret = password or one_time_password()
    user = User(
        username=person.username,
        name=person.name,
        email=person.email,
        password=hash_password(secret),
        fs_uniquifier=uuid.uuid4().hex,
        office_id=office_id,
        must_change_password=password is None,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    after = {"username": user.username, "name": user.name, "e-mail": user.email}
    audit.record("account.add", _subject(user), office_id, None, after)
    grant_role(user, role, office_id, department_id)
    return user, secret


def edit_person(user: User, name: str, email: str, leader_id: int | None, reach: Reach) -> None:
    """Change name, address and the leader the account stands for. Raises OutOfReach, NameTaken."""
    _refuse_out_of_reach(user, reach)
    lock("accounts")
    _refuse_taken(user.username, email, user.id)
    before = {"name": user.name, "e-mail": user.email, "leader": user.leader_id}
    user.name, user.email, user.leader_id = name, email, leader_id
    db.session.flush()
    after = {"name": name, "e-mail": email, "leader": leader_id}
    if after != before:
        audit.record("account.edit", _subject(user), user.office_id, before, after)


def grant_role(user: User, role: str, office_id: int, department_id: int | None = None) -> RoleGrant:
    """Give a role at an office and everything below it, or (role "unit") for one department of the office.

    Raises AlreadyGranted, BadValue, StandsAlone, WrongDepartment.
    """
    if role not in ROLES:
        raise BadValue(f"没有“{role}”这个角色。", f'There is no role "{role}".')
    _refuse_wrong_department(role, office_id, department_id)
    lock("accounts")
    held = db.session.scalars(select(RoleGrant).filter_by(user_id=user.id)).all()
    if any(
        (grant.role, grant.office_id, grant.department_id) == (role, office_id, department_id)
        for grant in held
    ):
        raise AlreadyGranted
    if held and "unit" in (role, *(grant.role for grant in held)):
        raise StandsAlone
    grant = RoleGrant(user_id=user.id, role=role, office_id=office_id, department_id=department_id)
    db.session.add(grant)
    db.session.flush()
    db.session.expire(user, ["roles"])
    audit.record("role.grant", _subject(user), office_id, None, _held(user, grant))
    return grant


def revoke_role(user: User, grant_id: int, reach: Reach) -> None:
    """Take a role away. Raises UnknownOffice when it is not within reach, LastAdministrator."""
    _hold_administrators(user)
    grant = db.session.scalar(select(RoleGrant).filter_by(id=grant_id, user_id=user.id))
    if grant is None or grant.office_id not in reach.office_ids:
        raise UnknownOffice
    if user.active:
        _refuse_losing([grant])
    before = _held(user, grant)
    db.session.delete(grant)
    db.session.flush()
    db.session.expire(user, ["roles"])
    audit.record("role.revoke", _subject(user), grant.office_id, before, None)


def deactivate(user: User, by_user_id: int | None, reach: Reach) -> None:
    """Nobody signs in with this account any more; its sessions end at once.

    Raises NotYourself, OutOfReach, LastAdministrator.
    """
    if user.id == by_user_id:
        raise NotYourself
    _refuse_out_of_reach(user, reach)
    _hold_administrators(user)
    _refuse_losing(list(user.grants))
    user.active = False
    end_sessions(user)
    db.session.flush()
    audit.record("account.deactivate", _subject(user), user.office_id, {"active": True}, {"active": False})


def reactivate(user: User, reach: Reach) -> None:
    """Let the account sign in again, with the password it had. Raises OutOfReach."""
    _refuse_out_of_reach(user, reach)
    user.active = True
    db.session.flush()
    audit.record("account.reactivate", _subject(user), user.office_id, {"active": False}, {"active": True})


def reset_password(user: User, reach: Reach | None, password: str | None = None) -> str:
    """Give out a one-time password and turn the second step off; sessions end. Raises OutOfReach.

    `reach` None: the command line, which reaches everything.
    """
    if reach is not None:
        _refuse_out_of_reach(user, reach)
    problem = password_problem(password, user.username) if password else None
    if problem:
        raise BadValue(problem.zh, problem.en)
    secret = password or one_time_password()
    user.password = hash_password(secret)
    user.must_change_password = password is None
    user.code_secret = None
    end_sessions(user)
    db.session.flush()
    audit.record("account.reset-password", _subject(user), user.office_id)
    return secret


def change_own_password(user: User, password: str) -> None:
    """A new password chosen by its owner; all other sessions end. Raises BadValue."""
    problem = password_problem(password, user.username)
    if problem:
        raise BadValue(problem.zh, problem.en)
    user.password = hash_password(password)
    user.must_change_password = False
    end_sessions(user)
    db.session.flush()
    audit.record("account.change-password", _subject(user), user.office_id)


def end_sessions(user: User) -> None:
    """Every session and remembered sign-in of this account is refused from now on."""
    user.fs_uniquifier = uuid.uuid4().hex


def _held(user: User, grant: RoleGrant) -> dict[str, object]:
    """A role as the audit trail says it."""
    of_unit = {"department": grant.department_id} if grant.department_id is not None else {}
    return {"person": user.name, "role": grant.role, **of_unit}


def _refuse_wrong_department(role: str, office_id: int, department_id: int | None) -> None:
    if role != "unit":
        if department_id is not None:
            raise WrongDepartment.not_wanted()
        return
    reach = Reach(frozenset({office_id}), everything=False)
    if department_id not in {department.id for department in queries.open_departments(reach)}:
        raise WrongDepartment.missing()


def _subject(user: User) -> str:
    return f"user:{user.id}"


def _refuse_taken(username: str, email: str, but_user_id: int = 0) -> None:
    """User names and addresses share one space: either signs in."""
    for value in (username, email):
        query = select(User.id).where(
            or_(User.username == value, User.email == value), User.id != but_user_id
        )
        if db.session.scalar(query) is not None:
            raise NameTaken(value)


def _refuse_out_of_reach(user: User, reach: Reach) -> None:
    if not may_manage(queries.offices_of(user), reach.office_ids, reach.everything):
        raise OutOfReach


def _hold_administrators(user: User) -> None:
    """Administrators change one at a time: what is read from here on, nobody else is changing."""
    lock("accounts")
    db.session.refresh(user)


def _refuse_losing(losing: list[RoleGrant]) -> None:
    gone = {grant.id for grant in losing}
    remaining = [grant for grant in queries.active_administrators() if grant.id not in gone]
    offices = queries.all_offices()
    office_id = left_without_administrator(offices, losing, remaining)
    if office_id is not None:
        raise LastAdministrator(next(office.name for office in offices if office.id == office_id))
