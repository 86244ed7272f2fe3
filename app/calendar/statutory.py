"""The days that are statutory rest days by law, whatever a notice says (全国年节及纪念日放假办法).

Editions: 1999 (in force to 2007), 2007 (from 2008), 2013 (from 2014) and 2024 (from 2025, 13 days).
A notice arranges weekends around them; without one they are all that is certain.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from app.calendar import lunar
from app.calendar.notice import HOLIDAY_NAMES
from app.core.text import Text


@dataclass(frozen=True, slots=True)
class StatutoryDay:
    """One statutory day. Two can fall on one date: 3 October 2009 was National Day and Mid-Autumn."""

    day: date
    name: Text


@lru_cache(maxsize=256)
def statutory_days(year: int) -> tuple[StatutoryDay, ...]:
    """The statutory days of a solar year, in order of date. Raises DateOutOfRange outside 1902 to 2099."""
    found = [_named("元旦", date(year, 1, 1))]
    found += [_named("春节", day) for day in _spring_festival(year)]
    found += [_named("劳动节", date(year, 5, 1 + extra)) for extra in range(_labour_days(year))]
    found += [_named("国庆节", date(year, 10, day)) for day in (1, 2, 3)]
    if year >= 2008:
        found += [
            _named("清明节", qingming(year)),
            _named("端午节", lunar.get_solar(year, 5, 5)),
            _named("中秋节", lunar.get_solar(year, 8, 15)),
        ]
    return tuple(sorted(found, key=lambda entry: entry.day))


def qingming(year: int) -> date:
    """The solar term Qingming, 4 to 6 April. Raises DateOutOfRange outside 1901 to 2099."""
    first_year, days = _qingming_table()
    lunar.month_of(date(year, 4, 4))
    return date(year, 4, int(days[year - first_year]))


@lru_cache(maxsize=1)
def _qingming_table() -> tuple[int, str]:
    table = json.loads(Path(__file__).with_name("lunar_table.json").read_text(encoding="utf-8"))
    return table["first_year"], table["qingming_day_in_april"]


def _spring_festival(year: int) -> list[date]:
    """New Year's Eve (除夕) counted from 2008 to 2013 and again from 2025; the third day not from 2008 to 2013."""
    first = lunar.get_solar(year, 1, 1)
    eve = [-1] if 2008 <= year <= 2013 or year >= 2025 else []
    after = [0, 1] if 2008 <= year <= 2013 else [0, 1, 2]
    return [first + timedelta(days=offset) for offset in eve + after]


def _labour_days(year: int) -> int:
    """1 to 3 May until 2007, 1 May until 2024, 1 and 2 May since 2025."""
    if year <= 2007:
        return 3
    return 1 if year <= 2024 else 2


def _named(zh: str, day: date) -> StatutoryDay:
    return StatutoryDay(day, HOLIDAY_NAMES[zh])
