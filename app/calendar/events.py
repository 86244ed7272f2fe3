"""What the calendar says to features above it."""

import datetime as dt
from dataclasses import dataclass, field

from app.calendar.working import WorkingCalendar
from app.core.text import Text
from app.directory.models import Office


@dataclass(frozen=True, slots=True)
class Effect:
    """One session that a change of the calendar would move, add or remove (`before` or `after` is None)."""

    office_name: str
    rule_name: str
    before: dt.date | None
    after: dt.date | None
    published_leaders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeProposed:
    """A question before a change is made: which sessions would it move? Listeners add to `effects`."""

    office: Office
    before: WorkingCalendar
    after: WorkingCalendar
    effects: list[Effect] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SuspensionProposed:
    """A question before the office and its subtree are closed on these days: whom would it touch? A line each."""

    office: Office
    first_day: dt.date
    last_day: dt.date | None
    effects: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RestDayProposed:
    """A question before a day becomes a rest day of the office and its subtree: what is fixed for it? A line each."""

    office: Office
    day: dt.date
    effects: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """The calendar of an office and its subtree changed between these days (inclusive, None: open)."""

    office_id: int
    first_day: dt.date
    last_day: dt.date | None
