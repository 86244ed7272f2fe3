"""Making and revoking secret calendar links, and noting who fetched them."""

import datetime as dt
import re

from sqlalchemy import or_, update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.ids import hash_token, new_token
from app.directory.models import Office
from app.feeds import queries
from app.feeds.errors import LeaderUnknown, LinkNotFound
from app.feeds.models import FeedLink

NOTED_EVERY = dt.timedelta(minutes=10)
_LONGEST_CLIENT = 120
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


def make_link(office: Office, leader_id: int, name: str) -> tuple[FeedLink, str]:
    """A new link for one of the office's leaders, and its secret, which is stored nowhere. Raises LeaderUnknown."""
    leader = queries.find_leader(office, leader_id)
    if leader is None:
        raise LeaderUnknown
    token = new_token()
    link = FeedLink(
        leader_id=leader.id,
        name=name,
        token_hash=hash_token(token),
        created_at=clock.now(),
        created_by=audit.actor_name(),
    )
    db.session.add(link)
    db.session.flush()
    audit.record("link.make", f"link:{link.id}", office.id, after={"leader": leader.name, "name": name})
    return link, token


def revoke_link(office: Office, link_id: int) -> FeedLink:
    """Stop a link at once. Raises LinkNotFound, also when somebody else has revoked it already."""
    link = queries.find_link(office, link_id)
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


def fetch_is_news(link: FeedLink, client: str) -> bool:
    """Whether a fetch is worth a write: another program, or the last note is ten minutes old."""
    noted = link.last_fetched_at
    return noted is None or clock.now() - noted >= NOTED_EVERY or link.last_client != client_name(client)


def note_fetch(link_id: int, client: str) -> None:
    """Remember when a link was last fetched, and by which program."""
    now = clock.now()
    db.session.execute(
        update(FeedLink)
        .where(
            FeedLink.id == link_id, or_(FeedLink.last_fetched_at.is_(None), FeedLink.last_fetched_at <= now)
        )
        .values(last_fetched_at=now, last_client=client_name(client))
    )


def client_name(agent: str) -> str:
    """A program's User-Agent, fit for a table."""
    return _UNPRINTABLE.sub("", agent)[:_LONGEST_CLIENT]
