"""Lunar dates against the package they came from and against dates everybody knows."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import cnlunar
import pytest

from app.calendar import lunar
from app.calendar.errors import DateOutOfRange
from app.calendar.lunar_generate import TABLE, as_lines, build_table
from app.core.dates import DateRange


def test_the_table_is_what_the_generator_makes() -> None:
    assert TABLE.read_text(encoding="utf-8") == as_lines(build_table())


@pytest.mark.parametrize("start", [date(2006, 1, 1), date(2020, 5, 20), date(2025, 7, 20), date(2033, 12, 1)])
def test_same_as_cnlunar(start: date) -> None:
    for offset in range(70):
        day = start + timedelta(days=offset)
        theirs = cnlunar.Lunar(datetime(day.year, day.month, day.day, 12))
        expected = (theirs.lunarYear, theirs.lunarMonth, theirs.lunarDay, theirs.isLunarLeapMonth)
        ours = lunar.lunar_date(day)
        assert (ours.year, ours.month, ours.day, ours.leap) == expected, day


@pytest.mark.parametrize(
    ("day", "zh", "short", "en"),
    [
        ("2026-02-16", "腊月廿九", "廿九", "lunar 12-29"),
        ("2026-02-17", "正月初一", "正月", "lunar 1-1"),
        ("2026-03-03", "正月十五", "十五", "lunar 1-15"),
        ("2026-02-10", "腊月廿三", "廿三", "lunar 12-23"),
        ("2026-01-18", "冬月三十", "三十", "lunar 11-30"),
        ("2026-01-08", "冬月二十", "二十", "lunar 11-20"),
        ("2025-07-25", "闰六月初一", "闰六月", "lunar leap 6-1"),
        ("2025-08-03", "闰六月初十", "初十", "lunar leap 6-10"),
    ],
)
def test_labels(day: str, zh: str, short: str, en: str) -> None:
    found = lunar.lunar_date(date.fromisoformat(day))
    assert (found.label.zh, found.short_label.zh, found.label.en) == (zh, short, en)


def test_months_join_without_gap_and_have_29_or_30_days() -> None:
    months = lunar.all_months()
    for month, following in pairwise(months):
        assert month.start + timedelta(days=month.length) == following.start
        assert month.length in {29, 30}


def test_there_and_back() -> None:
    for day in DateRange.of_year(2025).days():
        found = lunar.lunar_date(day)
        assert lunar.find_solar(found.year, found.month, found.day, leap=found.leap) == day


def test_a_short_month_has_no_thirtieth_and_a_year_without_leap_month_none() -> None:
    assert lunar.find_solar(2025, 12, 30) is None
    assert lunar.find_solar(2026, 6, 1, leap=True) is None


def test_months_touching() -> None:
    assert [month.month for month in lunar.months_touching(DateRange.of_month(2026, 2))] == [12, 1]
    first = lunar.month_of(date(2026, 2, 17))
    assert lunar.months_touching(DateRange.from_days(first.start, first.start)) == [first]


@pytest.mark.parametrize("day", [date(1901, 2, 18), date(1000, 1, 1), date(2100, 2, 9), date.max])
def test_outside_the_table_is_a_named_error(day: date) -> None:
    with pytest.raises(DateOutOfRange) as error:
        lunar.lunar_date(day)
    assert day.isoformat() in error.value.text.zh


def test_edges_of_the_table() -> None:
    assert lunar.lunar_date(date(1901, 2, 19)).day == 1
    assert lunar.lunar_date(date(2100, 2, 8)).label.zh == "腊月三十"
