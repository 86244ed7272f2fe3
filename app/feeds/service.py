"""Secret calendar links: make, change, revoke. Nothing here commits."""

from sqlalchemy import update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.ids import hash_token, new_token
from app.directory.models import Office
from app.feeds import event_states, queries
from app.feeds.errors import LeaderUnknown, LinkNotFound, UnitUnknown
from app.feeds.models import FeedLink
from app.feeds.options import FeedOptions

DEFAULTS = FeedOptions()


def make_link(
    office: Office, leader_id: int, name: str, options: FeedOptions = DEFAULTS, by: str = ""
) -> tuple[FeedLink, str]:
    """A new link for one of the office's leaders, and its secret, which is stored nowhere. Raises LeaderUnknown."""
    leader = queries.find_leader(office, leader_id)
    if leader is None:
        raise LeaderUnknown
    return _add(FeedLink(kind="leader", leader_id=leader.id), office, name, leader.name, options, by)


def make_staff_link(office: Office, name: str, options: FeedOptions = DEFAULTS) -> tuple[FeedLink, str]:
    """A new link to the office's calendar for its staff, and its secret."""
    return _add(FeedLink(kind="staff"), office, name, office.name, options, "")


def make_department_link(
    office: Office, department_id: int, name: str, options: FeedOptions = DEFAULTS
) -> tuple[FeedLink, str]:
    """A new link for a department of the office, and its secret. Raises UnitUnknown."""
    unit = queries.find_department(office, department_id)
    if unit is None:
        raise UnitUnknown
    return _add(FeedLink(kind="department", department_id=unit.id), office, name, unit.name, options, "")


def change_link(office: Office, link: FeedLink, name: str, options: FeedOptions) -> None:
    """Another name and other options; the address stays, so that programs follow by themselves."""
    before = _facts(link)
    _choose(link, name, options)
    db.session.flush()
    if {**before, "name": ""} != {
        **_facts(link),
        "name": "",
    }:  # programs take an event over when its time moved
        event_states.settle(f"link:{link.id}", {"options": [link.language, link.alarm, link.busy, link.past]})
    audit.record("link.edit", f"link:{link.id}", office.id, before, _facts(link))


def revoke_link(office: Office, link_id: int, leader_id: int | None = None) -> FeedLink:
    """Stop a link at once. Raises LinkNotFound, also when somebody else has revoked it already."""
    link = queries.find_link(office, link_id, leader_id)
    if link is None:
        raise LinkNotFound
    done = db.session.execute(
        update(FeedLink)
        .where(FeedLink.id == link.id, FeedLink.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise LinkNotFound
    audit.record("link.revoke", f"link:{link.id}", office.id, before={"name": link.name})
    return link


def _add(
    link: FeedLink, office: Office, name: str, whose: str, options: FeedOptions, by: str
) -> tuple[FeedLink, str]:
    token = new_token()
    link.office_id, link.token_hash = office.id, hash_token(token)
    link.created_at, link.created_by = clock.now(), by or audit.actor_name()
    _choose(link, name, options)
    db.session.add(link)
    db.session.flush()
    after = {"kind": link.kind, "for": whose, **_facts(link)}
    audit.record("link.make", f"link:{link.id}", office.id, after=after)
    return link, token


def _choose(link: FeedLink, name: str, options: FeedOptions) -> None:
    link.name, link.language = name, options.language
    link.alarm, link.busy, link.past = options.alarm, options.busy, options.past


def _facts(link: FeedLink) -> dict[str, object]:
    return {
        "name": link.name,
        "language": link.language,
        "alarm": link.alarm,
        "busy": link.busy,
        "past": link.past,
    }
