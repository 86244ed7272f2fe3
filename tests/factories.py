"""Small makers of test data. Each adds and flushes; the test opens the transaction."""

import datetime as dt
import itertools
from functools import cache

from flask_security import hash_password

from app.accounts.models import RoleGrant, User
from app.core.database import db
from app.directory.models import Leader, LeaderFacet, Office

_numbers = itertools.count(1)


@cache
def _hashed(password: str) -> str:
    """Hashing is slow on purpose; every test application has the same salt, so once is enough."""
    return str(hash_password(password))


def make_office(
    code: str = "county", kind: str = "county", parent: Office | None = None, name: str = "示例县信访局"
) -> Office:
    """An office."""
    office = Office(code=code, kind=kind, name=name, name_en=f"Sample {code}", parent=parent)
    db.session.add(office)
    db.session.flush()
    return office


def make_leader(
    office: Office, name: str | None = None, post: str = "副县长", role: str = "deputy"
) -> Leader:
    """A leader in office for ever, with one post."""
    number = next(_numbers)
    leader = Leader(
        office=office,
        name=name or f"示例{number}",
        sort_key=f"shi li {number:04}",
        role=role,
        position=number,
    )
    leader.facets.append(LeaderFacet(kind="post", value=post, first_day=dt.date(2020, 1, 1)))
    db.session.add(leader)
    db.session.flush()
    return leader


def make_user(
    username: str,
    role: str,
    office: Office,
    password: str = "correct horse battery",
    department_id: int | None = None,
) -> User:
    """Somebody who may sign in with `password`, holding one role at one office (or for one of its departments)."""
    user = User(
        username=username,
        email=f"{username}@example.org",
        name=username,
        password=_hashed(password),
        fs_uniquifier=username,
        office_id=office.id,
    )
    db.session.add(user)
    db.session.flush()
    db.session.add(RoleGrant(user_id=user.id, office_id=office.id, role=role, department_id=department_id))
    db.session.flush()
    return user
