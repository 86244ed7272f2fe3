"""A fixed day on a rest day: the four policies, at the edges of the holidays of 2026."""

from datetime import date, timedelta

import pytest

from app.calendar.rules import (
    HolidayPolicy,
    LocalDay,
    MovesOn,
    Override,
    Placed,
    WorkingCalendar,
    collisions,
    official_notices,
    place,
)
from app.core.text import Text

NATIONAL = WorkingCalendar(official_notices())
NEXT, CANCEL = HolidayPolicy.NEXT_WORKING_DAY, HolidayPolicy.CANCEL
WEEK, BEFORE = HolidayPolicy.SAME_WEEKDAY_NEXT_WEEK, HolidayPolicy.DAY_BEFORE


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("policy", list(HolidayPolicy))
@pytest.mark.parametrize("text", ["2026-09-30", "2026-10-08", "2026-10-10"])
def test_a_working_day_stays(text: str, policy: HolidayPolicy) -> None:
    assert place(day(text), policy, NATIONAL) == Placed(day(text), day(text))


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        ("2026-10-01", NEXT, "2026-10-08"),
        ("2026-10-07", NEXT, "2026-10-08"),
        ("2026-10-01", BEFORE, "2026-09-30"),
        ("2026-10-07", BEFORE, "2026-09-30"),
        ("2026-10-01", WEEK, "2026-10-08"),
        ("2026-10-07", WEEK, "2026-10-14"),
        ("2026-02-16", WEEK, "2026-03-02"),
        ("2026-02-15", WEEK, "2026-02-24"),
        ("2026-02-15", NEXT, "2026-02-24"),
        ("2026-02-15", BEFORE, "2026-02-14"),
        ("2026-03-07", WEEK, "2026-03-09"),
    ],
)
def test_moves(text: str, policy: HolidayPolicy, expected: str) -> None:
    """16 February, a Monday: the 23rd is a holiday too, so it goes on to 2 March. Weekends go to the next working day."""
    placed = place(day(text), policy, NATIONAL)
    assert (placed.original, placed.date, placed.moved) == (day(text), day(expected), True)
    assert placed.reason is not None
    assert expected in placed.reason.zh and expected in placed.reason.en


def test_cancel_says_why() -> None:
    placed = place(day("2026-10-01"), CANCEL, NATIONAL)
    assert (placed.date, placed.moved, placed.cancelled) == (None, False, True)
    assert placed.reason == Text("国庆节，不安排", "Not held: 2026-10-01 is a rest day (National Day)")


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        ("2026-03-07", NEXT, "2026-03-07"),
        ("2026-10-03", NEXT, "2026-10-08"),
        ("2026-10-03", WEEK, "2026-10-10"),
        ("2026-10-04", WEEK, "2026-10-11"),
    ],
)
def test_a_day_that_gives_way_to_holidays_only(text: str, policy: HolidayPolicy, expected: str) -> None:
    assert place(day(text), policy, NATIONAL, MovesOn.HOLIDAYS).date == day(expected)


def test_local_holidays_count() -> None:
    local = LocalDay(day("2026-10-08"), Text("建县纪念日", "County Founding Day"))
    calendar = WorkingCalendar(official_notices(), local_days=(local,))
    assert place(day("2026-10-01"), NEXT, calendar).date == day("2026-10-09")


@pytest.mark.parametrize("policy", [NEXT, WEEK, BEFORE])
def test_nowhere_to_go_is_a_cancellation(policy: HolidayPolicy) -> None:
    rest = tuple(Override(day("2026-01-01") + timedelta(days=n), True, "停") for n in range(365))
    placed = place(day("2026-07-01"), policy, WorkingCalendar(official_notices(), overrides=rest))
    assert placed.cancelled
    assert placed.reason is not None and "8 周内" in placed.reason.zh


def test_collisions_keep_all() -> None:
    moved = place(day("2026-10-01"), NEXT, NATIONAL)
    own = place(day("2026-10-08"), NEXT, NATIONAL)
    alone = place(day("2026-10-09"), NEXT, NATIONAL)
    gone = place(day("2026-10-02"), CANCEL, NATIONAL)
    assert collisions([own, moved, alone, gone]) == {day("2026-10-08"): (own, moved)}
