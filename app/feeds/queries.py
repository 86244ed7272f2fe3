"""Reading what is published, and the secret calendar links."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flask import current_app
from sqlalchemy import or_, select

from app.core.database import db
from app.core.recent import Recent
from app.directory.models import Department, Leader, Office
from app.feeds.calendars import Publication
from app.feeds.events import Place
from app.feeds.models import EventState, FeedLink, FeedSettings
from app.roster.models import Duty
from app.roster.published.loading import find_roll, offices_of_leader
from app.web.renderings import Rendering

_KEPT = {"feeds": 48, "leaders": 600, "pages": 160}


def publication(office: Office) -> Publication:
    """An office with what it has published."""
    site = current_app.extensions["settings"].public_url
    return Publication(
        Place(office.code, office.name, office.name_en, office.timezone, site), find_roll(office.id)
    )


def dated(office: Office) -> Publication:
    """The same, with when the office was last given another name: calendars date their events by it."""
    found = publication(office)
    named = select(EventState.changed_at).where(EventState.scope == f"office:{office.id}")
    return replace(found, place=replace(found.place, named_at=db.session.scalar(named)))


def edition_key(published: Publication) -> tuple[object, ...]:
    """What a rendering of a publication depends on, for caches."""
    newest = published.roll.newest if published.roll else None
    return (published.place, (newest.number, newest.published_at) if newest else None)


def renderings(kind: str) -> Recent[Rendering]:
    """The finished renderings of this process: "feeds", "leaders" or "pages"."""
    kept: Recent[Rendering] = current_app.extensions.setdefault(f"renderings:{kind}", Recent(_KEPT[kind]))
    return kept


def publications_of_leader(leader: Leader) -> tuple[Publication, list[Publication]]:
    """The leader's own office, and the other offices that have or had duties of this leader."""
    others = [office_id for office_id in offices_of_leader(leader.id) if office_id != leader.office_id]
    found = db.session.scalars(select(Office).where(Office.id.in_(others)).order_by(Office.id)).all()
    return dated(leader.office), [dated(office) for office in found]


def leaders_for_links(office: Office) -> Sequence[Leader]:
    """The leaders of an office, in its own order."""
    return db.session.scalars(
        select(Leader).where(Leader.office_id == office.id).order_by(Leader.position, Leader.id)
    ).all()


def live_links(office: Office, leader_id: int | None = None) -> Sequence[FeedLink]:
    """The links of an office that still work, oldest first; with a leader only his or hers."""
    found = select(FeedLink).where(FeedLink.office_id == office.id, FeedLink.revoked_at.is_(None))
    if leader_id is not None:
        found = found.where(FeedLink.leader_id == leader_id)
    return db.session.scalars(found.order_by(FeedLink.id)).all()


def find_link(office: Office, link_id: int, leader_id: int | None = None) -> FeedLink | None:
    """A link of the office, revoked or not; with a leader only his or hers."""
    found = select(FeedLink).where(FeedLink.office_id == office.id, FeedLink.id == link_id)
    if leader_id is not None:
        found = found.where(FeedLink.leader_id == leader_id)
    return db.session.scalar(found)


def find_department(office: Office, department_id: int) -> Department | None:
    """A department of the office that is not closed."""
    return db.session.scalar(
        select(Department).where(
            Department.office_id == office.id, Department.id == department_id, Department.closed_on.is_(None)
        )
    )


def departments_for_links(office: Office) -> Sequence[Department]:
    """The departments of an office, by name."""
    return db.session.scalars(
        select(Department)
        .where(Department.office_id == office.id, Department.closed_on.is_(None))
        .order_by(Department.name)
    ).all()


def offices_by_id(office_ids: Iterable[int]) -> Sequence[Office]:
    """These offices, in order of their ids."""
    return db.session.scalars(select(Office).where(Office.id.in_(set(office_ids))).order_by(Office.id)).all()


def settings_of(office: Office) -> FeedSettings:
    """What the office decided about its outputs, or the defaults (not in the database then)."""
    return db.session.get(FeedSettings, office.id) or FeedSettings(
        office_id=office.id,
        embed_sites="",
        visit_details=False,
        own_leave=False,
        public_excel=False,
        version=1,
    )


def offices_with_details(office_ids: Iterable[int]) -> Sequence[int]:
    """Those of the offices whose leaders' calendars say what accepted visits are about."""
    return db.session.scalars(
        select(FeedSettings.office_id).where(
            FeedSettings.office_id.in_(set(office_ids)), FeedSettings.visit_details.is_(True)
        )
    ).all()


def find_leader(office: Office, leader_id: int) -> Leader | None:
    """A leader of the office."""
    return db.session.scalar(select(Leader).where(Leader.office_id == office.id, Leader.id == leader_id))


def offices_with(words: str) -> Sequence[int]:
    """Ids of the offices whose name, English name, code or address holds the words."""
    columns = (Office.name, Office.name_en, Office.code, Office.address)
    return db.session.scalars(
        select(Office.id).where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    ).all()


def receiving_on(days: Mapping[int, dt.date]) -> dict[int, list[Duty]]:
    """Who receives at each office on its own day (`days`: office id to date), by start: one query for all."""
    rows = db.session.scalars(
        select(Duty)
        .where(
            Duty.office_id.in_(days),
            Duty.on_date.in_(set(days.values())),
            Duty.until_revision.is_(None),
            Duty.status == "held",
            Duty.leader_id.is_not(None),
        )
        .order_by(Duty.starts, Duty.session_key, Duty.seat)
    )
    found: dict[int, list[Duty]] = {}
    for row in rows:
        if row.on_date == days[row.office_id]:
            found.setdefault(row.office_id, []).append(row)
    return found
