"""The year as a page shows it: twelve months of weeks, each day with its kind and name. Pure."""

import datetime as dt
from calendar import Calendar as MonthWeeks
from dataclasses import dataclass

from app.calendar.lunar import lunar_date
from app.calendar.working import Day, DayKind, WorkingCalendar
from app.core.dates import DateRange
from app.core.text import Text


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month's table; `short` is what fits under the number."""

    day: dt.date
    facts: Day
    lunar: Text
    css: str

    @property
    def is_first_of_holiday(self) -> bool:
        """Whether the day has a name worth printing in the small cell."""
        return self.facts.kind is not DayKind.WEEKEND and bool(self.facts.name.zh)


@dataclass(frozen=True, slots=True)
class Month:
    """A month: weeks of seven cells, None outside the month, and its count of working days."""

    first: dt.date
    weeks: list[list[Cell | None]]
    working_days: int


def year_months(calendar: WorkingCalendar, year: int) -> list[Month]:
    """The twelve months of a year, weeks beginning on Monday."""
    return [_month(calendar, year, number) for number in range(1, 13)]


def _month(calendar: WorkingCalendar, year: int, number: int) -> Month:
    weeks = [
        [_cell(calendar, day) if day.month == number else None for day in week]
        for week in MonthWeeks(firstweekday=0).monthdatescalendar(year, number)
    ]
    return Month(
        dt.date(year, number, 1), weeks, len(calendar.working_days(DateRange.of_month(year, number)))
    )


def _cell(calendar: WorkingCalendar, day: dt.date) -> Cell:
    facts = calendar.day(day)
    css = [
        "day-rest" if not facts.working else "day-work",
        "day-holiday" if facts.kind.holiday else "",
        "day-make-up" if facts.kind in (DayKind.MAKE_UP_WORKING_DAY, DayKind.OVERRIDE_WORK) else "",
        "day-special" if facts.special_period else "",
        "day-suspended" if facts.suspension else "",
        "day-override" if facts.override else "",
    ]
    return Cell(
        day,
        facts,
        lunar_date(day).short_label if 1901 < day.year < 2100 else Text("", ""),
        " ".join(filter(None, css)),
    )
