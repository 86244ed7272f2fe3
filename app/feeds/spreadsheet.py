"""The published year as an Excel table for residents, made of what is public only. Pure."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from app.feeds.calendars import Publication
from app.roster.export import Edition, workbook
from app.roster.published.sessions import Roll, Seat, Session
from app.web.renderings import Rendering

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOBODY = MappingProxyType({"name": "", "post": "", "sectors": "", "townships": ""})


@dataclass(slots=True)
class PublicRow:
    """A line of the table. `note` stays empty: notes are for the office."""

    on_date: dt.date
    starts: dt.time
    ends: dt.time
    status: str
    leader_name: str
    post: str
    sectors: str
    townships: str
    room: str
    place: str
    phone: str
    note: str = ""


def year_table(published: Publication, roll: Roll, year: int, language: str) -> Rendering:
    """Every session of the year that is held or suspended, one line for each leader."""
    sessions = roll.between(dt.date(year, 1, 1), dt.date(year, 12, 31))
    rows = [row for session in sessions if session.status != "cancelled" for row in _rows(session)]
    newest = roll.newest
    edition = Edition(
        office=published.place.title(language),
        number=newest.number,
        first_day=rows[0].on_date if rows else dt.date(year, 1, 1),
        last_day=rows[-1].on_date if rows else dt.date(year, 12, 31),
        published_at=newest.published_at,
        timezone=published.place.zone,
        provisional=any(roll.provisional(row.on_date) for row in rows),
    )
    body = workbook(edition, rows, language == "en")
    return Rendering(body, CONTENT_TYPE, newest.published_at.replace(microsecond=0))


def _rows(session: Session) -> Iterator[PublicRow]:
    for seat in session.seats or (None,):
        yield PublicRow(
            session.on_date,
            session.starts,
            session.ends,
            session.status,
            **_who(seat),
            room=session.room,
            place=session.place,
            phone=session.phone,
        )


def _who(seat: Seat | None) -> dict[str, str]:
    values = _NOBODY if seat is None else {name: getattr(seat, name) for name in _NOBODY}
    return {"leader_name" if name == "name" else name: value for name, value in values.items()}
