"""How each person of an office gets notices: reading and setting it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.accounts import audit
from app.accounts.models import RoleGrant, User
from app.core import clock
from app.core.database import db
from app.core.errors import NotFound
from app.directory.models import Contact, Department, Leader, Office
from app.directory.rules import holds
from app.notifications.models import RecipientSettings
from app.notifications.policy_models import InvitationWish

KINDS = ("leader", "user", "contact")


@dataclass(frozen=True, slots=True)
class Listed:
    """A person of the list, with the own settings if any."""

    kind: str
    id: int
    name: str
    beside: str  # the department of a contact
    settings: RecipientSettings | None
    invitations: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is set for a person. `mail` and `mobile`: None keeps what is there, "" removes it."""

    channels: tuple[str, ...]
    language: str | None
    quiet_from: dt.time | None
    quiet_until: dt.time | None
    mail: str | None
    mobile: str | None
    invitations: bool


class PersonNotFound(NotFound):
    """This office writes to nobody of that kind and number."""

    def __init__(self) -> None:
        super().__init__("本单位没有这位收件人。", "This office has no such recipient.")


def list_people(office: Office) -> list[Listed]:
    """Leaders in office, staff and contacts of departments, each in order of name, in a fixed number of queries."""
    today = clock.today(office.timezone)
    found = [*_leaders(office, today), *_staff(office), *_contacts(office, today)]
    settings = {
        (row.recipient_kind, row.recipient_id): row
        for row in db.session.scalars(
            select(RecipientSettings).where(
                or_(
                    *(
                        (RecipientSettings.recipient_kind == kind)
                        & RecipientSettings.recipient_id.in_([p[1] for p in found if p[0] == kind])
                        for kind in KINDS
                    )
                )
            )
        )
    }
    wishes = set(db.session.scalars(select(InvitationWish.leader_id)))
    return [
        Listed(kind, id_, name, beside, settings.get((kind, id_)), kind == "leader" and id_ in wishes)
        for kind, id_, name, beside in found
    ]


def get_person(office: Office, kind: str, person_id: int) -> Listed:
    """One of them. Raises PersonNotFound."""
    found = next((p for p in list_people(office) if (p.kind, p.id) == (kind, person_id)), None)
    if found is None:
        raise PersonNotFound
    return found


def set_wishes(office: Office, person: Listed, wishes: Wishes) -> None:
    """From now on the person gets notices like this. Recorded without addresses."""
    row = person.settings or RecipientSettings(
        recipient_kind=person.kind, recipient_id=person.id, office_id=office.id
    )
    before = _summary(row, person.invitations)
    row.channels = list(wishes.channels)
    row.language, row.quiet_from, row.quiet_until = wishes.language, wishes.quiet_from, wishes.quiet_until
    changed = [name for name in ("mail", "mobile") if getattr(wishes, name) is not None]
    for name in changed:
        setattr(row, name, getattr(wishes, name) or None)
    db.session.add(row)
    _set_invitations(person, wishes.invitations)
    db.session.flush()
    after = _summary(row, wishes.invitations) | dict.fromkeys(changed, "***")
    audit.record("recipient.edit", f"{person.kind}:{person.id}", office.id, before=before, after=after)


def _set_invitations(person: Listed, wanted: bool) -> None:
    if person.kind != "leader" or wanted == person.invitations:
        return
    if wanted:
        db.session.add(InvitationWish(leader_id=person.id, since=clock.now()))
    else:
        db.session.delete(db.session.get_one(InvitationWish, person.id))


def _summary(row: RecipientSettings, invitations: bool) -> dict[str, object]:
    return {
        "channels": row.channels or [],
        "language": row.language,
        "quiet_from": row.quiet_from.isoformat() if row.quiet_from else None,
        "quiet_until": row.quiet_until.isoformat() if row.quiet_until else None,
        "invitations": invitations,
    }


Found = tuple[str, int, str, str]


def _leaders(office: Office, today: dt.date) -> Sequence[Found]:
    rows = db.session.scalars(
        select(Leader).where(Leader.office_id == office.id).order_by(Leader.position, Leader.sort_key)
    )
    return [("leader", row.id, row.name, "") for row in rows if holds(row.first_day, row.last_day, today)]


def _staff(office: Office) -> Sequence[Found]:
    """Who works for the office and hears what staff must know; a leader with an account is among the leaders."""
    working = select(RoleGrant.user_id).where(
        RoleGrant.office_id == office.id, RoleGrant.role.not_in(("leader", "unit"))
    )
    rows = db.session.scalars(select(User).where(User.active, User.id.in_(working)).order_by(User.name))
    return [("user", row.id, row.name, "") for row in rows]


def _contacts(office: Office, today: dt.date) -> Sequence[Found]:
    rows = db.session.execute(
        select(Contact, Department.name)
        .join(Department, Department.id == Contact.department_id)
        .where(Department.office_id == office.id, Department.closed_on.is_(None))
        .order_by(Department.name, Contact.id)
    )
    return [
        ("contact", contact.id, contact.name, department)
        for contact, department in rows
        if holds(None, contact.last_day, today)
    ]
