"""Who a notice goes to: name, language and addresses, found at the moment of sending.

recipients.register("visit", find_resident)   # setup.install of the feature that knows the person
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, and_, select

from app.accounts.models import User
from app.core.database import db
from app.directory.models import Contact, Department, Leader
from app.notifications.models import RecipientSettings


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient. `addresses`: "mail" and "mobile" as far as they are known. `language` None: the office's."""

    name: str
    office_id: int
    addresses: dict[str, str] = field(default_factory=dict)
    language: str | None = None


Found = dict[int, Person]
_finders: dict[str, Callable[[Collection[int]], Found]] = {}


def register(kind: str, find: Callable[[int], Person | None]) -> None:
    """Let notices go to recipients of this kind. Registering it again replaces it."""
    register_many(kind, lambda ids: {one: person for one in ids if (person := find(one)) is not None})


def register_many(kind: str, find: Callable[[Collection[int]], Found]) -> None:
    """The same for a feature that finds many in one query: by id, without those who are gone."""
    _finders[kind] = find


def find_people(recipients: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Person]:
    """The recipients (kind, id) as their features know them, without those gone or of an unknown kind."""
    by_kind: dict[str, set[int]] = {}
    for kind, recipient_id in recipients:
        by_kind.setdefault(kind, set()).add(recipient_id)
    return {
        (kind, recipient_id): person
        for kind, ids in by_kind.items()
        if kind in _finders
        for recipient_id, person in _finders[kind](ids).items()
    }


def find_person(kind: str, recipient_id: int) -> Person | None:
    """One of them; None when gone or of an unknown kind."""
    return find_people([(kind, recipient_id)]).get((kind, recipient_id))


def find_leaders(ids: Collection[int]) -> Found:
    """Leaders; mail only where the account or the leader's own settings know an address."""
    rows = db.session.execute(
        select(Leader.id, Leader.name, Leader.office_id, Leader.phone, User.email, User.locale)
        .outerjoin(User, and_(User.leader_id == Leader.id, User.active))
        .where(Leader.id.in_(ids))
        .order_by(User.id.desc())  # of several accounts the oldest counts: it comes last
    )
    return {
        row.id: Person(row.name, row.office_id, _known(mail=row.email, mobile=row.phone), row.locale)
        for row in rows
    }


def find_contact(contact_id: int) -> Person | None:
    """A contact of a department."""
    contact = db.session.get(Contact, contact_id)
    if contact is None:
        return None
    department = db.session.get_one(Department, contact.department_id)
    return Person(contact.name, department.office_id, _known(mail=contact.email, mobile=contact.phone))


def find_user(user_id: int) -> Person | None:
    """Somebody with an account; people who left get nothing."""
    user = db.session.get(User, user_id)
    if user is None or not user.active or user.office_id is None:
        return None
    return Person(user.name, user.office_id, _known(mail=user.email), user.locale)


def with_settings(person: Person, settings: RecipientSettings | Row[Any] | None) -> Person:
    """The person with the addresses and the language of the own settings, where there are any."""
    if settings is None:
        return person
    addresses = person.addresses | _known(mail=settings.mail, mobile=settings.mobile)
    return Person(person.name, person.office_id, addresses, settings.language or person.language)


def _known(**addresses: str | None) -> dict[str, str]:
    return {name: address for name, address in addresses.items() if address}
