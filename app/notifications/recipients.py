"""Who a notice goes to: name, language and addresses, found at the moment of sending.

recipients.register("visit", find_resident)   # setup.install of the feature that knows the person
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from app.accounts.models import User
from app.core.database import db
from app.directory.models import Contact, Department, Leader
from app.notifications.models import Notice, RecipientSettings


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient. `addresses`: "mail" and "mobile" as far as they are known. `language` None: the office's."""

    name: str
    office_id: int
    addresses: dict[str, str] = field(default_factory=dict)
    language: str | None = None


_finders: dict[str, Callable[[int], Person | None]] = {}


def register(kind: str, find: Callable[[int], Person | None]) -> None:
    """Let notices go to recipients of this kind. Registering it again replaces it."""
    _finders[kind] = find


def find_person(kind: str, recipient_id: int) -> Person | None:
    """The recipient as the feature knows it; None when gone or of an unknown kind."""
    find = _finders.get(kind)
    return find(recipient_id) if find else None


def find_recipient(notice: Notice) -> Person | None:
    """The recipient of a notice."""
    return find_person(notice.recipient_kind, notice.recipient_id)


def find_leader(leader_id: int) -> Person | None:
    """A leader; mail only where the account or the leader's own settings know an address."""
    leader = db.session.execute(
        select(Leader.name, Leader.office_id, Leader.phone).where(Leader.id == leader_id)
    ).first()
    if leader is None:
        return None
    account = db.session.execute(
        select(User.email, User.locale).where(User.leader_id == leader_id, User.active).order_by(User.id)
    ).first()
    mail, language = account or (None, None)
    return Person(leader.name, leader.office_id, _known(mail=mail, mobile=leader.phone), language)


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


def with_settings(person: Person, settings: RecipientSettings | None) -> Person:
    """The person with the addresses and the language of the own settings, where there are any."""
    if settings is None:
        return person
    addresses = person.addresses | _known(mail=settings.mail, mobile=settings.mobile)
    return Person(person.name, person.office_id, addresses, settings.language or person.language)


def _known(**addresses: str | None) -> dict[str, str]:
    return {name: address for name, address in addresses.items() if address}
