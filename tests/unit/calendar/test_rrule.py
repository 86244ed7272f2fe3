"""Our evaluation of recurrence rules against dateutil's, and the sentences for wrong ones."""

import time
from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.calendar import rrule
from app.calendar.errors import BadRecurrence
from app.calendar.rrule_text import parse_rrule
from app.core.dates import DateRange

WEEKDAYS = st.sampled_from(rrule.WEEKDAYS)


def by_dateutil(text: str, start: date, within: DateRange) -> list[date]:
    rule = rrulestr(text, dtstart=datetime(start.year, start.month, start.day))
    first = datetime.combine(within.first_day, datetime.min.time())
    last = datetime.combine(within.last_day, datetime.min.time())
    return [found.date() for found in rule.between(first, last, inc=True)]


def by_us(text: str, start: date, within: DateRange) -> list[date]:
    return rrule.dates(parse_rrule(text), start, within)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Rules of every allowed shape that happen often enough for dateutil to answer."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    kind = draw(st.sampled_from(["none", "day", "month day", "nth"]))
    if kind == "day" or (kind == "month day" and frequency == "WEEKLY"):
        parts.append("BYDAY=" + ",".join(draw(st.sets(WEEKDAYS, min_size=1, max_size=7))))
    elif kind == "month day":
        days = draw(st.sets(st.integers(1, 28) | st.integers(-28, -1), min_size=1, max_size=4))
        parts.append("BYMONTHDAY=" + ",".join(map(str, days)))
    elif kind == "nth" and frequency in {"MONTHLY", "YEARLY"}:
        nth = draw(
            st.sets(st.tuples(st.sampled_from([1, 2, 3, 4, -1, -2]), WEEKDAYS), min_size=1, max_size=3)
        )
        parts.append("BYDAY=" + ",".join(f"{number}{name}" for number, name in nth))
    if draw(st.booleans()):
        parts.append(
            "BYMONTH=" + ",".join(map(str, draw(st.sets(st.integers(1, 12), min_size=4, max_size=9))))
        )
    if len(parts) > 2 and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from(['1', '-1', '1,2', '2']))}")
    ending = draw(st.sampled_from(["", "COUNT=7", "COUNT=40", "UNTIL=20260701"]))
    return ";".join([*parts, draw(st.sampled_from(["WKST=MO", "WKST=SU"])), ending]).rstrip(";")


@settings(max_examples=120, deadline=None)
@given(rules(), st.dates(date(2022, 1, 1), date(2026, 12, 31)), st.integers(0, 300))
def test_same_days_as_dateutil(text: str, start: date, later: int) -> None:
    assume(not ("BYSETPOS=2" in text and "FREQ=DAILY" in text))
    if "FREQ=WEEKLY" in text and "BYSETPOS" in text:
        # Of the first week dateutil counts only the days from the start on; RFC 5545 counts the whole week.
        start -= timedelta(days=(start.weekday() + ("WKST=SU" in text)) % 7)
    first = date(2025, 6, 1) + timedelta(days=later)
    within = DateRange(first, first + timedelta(days=500))
    assume("FREQ=DAILY" not in text or by_us(text, start, DateRange(start, start + timedelta(days=3000))))
    assert by_us(text, start, within) == by_dateutil(text, start, within)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,TH", ["2026-03-03", "2026-03-05", "2026-03-10", "2026-03-12"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", ["2026-03-09"]),
        ("FREQ=MONTHLY;BYDAY=1WE,4WE", ["2026-03-04"]),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-31", ["2026-03-01", "2026-03-15"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", ["2026-03-02"]),
        ("RRULE:freq=monthly;byday=-1sa;", []),
        ("FREQ=DAILY;COUNT=10", []),
        ("FREQ=DAILY;UNTIL=20260302", ["2026-03-01", "2026-03-02"]),
    ],
)
def test_rules_of_notices(text: str, expected: list[str]) -> None:
    """Start on Thursday 1 January 2026; the first half of March asked for."""
    half_march = DateRange.from_days(date(2026, 3, 1), date(2026, 3, 15))
    assert [day.isoformat() for day in by_us(text, date(2026, 1, 1), half_march)] == expected


def test_nothing_before_the_start_nor_after_the_range() -> None:
    start = date(2026, 3, 10)
    assert by_us("FREQ=WEEKLY;BYDAY=TU", start, DateRange.of_month(2026, 3))[0] == start
    assert by_us("FREQ=WEEKLY;BYDAY=TU", start, DateRange.of_month(2026, 2)) == []


def test_a_rule_that_never_happens_costs_nothing() -> None:
    """dateutil looks for this day up to the year 9999."""
    began = time.perf_counter()
    assert by_us("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", date(2004, 1, 1), DateRange.of_year(2026)) == []
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "一行"),
        ("X" * 301, "一行"),
        ("FREQ=WEEKLY\nEXDATE:20260101", "一行"),
        ("BYDAY=MO", "FREQ"),
        ("FREQ=HOURLY", "FREQ=HOURLY"),
        ("FREQ=WEEKLY;BYHOUR=9", "BYHOUR=9"),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY=1MO"),
        ("FREQ=MONTHLY;BYDAY=6MO", "BYDAY=6MO"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY=0MO"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH=13"),
        ("FREQ=YEARLY;BYMONTH=-1", "BYMONTH=-1"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=DAILY;INTERVAL=two", "INTERVAL=TWO"),
        ("FREQ=DAILY;COUNT=5001", "COUNT=5001"),
        ("FREQ=DAILY;UNTIL=20261301", "UNTIL=20261301"),
        ("FREQ=DAILY;UNTIL=20261231T155959Z", "UNTIL"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20261231", "COUNT 和 UNTIL"),
        ("FREQ=DAILY;FREQ=WEEKLY", "FREQ=WEEKLY"),
        ("FREQ=WEEKLY;BYMONTHDAY=15", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=MONTHLY;BYDAY=1WE;BYMONTHDAY=5", "BYMONTHDAY"),
        ("FREQ=WEEKLY;WKST=XX", "WKST=XX"),
    ],
)
def test_a_bad_rule_gets_one_sentence_naming_the_part(text: str, says: str) -> None:
    with pytest.raises(BadRecurrence) as error:
        parse_rrule(text)
    assert says in error.value.text.zh
    assert error.value.text.zh.endswith("。") and error.value.text.en.endswith(".")


@given(st.text(max_size=60) | st.text(alphabet="FREQ=WKLYDAIBMONTH;,-0123456789", max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_rule_or_a_named_error(text: str) -> None:
    try:
        parse_rrule(text)
    except BadRecurrence as error:
        assert error.text.en
