"""Reading what is published, and the secret calendar links."""

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import or_, select

from app.core.database import db
from app.core.ids import hash_token
from app.core.recent import Recent
from app.directory.models import Leader, Office
from app.feeds.calendars import Publication
from app.feeds.events import Place
from app.feeds.http import Rendering
from app.feeds.models import FeedLink
from app.roster.published.loading import find_roll, offices_of_leader

_KEPT = {"feeds": 48, "leaders": 600, "pages": 160}


def publication(office: Office) -> Publication:
    """An office with what it has published."""
    site = current_app.extensions["settings"].public_url
    return Publication(
        Place(office.code, office.name, office.name_en, office.timezone, site), find_roll(office.id)
    )


def edition_key(published: Publication) -> tuple[object, ...]:
    """What a rendering of a publication depends on, for caches."""
    newest = published.roll.newest if published.roll else None
    return (published.place, (newest.number, newest.published_at) if newest else None)


def renderings(kind: str) -> Recent[Rendering]:
    """The finished renderings of this process: "feeds", "leaders" or "pages"."""
    kept: Recent[Rendering] = current_app.extensions.setdefault(f"renderings:{kind}", Recent(_KEPT[kind]))
    return kept


def find_live_link(token: str) -> tuple[FeedLink, Leader] | None:
    """The link of a secret with its leader; None for a wrong and for a revoked one alike, by the same one query."""
    row = db.session.execute(
        select(FeedLink, Leader)
        .join(Leader, FeedLink.leader_id == Leader.id)
        .where(FeedLink.token_hash == hash_token(token), FeedLink.revoked_at.is_(None))
    ).first()
    return (row[0], row[1]) if row else None


def publications_of_leader(leader: Leader) -> tuple[Publication, list[Publication]]:
    """The leader's own office, and the other offices that have or had duties of this leader."""
    others = [office_id for office_id in offices_of_leader(leader.id) if office_id != leader.office_id]
    found = db.session.scalars(select(Office).where(Office.id.in_(others)).order_by(Office.id)).all()
    return publication(leader.office), [publication(office) for office in found]


def leaders_for_links(office: Office) -> Sequence[Leader]:
    """The leaders of an office, in its own order."""
    return db.session.scalars(
        select(Leader).where(Leader.office_id == office.id).order_by(Leader.position, Leader.id)
    ).all()


def live_links(office: Office) -> Sequence[FeedLink]:
    """The links of an office's leaders that still work, oldest first."""
    return db.session.scalars(
        select(FeedLink)
        .join(Leader, FeedLink.leader_id == Leader.id)
        .where(Leader.office_id == office.id, FeedLink.revoked_at.is_(None))
        .order_by(FeedLink.id)
    ).all()


def find_link(office: Office, link_id: int) -> FeedLink | None:
    """A link of one of the office's leaders."""
    return db.session.scalar(
        select(FeedLink)
        .join(Leader, FeedLink.leader_id == Leader.id)
        .where(Leader.office_id == office.id, FeedLink.id == link_id)
    )


def find_leader(office: Office, leader_id: int) -> Leader | None:
    """A leader of the office."""
    return db.session.scalar(select(Leader).where(Leader.office_id == office.id, Leader.id == leader_id))


def offices_with_township(words: str) -> Sequence[int]:
    """Ids of the offices whose name, English name, code or address holds the words."""
    like = f"%{words.replace('%', '').replace('_', '')}%"
    return db.session.scalars(
        select(Office.id).where(
            or_(
                Office.name.ilike(like),
                Office.name_en.ilike(like),
                Office.code.ilike(like),
                Office.address.ilike(like),
            )
        )
    ).all()
