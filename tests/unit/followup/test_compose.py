"""Rates, ranks and the days before."""

import datetime as dt

from app.core.dates import DateRange
from app.followup.bulletin.compose import period_before, rates_of, unit_lines, year_before

MARCH = DateRange.of_month(2026, 3)


def counts(due: int, in_time: int) -> dict[str, int]:
    return {"due": due, "closed_in_time": in_time}


def test_a_rate_of_nothing_is_not_nought() -> None:
    assert rates_of({})["in_time"] is None
    assert rates_of(counts(4, 0))["in_time"] == 0


def test_units_with_few_items_are_listed_after_the_ranked_and_have_no_rank() -> None:
    groups = {
        1: counts(16, 16),
        2: counts(15, 15),
        3: counts(20, 10),
        4: counts(32, 32),
        None: counts(30, 30),
    }
    lines = unit_lines(groups, {1: "甲", 2: "乙", 3: "丙", 4: "丁"}, few=15)
    assert [(line.name, line.rank) for line in lines] == [
        ("丁", 1),
        ("甲", 1),
        ("丙", 3),
        ("乙", None),
        ("", None),
    ]


def test_units_without_anything_are_left_out() -> None:
    assert unit_lines({1: counts(0, 0)}, {1: "甲"}, 15) == []


def test_the_days_before() -> None:
    assert period_before(MARCH) == DateRange.of_month(2026, 2)
    week = DateRange.from_days(dt.date(2026, 3, 2), dt.date(2026, 3, 8))
    assert period_before(week) == DateRange.from_days(dt.date(2026, 2, 23), dt.date(2026, 3, 1))


def test_a_year_before() -> None:
    assert year_before(DateRange.of_month(2028, 2)) == DateRange.of_month(2027, 2)
    day = DateRange.from_days(dt.date(2028, 2, 29), dt.date(2028, 2, 29))
    assert year_before(day).first_day == dt.date(2027, 2, 28)
