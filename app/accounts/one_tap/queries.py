"""Finding links."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, select

from app.accounts.one_tap.models import OneTapLink
from app.core import clock
from app.core.database import db
from app.core.ids import hash_token

TRIES = 5


def usable(now: dt.datetime) -> ColumnElement[bool]:
    """The condition of a link that may be used at this moment."""
    return and_(OneTapLink.revoked_at.is_(None), OneTapLink.expires_at > now, OneTapLink.tries < TRIES)


def find_by_token(token: str) -> OneTapLink | None:
    """The link of this token if it may be used now: not revoked, not expired, tries left."""
    return db.session.scalar(
        select(OneTapLink).where(OneTapLink.token_hash == hash_token(token), usable(clock.now()))
    )


def find_usable(link_id: int) -> OneTapLink | None:
    """The link with this id if it may be used now."""
    return db.session.scalar(select(OneTapLink).where(OneTapLink.id == link_id, usable(clock.now())))


def offices_of(link_ids: Iterable[int]) -> set[int]:
    """Ids of the offices that gave these links out, usable or not."""
    return set(db.session.scalars(select(OneTapLink.office_id).where(OneTapLink.id.in_(list(link_ids)))))


def live_links(office_id: int) -> Sequence[OneTapLink]:
    """The links of an office that may be used now, newest first."""
    found = select(OneTapLink).where(OneTapLink.office_id == office_id, usable(clock.now()))
    return db.session.scalars(found.order_by(OneTapLink.id.desc())).all()
