"""The month view-model, the choice of the month, and the usual ranges."""

import datetime as dt

import pytest

from app.core.dates import DateRange
from app.core.text import Text
from app.roster.grid import (
    DayInfo,
    Person,
    RangeChoice,
    Seat,
    build_month,
    choose_month,
    month_tabs,
    usual_ranges,
)

MARCH = DateRange.of_month(2026, 3)
YEAR = DateRange.of_year(2026)


def seat(day: dt.date, leader: str | None, problems: tuple[Text, ...] = ()) -> Seat:
    """A seat of the whole day."""
    return Seat(1, f"{day}", day, "day", dt.time(8), dt.time(17), 1, leader, leader or "", problems=problems)


def test_a_month_has_a_cell_for_each_leader_and_day() -> None:
    days = {day: DayInfo(day, day.weekday() > 4) for day in MARCH.days()}
    person = Person("a", "A", True, dt.date(2026, 3, 10), dt.date(2026, 12, 31), frozenset({dt.date(2026, 3, 12)}), frozenset({4}))  # fmt: skip
    seats = [
        seat(dt.date(2026, 3, 11), "a"),
        seat(dt.date(2026, 3, 16), None),
        seat(dt.date(2026, 5, 4), "a"),
    ]
    grid = build_month(MARCH, YEAR, days, [person], seats, dt.date(2026, 3, 2))
    row = grid.rows[0]
    assert len(row.cells) == 31
    assert row.total == 2  # the whole draft, not only the month
    assert [cell.absence for cell in row.cells[8:13]] == ["term", "", "", "leave", "weekday"]
    assert row.cells[10].seats == (seats[0],)
    assert grid.heads[15].free_seats == (seats[1],)
    assert grid.heads[1].today
    assert len(grid.weeks) == 6
    assert grid.weeks[0].count(None) == 6  # 1 March 2026 is a Sunday


def test_a_draft_that_begins_in_the_middle_shows_only_its_days() -> None:
    within = DateRange.from_days(dt.date(2026, 3, 20), dt.date(2026, 4, 5))
    days = {day: DayInfo(day, False) for day in MARCH.days()}
    grid = build_month(MARCH, within, days, [], [], dt.date(2026, 3, 2))
    assert grid.heads[0].day == dt.date(2026, 3, 20)
    assert grid.weeks[0][:4] == (None,) * 4


@pytest.mark.parametrize(
    ("asked", "today", "month"),
    [
        ("2026-05", dt.date(2026, 3, 2), 5),
        (None, dt.date(2026, 3, 2), 3),
        ("2027-01", dt.date(2026, 3, 2), 3),  # outside the draft
        ("nonsense", dt.date(2027, 3, 2), 1),  # neither: the first month
        ("2026-13", dt.date(2026, 3, 2), 3),
    ],
)
def test_which_month_is_shown(asked: str | None, today: dt.date, month: int) -> None:
    assert choose_month(asked, YEAR, today) == DateRange.of_month(2026, month)


def test_month_tabs_count_conflicts() -> None:
    broken = (Text("冲突", "conflict"),)
    seats = [
        seat(dt.date(2026, 1, 5), "a", broken),
        seat(dt.date(2026, 1, 6), "b"),
        seat(dt.date(2026, 2, 2), "a"),
    ]
    tabs = month_tabs(DateRange.from_days(dt.date(2026, 1, 1), dt.date(2026, 2, 28)), seats)
    assert [(tab.conflicts, tab.seats) for tab in tabs] == [(1, 2), (0, 1)]


def test_usual_ranges_never_reach_back_and_never_repeat() -> None:
    found = usual_ranges(dt.date(2026, 11, 21))
    assert RangeChoice("year", dt.date(2026, 11, 22), dt.date(2026, 12, 31)) in found
    assert RangeChoice("next_year", dt.date(2027, 1, 1), dt.date(2027, 12, 31)) in found
    assert len({(one.first, one.last) for one in found}) == len(found)
    assert usual_ranges(dt.date(2026, 12, 31))[0].kind == "next_month"
