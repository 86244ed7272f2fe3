"""The part of RFC 5545 recurrence rules that a duty roster needs: days by DAILY, WEEKLY, MONTHLY and YEARLY rules.

Its own evaluation, because the general one of dateutil looks for the next date up to the year 9999: one rule that
never happens ("DAILY;BYMONTH=2;BYMONTHDAY=30") would hold a server for minutes. Here the work is bounded by the
range asked for. The tests compare it with dateutil.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.dates import DateRange

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class RRule:
    """A checked rule; make one with `app.calendar.rrule_text.parse_rrule`.

    `by_day` holds (ordinal, weekday): (0, 1) every Tuesday, (1, 2) the first Wednesday, (-1, 4) the last Friday.
    """

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_position: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def names_weekdays(self) -> bool:
        """Whether the rule means weekdays (every Monday), not dates (every 15th)."""
        return bool(self.by_day) or self.frequency == "WEEKLY"


def dates(rule: RRule, start: date, within: DateRange) -> list[date]:
    """The days the rule gives in `within`, in order; `start` is DTSTART: no day before it, and COUNT from it."""
    last = within.stop if rule.until is None else min(within.stop, rule.until + timedelta(days=1))
    if last <= start:
        return []
    if rule.count is None:
        found = [day for day in _from(rule, start, max(start, within.start), last) if day < last]
    else:
        found = _counted(rule, start, last)
    return found[bisect_left(found, within.start) :]


def _counted(rule: RRule, start: date, last: date) -> list[date]:
    found: list[date] = []
    for day in _from(rule, start, start, last):
        if len(found) == rule.count or day >= last:
            break
        found.append(day)
    return found


def _from(rule: RRule, start: date, wanted: date, last: date) -> Iterator[date]:
    """The rule's days from the period of `wanted` on, never before `start`, by periods until one begins at `last`."""
    step = _periods_between(rule, start, wanted) // rule.interval
    while True:
        begin = _period_begin(rule, start, step * rule.interval)
        if begin >= last:
            return
        yield from (day for day in _positions(rule, _days_of_period(rule, start, begin)) if day >= start)
        step += 1


def _periods_between(rule: RRule, start: date, wanted: date) -> int:
    """Whole periods (days, weeks, months or years) from the period of `start` to that of `wanted`."""
    if rule.frequency == "YEARLY":
        return wanted.year - start.year
    if rule.frequency == "MONTHLY":
        return (wanted.year - start.year) * 12 + wanted.month - start.month
    if rule.frequency == "WEEKLY":
        return (wanted - _week_begin(rule, start)).days // 7
    return (wanted - start).days


def _period_begin(rule: RRule, start: date, periods: int) -> date:
    """The first day of the period that many periods after the one of `start`; date.max past the calendar's end."""
    if rule.frequency in {"YEARLY", "MONTHLY"}:
        months = start.year * 12 + (
            start.month - 1 + periods if rule.frequency == "MONTHLY" else periods * 12
        )
        return date.max if months // 12 > date.max.year else date(months // 12, months % 12 + 1, 1)
    begin = _week_begin(rule, start) if rule.frequency == "WEEKLY" else start
    days = begin.toordinal() + periods * (7 if rule.frequency == "WEEKLY" else 1)
    return date.max if days > date.max.toordinal() else date.fromordinal(days)


def _week_begin(rule: RRule, day: date) -> date:
    return day - timedelta(days=(day.weekday() - rule.week_start) % 7)


def _days_of_period(rule: RRule, start: date, begin: date) -> list[date]:
    """The candidate days of one period, before BYSETPOS, in order."""
    if rule.frequency == "YEARLY":
        return _days_of_year(rule, start, begin.year)
    if rule.frequency == "MONTHLY":
        return _days_of_month(rule, start, begin.year, begin.month) if _month_fits(rule, begin) else []
    if rule.frequency == "WEEKLY":
        weekdays = {weekday for _, weekday in rule.by_day} or {start.weekday()}
        week = (begin + timedelta(days=offset) for offset in range(7))
        return [day for day in week if day.weekday() in weekdays and _month_fits(rule, day)]
    return [begin] if _month_fits(rule, begin) and _day_fits(rule, begin) else []


def _days_of_year(rule: RRule, start: date, year: int) -> list[date]:
    if rule.by_day and not rule.by_month:
        whole_year = DateRange.of_year(year)
        return [day for day in _weekdays_in(rule, whole_year) if _month_day_fits(rule, day)]
    months = rule.by_month or (range(1, 13) if rule.by_month_day else (start.month,))
    return [day for month in months for day in _days_of_month(rule, start, year, month)]


def _days_of_month(rule: RRule, start: date, year: int, month: int) -> list[date]:
    if rule.by_day:
        found = _weekdays_in(rule, DateRange.of_month(year, month))
        return [day for day in found if _month_day_fits(rule, day)]
    length = calendar.monthrange(year, month)[1]
    wanted = rule.by_month_day or (start.day,)
    numbers = {number if number > 0 else length + 1 + number for number in wanted}
    return [date(year, month, number) for number in sorted(numbers) if 1 <= number <= length]


def _weekdays_in(rule: RRule, within: DateRange) -> list[date]:
    """The BYDAY days of a month or year, ordinals counted in it."""
    found: set[date] = set()
    for ordinal, weekday in rule.by_day:
        first = within.start + timedelta(days=(weekday - within.start.weekday()) % 7)
        days = [date.fromordinal(number) for number in range(first.toordinal(), within.stop.toordinal(), 7)]
        found |= set(days if ordinal == 0 else _at(days, ordinal))
    return sorted(found)


def _at(days: list[date], position: int) -> list[date]:
    """The day at a 1-based position, from the end when negative, or none."""
    index = position - 1 if position > 0 else len(days) + position
    return [days[index]] if 0 <= index < len(days) else []


def _positions(rule: RRule, days: list[date]) -> list[date]:
    if not rule.by_set_position:
        return days
    return sorted({day for position in rule.by_set_position for day in _at(days, position)})


def _month_fits(rule: RRule, day: date) -> bool:
    return not rule.by_month or day.month in rule.by_month


def _month_day_fits(rule: RRule, day: date) -> bool:
    if not rule.by_month_day:
        return True
    length = calendar.monthrange(day.year, day.month)[1]
    return day.day in rule.by_month_day or day.day - length - 1 in rule.by_month_day


def _day_fits(rule: RRule, day: date) -> bool:
    weekdays = {weekday for _, weekday in rule.by_day}
    return (not weekdays or day.weekday() in weekdays) and _month_day_fits(rule, day)
