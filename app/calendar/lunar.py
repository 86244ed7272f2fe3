"""Lunar dates (农历) from a table of month beginnings, 1901 to 2099.

The table is made once by `app.calendar.lunar_generate` from the cnlunar package, whose own conversion takes
about a millisecond a date; here it is one bisection.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from app.calendar.errors import DateOutOfRange
from app.core.dates import DateRange
from app.core.text import Text

LONGEST_MONTH = 30
_TABLE = Path(__file__).with_name("lunar_table.json")
_MONTHS_ZH = ("正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月")
_DIGITS_ZH = ("十", "一", "二", "三", "四", "五", "六", "七", "八", "九")
_TENS_ZH = ("初", "十", "廿", "三")


@dataclass(frozen=True, slots=True)
class LunarMonth:
    """One lunar month: lunar year and month number, leap (闰) or not, first solar day, 29 or 30 days."""

    year: int
    month: int
    leap: bool
    start: date
    length: int


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day of the lunar calendar; `leap` marks a leap month (闰月)."""

    year: int
    month: int
    day: int
    leap: bool = False

    @property
    def label(self) -> Text:
        """Month and day: 腊月廿三, "lunar 12-23"; a leap month says 闰 or "leap"."""
        return Text(
            f"{self.month_name}{day_name(self.day)}",
            f"lunar {'leap ' if self.leap else ''}{self.month}-{self.day}",
        )

    @property
    def short_label(self) -> Text:
        """For a small cell: the day, and on the first day of a month the month's name."""
        if self.day > 1:
            return Text(day_name(self.day), str(self.day))
        return Text(self.month_name, f"{'leap ' if self.leap else ''}month {self.month}")

    @property
    def month_name(self) -> str:
        """The month in Chinese: 正月 … 腊月, 闰六月."""
        return ("闰" if self.leap else "") + _MONTHS_ZH[self.month - 1]


def day_name(day: int) -> str:
    """The day of a lunar month in Chinese: 初一, 初十, 十五, 二十, 廿三, 三十."""
    if day == 20:
        return "二十"
    tens = 0 if day == 10 else day // 10
    return _TENS_ZH[tens] + _DIGITS_ZH[day % 10]


@lru_cache(maxsize=1)
def all_months() -> tuple[LunarMonth, ...]:
    """Every lunar month of the table, in order."""
    table = json.loads(_TABLE.read_text(encoding="utf-8"))
    return tuple(month for row in table["years"] for month in _months_of_row(row))


def _months_of_row(row: dict[str, object]) -> Iterator[LunarMonth]:
    """The months of one table row {"year", "start", "leap", "lengths"}; `leap` 0 means no leap month."""
    year, leap, lengths = int(str(row["year"])), int(str(row["leap"])), str(row["lengths"])
    start = date.fromisoformat(str(row["start"]))
    for index, size in enumerate(lengths):
        is_leap = bool(leap) and index == leap
        month = index if leap and index >= leap else index + 1
        length = 30 if size == "L" else 29
        yield LunarMonth(year, month, is_leap, start, length)
        start += timedelta(days=length)


@lru_cache(maxsize=1)
def _starts() -> list[int]:
    return [month.start.toordinal() for month in all_months()]


def month_of(day: date) -> LunarMonth:
    """The lunar month that holds `day`. Raises DateOutOfRange outside the table."""
    number = day.toordinal()
    index = bisect_right(_starts(), number) - 1
    month = all_months()[index]
    if index < 0 or number >= month.start.toordinal() + month.length:
        raise _out_of_range(day.isoformat())
    return month


def lunar_date(day: date) -> LunarDate:
    """The lunar date of a solar day. Raises DateOutOfRange outside the table."""
    month = month_of(day)
    return LunarDate(month.year, month.month, (day - month.start).days + 1, month.leap)


def find_solar(year: int, month: int, day: int, *, leap: bool = False) -> date | None:
    """The solar day of a lunar date, None when that month or day does not exist (三十 of a short month)."""
    return next(
        (
            found.start + timedelta(days=day - 1)
            for found in _months_by_year().get(year, ())
            if found.month == month and found.leap is leap and 1 <= day <= found.length
        ),
        None,
    )


def get_solar(year: int, month: int, day: int, *, leap: bool = False) -> date:
    """The solar day of a lunar date that must exist. Raises DateOutOfRange when it does not."""
    found = find_solar(year, month, day, leap=leap)
    if found is None:
        raise _out_of_range(f"{year}-{month}-{day}")
    return found


def months_touching(within: DateRange) -> list[LunarMonth]:
    """The lunar months with at least one day in `within`, in order; none outside the table."""
    starts = _starts()
    first = max(bisect_right(starts, within.start.toordinal()) - 1, 0)
    last = bisect_right(starts, within.last_day.toordinal())
    return list(all_months()[first:last])


@lru_cache(maxsize=1)
def _months_by_year() -> dict[int, tuple[LunarMonth, ...]]:
    years: dict[int, list[LunarMonth]] = {}
    for month in all_months():
        years.setdefault(month.year, []).append(month)
    return {year: tuple(months) for year, months in years.items()}


def _out_of_range(date_text: str) -> DateOutOfRange:
    return DateOutOfRange(
        f"农历只能换算 1901 年 2 月至 2100 年 2 月之间的日期，{date_text} 超出范围，请改用较近的日期。",
        f"Lunar dates are known from February 1901 to February 2100 only; {date_text} is outside. "
        "Use a nearer date.",
    )
