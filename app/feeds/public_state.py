"""What the public pages of an office are made of, found by one read.

The office's stamp goes up with every change its outputs may show (app/feeds/stamps.py). So the roster and the working
calendar are read again only when the number or the office's own row differs; an unchanged page costs one indexed read.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.calendar.queries import working_calendar
from app.calendar.working import WorkingCalendar
from app.core import clock
from app.core.database import db
from app.core.recent import Recent
from app.directory.models import Office
from app.directory.queries import get_office, office_path
from app.feeds import queries
from app.feeds.calendars import Publication
from app.feeds.models import FeedStamp

_KEPT = 64  # offices


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read for a stamp; `digest` stands for all of it."""

    published: Publication
    calendar: WorkingCalendar
    digest: str


@dataclass(frozen=True, slots=True)
class PublicState:
    """An office, what it has published, its calendar, and the moment in its zone."""

    office: Office
    published: Publication
    calendar: WorkingCalendar
    digest: str
    now: dt.datetime

    @property
    def basis(self) -> tuple[object, ...]:
        """All that a page of the office depends on, but for the request and the time of day."""
        office = self.office
        return (
            self.digest,
            office.kind,
            office.phone,
            office.address,
            office.scope,
            office.closed_on,
            self.now.date(),
        )


def get_state(office_code: str) -> PublicState:
    """The office as its public pages show it. Raises NotFound."""
    row = db.session.execute(
        select(Office, func.coalesce(FeedStamp.value, 0))
        .outerjoin(FeedStamp, FeedStamp.office_id == Office.id)
        .where(Office.code == office_code)
        .options(joinedload(Office.parent).joinedload(Office.parent))
    ).first()
    office, stamp = row if row else (get_office(office_code), 0)
    known: Recent[_Known] = current_app.extensions.setdefault("public states", Recent(_KEPT))
    identity = (*office_path(office), stamp, office.name, office.name_en, office.timezone)
    found = known.get(identity, lambda: _read(office))
    return PublicState(office, found.published, found.calendar, found.digest, local_now(office))


def _read(office: Office) -> _Known:
    published, calendar = queries.publication(office), working_calendar(office)
    notices = calendar.notices
    depends_on = (
        queries.edition_key(published),
        [(year, notices[year].source, notices[year].days) for year in sorted(notices)[-3:]],
        (calendar.local_days, calendar.overrides, calendar.special_periods, calendar.suspensions),
    )
    return _Known(published, calendar, hashlib.sha256(repr(depends_on).encode()).hexdigest())


def local_now(office: Office) -> dt.datetime:
    """The moment in the office's zone."""
    return clock.now().astimezone(ZoneInfo(office.timezone))
