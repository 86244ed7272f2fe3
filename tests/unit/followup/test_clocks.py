"""Dates of the Regulations on the calendar of 2026."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendar.notices import official_notices
from app.calendar.working import WorkingCalendar
from app.core.dates import DateRange
from app.followup.clocks import CLOCKS, Limit, deadline, explain, limits_with

CALENDAR = WorkingCalendar(notices=dict(official_notices()))
MONDAY = dt.date(2026, 3, 2)


def due(limit: Limit, start: dt.date = MONDAY, **options: Any) -> dt.date:
    return deadline("decision", start, limit, CALENDAR, **options).due


@pytest.mark.parametrize(
    ("limit", "options", "expected"),
    [
        (Limit(60), {}, dt.date(2026, 5, 6)),  # 1 May: Labour Day to 5 May
        (Limit(60), {"roll": False}, dt.date(2026, 5, 1)),
        (Limit(15), {}, dt.date(2026, 3, 17)),
        (Limit(12), {}, dt.date(2026, 3, 16)),  # 14 March is a Saturday
        (Limit(5, working=True), {}, dt.date(2026, 3, 9)),
        (Limit(60), {"extension": 30}, dt.date(2026, 6, 1)),  # 31 May is a Sunday
        (Limit(10), {"paused": [DateRange(dt.date(2026, 3, 5), dt.date(2026, 3, 8))]}, dt.date(2026, 3, 16)),
        (Limit(1), {"paused": [DateRange(dt.date(2026, 3, 3), dt.date(2026, 3, 4))]}, dt.date(2026, 3, 4)),
    ],
)
def test_due(limit: Limit, options: dict[str, Any], expected: dt.date) -> None:
    assert due(limit, **options) == expected


def test_it_explains_its_own_date() -> None:
    words = explain(
        deadline("decision", MONDAY, Limit(60), CALENDAR, started=CLOCKS["acceptance"].starts), CALENDAR
    )
    assert (
        words.en == "received Mon 2 March, first day not counted, 60 days → Fri 1 May, a holiday → Wed 6 May"
    )
    assert words.zh == "收到于3月2日（周一），当日不计，60日 → 5月1日（周五），遇劳动节顺延 → 5月6日（周三）"


def test_extension_and_pause_are_said() -> None:
    pause = DateRange(dt.date(2026, 3, 10), dt.date(2026, 3, 20))
    words = explain(deadline("decision", MONDAY, Limit(60), CALENDAR, extension=30, paused=[pause]), CALENDAR)
    assert "extended by 30 days" in words.en
    assert "Tue 10 March to Thu 19 March (paused)" in words.en
    assert "延长30日" in words.zh


@given(
    start=st.dates(dt.date(2025, 1, 1), dt.date(2026, 9, 30)),
    days=st.integers(1, 60),
    extension=st.integers(0, 30),
)
def test_calendar_days_by_hand(start: dt.date, days: int, extension: int) -> None:
    """Counted one day at a time, on fingers."""
    day = start
    for _ in range(days + extension):
        day += dt.timedelta(days=1)
    while not CALENDAR.is_working(day):
        day += dt.timedelta(days=1)
    assert due(Limit(days), start, extension=extension) == day


@given(
    start=st.dates(dt.date(2025, 1, 1), dt.date(2026, 9, 30)),
    days=st.integers(1, 30),
    first=st.integers(0, 40),
    length=st.integers(1, 20),
)
def test_paused_days_never_count(start: dt.date, days: int, first: int, length: int) -> None:
    pause = DateRange(start + dt.timedelta(days=first), start + dt.timedelta(days=first + length))
    found = deadline("decision", start, Limit(days), CALENDAR, paused=[pause], roll=False).due
    counted = sum(start + dt.timedelta(days=n) not in pause for n in range(1, (found - start).days + 1))
    assert counted == days
    assert found not in pause


def test_an_office_has_its_own_days() -> None:
    limits = limits_with({"decision": 45, "simple": 7})
    assert limits["decision"] == Limit(45)
    assert limits["simple"] == Limit(7, working=True)
    assert limits["review"] == Limit(30)


def test_a_limit_has_a_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        due(Limit(0))
