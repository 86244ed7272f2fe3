"""On which days a rule asks for a duty: every working day, every day, or fixed days of some pattern.

A pattern is one of the frozen dataclasses below (together `Recurrence`); what cannot be meant raises BadRecurrence
when it is made. `app.calendar.occurrences` turns a pattern into dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from app.calendar import lunar, rrule
from app.calendar.errors import BadRecurrence
from app.calendar.makeup import MakeUpPolicy
from app.calendar.placing import HolidayPolicy, MovesOn
from app.calendar.rrule import RRule
from app.calendar.rrule_text import parse_rrule
from app.core.dates import DateRange

FIRST_YEAR, LAST_YEAR = 1950, 2090
MOST_DATES = 1000
_SATURDAY = 5
_YEARS_WITHOUT = 9
_DEFAULT = HolidayPolicy.NEXT_WORKING_DAY


@dataclass(frozen=True, slots=True)
class EveryWorkingDay:
    """Coverage by working day; make-up working days included."""


@dataclass(frozen=True, slots=True)
class EveryDay:
    """Coverage by calendar day, holidays included."""


@dataclass(frozen=True, slots=True)
class RuleDays:
    """Days of an RFC 5545 rule. `start` is the first day the rule is valid and its DTSTART: weeks of INTERVAL,
    COUNT, and a missing BYDAY or BYMONTHDAY are counted or taken from it.

    `moves_on` None: HOLIDAYS when the rule names a Saturday or Sunday, else REST_DAYS.
    `make_up`: which weekday a make-up working day counts as when the rule names weekdays.
    """

    rule: str
    start: date
    policy: HolidayPolicy = _DEFAULT
    moves_on: MovesOn | None = None
    make_up: MakeUpPolicy = MakeUpPolicy.OWN_WEEKDAY

    def __post_init__(self) -> None:
        _check_year(self.start)
        if not _ever_happens(self.parsed, self.start):
            raise BadRecurrence(
                f"重复规则“{self.rule}”从 {self.start.isoformat()} 起 {_YEARS_WITHOUT} 年内没有任何一天，请检查日期和间隔。",
                f"The recurrence rule {self.rule!r} gives no day within {_YEARS_WITHOUT} years of "
                f"{self.start.isoformat()}. Check its days and its interval.",
            )

    @property
    def parsed(self) -> RRule:
        """The checked rule."""
        return parse_rrule(self.rule)

    @property
    def gives_way_on(self) -> MovesOn:
        """`moves_on`, or what the rule itself suggests."""
        if self.moves_on is not None:
            return self.moves_on
        weekdays = {weekday for _, weekday in self.parsed.by_day}
        if not weekdays and self.parsed.names_weekdays:
            weekdays = {self.start.weekday()}
        return MovesOn.HOLIDAYS if any(day >= _SATURDAY for day in weekdays) else MovesOn.REST_DAYS


@dataclass(frozen=True, slots=True)
class ExplicitDates:
    """Dates picked one by one, 1 to 1,000 of them. One picked on an ordinary weekend is kept there."""

    dates: tuple[date, ...]
    policy: HolidayPolicy = _DEFAULT
    moves_on: MovesOn = MovesOn.HOLIDAYS

    def __post_init__(self) -> None:
        if not 1 <= len(self.dates) <= MOST_DATES:
            raise BadRecurrence(
                f"请列出 1 到 {MOST_DATES} 个日期，现在有 {len(self.dates)} 个。",
                f"List 1 to {MOST_DATES} dates; there are {len(self.dates)}.",
            )
        _check_year(min(self.dates))
        _check_year(max(self.dates))


@dataclass(frozen=True, slots=True)
class LunarDays:
    """Days of every lunar month (初一 = 1, 十五 = 15), leap months too. A month of 29 days has no 三十: skipped."""

    days: tuple[int, ...]
    policy: HolidayPolicy = _DEFAULT
    moves_on: MovesOn = MovesOn.REST_DAYS

    def __post_init__(self) -> None:
        if not self.days or any(not 1 <= day <= lunar.LONGEST_MONTH for day in self.days):
            raise BadRecurrence(
                "农历日应为 1（初一）到 30（三十）之间的数，至少一个。",
                "Lunar days are numbers from 1 to 30, at least one of them.",
            )


@dataclass(frozen=True, slots=True)
class MarketDays:
    """Market days (逢三逢八赶集): the days of each month whose last digit is in `endings`; 0 means 10, 20 and 30.

    By the lunar month unless `lunar` is False; a day that a month does not have is skipped. A solar 31st ends in 1.
    """

    endings: tuple[int, ...]
    lunar: bool = True
    policy: HolidayPolicy = _DEFAULT
    moves_on: MovesOn = MovesOn.HOLIDAYS

    def __post_init__(self) -> None:
        if not self.endings or any(not 0 <= digit <= 9 for digit in self.endings):
            raise BadRecurrence(
                "逢集日的尾数应为 0 到 9，至少一个，例如 3 和 8。",
                "Market days need last digits from 0 to 9, at least one, such as 3 and 8.",
            )


@dataclass(frozen=True, slots=True)
class EveryNthDay:
    """Every `interval` days counted from `anchor` in both directions (三天一集)."""

    anchor: date
    interval: int
    policy: HolidayPolicy = _DEFAULT
    moves_on: MovesOn = MovesOn.HOLIDAYS

    def __post_init__(self) -> None:
        _check_year(self.anchor)
        if not 1 <= self.interval <= 366:
            raise BadRecurrence(
                f"间隔天数应为 1 到 366，现在是 {self.interval}。",
                f"The interval is 1 to 366 days; it is {self.interval}.",
            )


FixedDays = RuleDays | ExplicitDates | LunarDays | MarketDays | EveryNthDay
Recurrence = EveryWorkingDay | EveryDay | FixedDays


def meant_days(pattern: FixedDays, within: DateRange) -> list[date]:
    """The days of the range that the pattern means, in order, before any rest day is looked at."""
    match pattern:
        case RuleDays():
            return list(_rule_dates(pattern.parsed, pattern.start, within))
        case ExplicitDates():
            return sorted({day for day in pattern.dates if within.contains(day)})
        case LunarDays():
            return list(_lunar_dates(tuple(pattern.days), within))
        case MarketDays():
            numbers = tuple(number for number in range(1, 32) if number % 10 in pattern.endings)
            return list(_lunar_dates(numbers, within) if pattern.lunar else _solar_dates(numbers, within))
        case EveryNthDay():
            return _every_nth(pattern, within)


@lru_cache(maxsize=512)
def _rule_dates(rule: RRule, start: date, within: DateRange) -> tuple[date, ...]:
    return tuple(rrule.dates(rule, start, within))


@lru_cache(maxsize=512)
def _ever_happens(rule: RRule, start: date) -> bool:
    years = DateRange(start, start + timedelta(days=366 * _YEARS_WITHOUT))
    return bool(rrule.dates(rule, start, years))


@lru_cache(maxsize=512)
def _lunar_dates(numbers: tuple[int, ...], within: DateRange) -> tuple[date, ...]:
    found = (
        month.start + timedelta(days=number - 1)
        for month in lunar.months_touching(within)
        for number in sorted(set(numbers))
        if number <= month.length
    )
    return tuple(day for day in found if within.contains(day))


def _solar_dates(numbers: tuple[int, ...], within: DateRange) -> list[date]:
    return [day for day in within.days() if day.day in numbers]


def _every_nth(pattern: EveryNthDay, within: DateRange) -> list[date]:
    first = within.start + timedelta(days=(pattern.anchor - within.start).days % pattern.interval)
    numbers = range(first.toordinal(), within.stop.toordinal(), pattern.interval)
    return [date.fromordinal(number) for number in numbers]


def _check_year(day: date) -> None:
    """The years a roster can have: those for which statutory days are known."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadRecurrence(
            f"日期 {day.isoformat()} 超出 {FIRST_YEAR} 年至 {LAST_YEAR} 年，请检查年份。",
            f"The date {day.isoformat()} is outside the years {FIRST_YEAR} to {LAST_YEAR}. Check the year.",
        )
