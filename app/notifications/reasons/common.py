"""What the kinds share: how offices, days and duties are said, and links. In the language of the recipient."""

import datetime as dt
from collections.abc import Iterable
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _

from app.core import clock
from app.core.database import db
from app.core.text import Text
from app.directory.models import Leader, Office
from app.notifications.models import Notice
from app.web import filters

LINK_DAYS = dt.timedelta(days=14)
MOST_LINES = 40

# Placeholders that several kinds have, with what they stand for.
OFFICE = {"office": Text("单位", "Office"), "office_phone": Text("单位电话", "The office's phone")}
LEADER = {"leader": Text("领导", "Leader")}
LINK = {"link": Text("链接", "Link")}
PERSONAL = frozenset(
    {"leader", "other", "reason"}
)  # names and private reasons, kept out of other companies' channels


class SessionFacts(Protocol):
    """A published seat or session, as far as it is said to people."""

    @property
    def on_date(self) -> dt.date: ...
    @property
    def session(self) -> str: ...
    @property
    def starts(self) -> dt.time: ...
    @property
    def ends(self) -> dt.time: ...


def office_of(notice: Notice) -> Office:
    """The office the notice comes from."""
    return db.session.get_one(Office, notice.office_id)


def office_values(office: Office) -> dict[str, str]:
    """The values of OFFICE."""
    return {"office": filters.named(office), "office_phone": office.phone}


def leader_name(leader_id: int | None) -> str:
    """A leader's name; a dash for nobody."""
    leader = db.session.get(Leader, leader_id) if leader_id is not None else None
    return leader.name if leader else "—"


def day_words(day: dt.date, with_year: bool = False) -> str:
    """3月20日（星期五） / Friday 20 Mar; a day of another year always says which."""
    said = filters.day if with_year or day.year != clock.today().year else filters.short_day
    return str(_("%(weekday)s %(day)s", day=said(day), weekday=filters.weekday(day)))


def session_words(duty: SessionFacts) -> str:
    """3月20日（星期五）上午 08:30–12:00."""
    words: str = _(
        "%(day)s, %(session)s %(starts)s–%(ends)s",
        day=day_words(duty.on_date),
        session=str(filters.SESSIONS[duty.session]),
        starts=filters.clock_time(duty.starts),
        ends=filters.clock_time(duty.ends),
    )
    return words


def lines(found: Iterable[str]) -> str:
    """A list, one thing a line; a long one ends with how many more there are."""
    every = list(found)
    shown = [f"· {line}" for line in every[:MOST_LINES]]
    if len(every) > MOST_LINES:
        shown.append(_("… and %(count)s more", count=len(every) - MOST_LINES))
    return "\n".join(shown)


def in_a_row(found: Iterable[str]) -> str:
    """The same in one line, for text messages: the first, and how many more."""
    every = list(found)
    if len(every) < 2:
        return "".join(every)
    return str(_("%(first)s and %(count)s more", first=every[0], count=len(every) - 1))


def instant_of_day(office: Office, day: dt.date, at: dt.time = dt.time()) -> dt.datetime:
    """The instant of a local day and hour of the office."""
    return dt.datetime.combine(day, at, ZoneInfo(office.timezone))


def day_in(notice: Notice) -> dt.date:
    """The day at the end of a subject such as "day:7:2026-03-20"."""
    return dt.date.fromisoformat(notice.subject.rpartition(":")[2])


def number_in(notice: Notice) -> int:
    """The number at the end of a subject such as "ask:12"."""
    return int(notice.subject.rpartition(":")[2])


def still_of_use(notice: Notice) -> bool:
    """Whether the moment until which a reminder is of use has not come."""
    until = (notice.facts or {}).get("until")
    return until is None or dt.datetime.fromisoformat(until) > clock.now()


def page(endpoint: str, **values: str | int) -> str:
    """The absolute address of a page of this program, also where there is no request."""
    public: str = current_app.extensions["settings"].public_url
    return public + current_app.url_map.bind("localhost").build(endpoint, values)
