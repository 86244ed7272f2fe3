"""The referee's own calendar: announced years from the chinesecalendar package, 2027 from the law, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import chinese_calendar

from tests.referee.office import CannotJudge, OfficeFacts

# 全国年节及纪念日放假办法 (2024): New Year's Day, Spring Festival from its eve (the first of the first lunar month is
# 6 February), Qingming, Labour Day, Dragon Boat, Mid-Autumn, National Day: 13 days. Not announced yet, so no
# make-up days and no weekends moved.
STATUTORY = {
    2027: frozenset(
        dt.date(2027, month, day)
        for month, day in (
            *((1, 1), (2, 5), (2, 6), (2, 7), (2, 8), (4, 5), (5, 1), (5, 2)),
            *((6, 9), (9, 15), (10, 1), (10, 2), (10, 3)),
        )
    )
}


def is_announced(year: int) -> bool:
    """Whether the State Council's notice for the year is out. Raises CannotJudge for a year not known here."""
    if year in STATUTORY:
        return False
    try:
        chinese_calendar.is_workday(dt.date(year, 6, 15))
    except NotImplementedError as unknown:
        raise CannotJudge(f"there is no calendar of {year}") from unknown
    return True


def is_national_working_day(day: dt.date) -> bool:
    """Whether the country works on the day."""
    if is_announced(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and day not in STATUTORY[day.year]


def is_working_day(day: dt.date, facts: OfficeFacts) -> bool:
    """Whether the office works on the day: its own days off and on come before the country's."""
    if day in facts.days_off:
        return False
    return day in facts.days_on or is_national_working_day(day)


def is_promised(day: dt.date, facts: OfficeFacts) -> bool:
    """Whether the office's rule means the day: a leader receives, or may be put on duty, on it."""
    if facts.coverage.every_day or is_working_day(day, facts):
        return True
    return facts.coverage.special_days and any(day in period for period in facts.special_periods)


def is_suspended(day: dt.date, facts: OfficeFacts) -> bool:
    """Whether reception is suspended on the day."""
    return any(day in period for period in facts.suspensions)


def days_of(year: int) -> list[dt.date]:
    """Every day of a year."""
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=n) for n in range((dt.date(year + 1, 1, 1) - first).days)]


def family_test(family: str, facts: OfficeFacts) -> Callable[[dt.date], bool]:
    """Which days are evened out together: "all"; "rest" (weekends, holidays, make-up days); "monfri" of the others."""

    def is_rest(day: dt.date) -> bool:
        return day.weekday() >= 5 or not is_working_day(day, facts)

    return {
        "all": lambda day: True,
        "rest": is_rest,
        "monfri": lambda day: day.weekday() in (0, 4) and not is_rest(day),
    }[family]
