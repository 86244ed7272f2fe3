"""Half-open ranges of days, at their boundaries."""

from datetime import date

import pytest

from app.core.dates import DateRange

MARCH = DateRange.from_days(date(2026, 3, 1), date(2026, 3, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("first", "last", "overlap"),
    [
        ("2026-02-01", "2026-02-27", None),
        ("2026-02-01", "2026-02-28", None),
        ("2026-02-01", "2026-03-01", ("2026-03-01", "2026-03-01")),
        ("2026-03-01", "2026-03-31", ("2026-03-01", "2026-03-31")),
        ("2026-03-10", "2026-03-12", ("2026-03-10", "2026-03-12")),
        ("2026-02-01", "2026-04-30", ("2026-03-01", "2026-03-31")),
        ("2026-03-31", "2026-04-02", ("2026-03-31", "2026-03-31")),
        ("2026-04-01", "2026-04-02", None),
        ("2026-04-02", "2026-04-03", None),
    ],
    ids=["before", "touching before", "one day", "same", "inside", "around", "last day", "touching", "after"],
)
def test_overlap_and_intersection(first: str, last: str, overlap: tuple[str, str] | None) -> None:
    other = DateRange.from_days(day(first), day(last))
    expected = DateRange.from_days(day(overlap[0]), day(overlap[1])) if overlap else None
    assert MARCH.overlaps(other) is (overlap is not None)
    assert other.overlaps(MARCH) is (overlap is not None)
    assert MARCH.intersection(other) == expected
    assert other.intersection(MARCH) == expected


@pytest.mark.parametrize(
    ("text", "inside"),
    [("2026-02-28", False), ("2026-03-01", True), ("2026-03-31", True), ("2026-04-01", False)],
)
def test_contains(text: str, inside: bool) -> None:
    assert MARCH.contains(day(text)) is inside
    assert (day(text) in MARCH) is inside


def test_days_and_count() -> None:
    days = list(MARCH.days())
    assert (days[0], days[-1], len(days)) == (date(2026, 3, 1), date(2026, 3, 31), 31)
    assert MARCH.day_count == 31
    assert MARCH.last_day == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("first", "last"),
    [(None, None), (date(2026, 3, 1), None), (None, date(2026, 3, 1)), (date(2026, 3, 1), date(2026, 3, 1))],
)
def test_from_days_and_back(first: date | None, last: date | None) -> None:
    assert DateRange.from_days(first, last).to_days() == (first, last)


def test_open_ranges() -> None:
    since = DateRange.from_days(date(2026, 3, 1), None)
    assert since.contains(date.max)
    assert not since.contains(date(2026, 2, 28))
    assert since.intersection(DateRange.of_year(2026)) == DateRange(date(2026, 3, 1), date(2027, 1, 1))
    for ask in (lambda: since.day_count, since.days, since.months, since.years):
        with pytest.raises(ValueError, match="open range"):
            ask()


@pytest.mark.parametrize("stop", ["2026-03-01", "2026-02-28"])
def test_a_range_has_a_day(stop: str) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        DateRange(date(2026, 3, 1), day(stop))


def test_periods() -> None:
    assert DateRange.of_week(date(2026, 1, 1)) == DateRange(date(2025, 12, 29), date(2026, 1, 5))
    assert DateRange.of_month(2026, 12) == DateRange(date(2026, 12, 1), date(2027, 1, 1))
    assert DateRange.of_quarter(2026, 4) == DateRange(date(2026, 10, 1), date(2027, 1, 1))
    assert DateRange.of_quarter(2026, 1) == DateRange(date(2026, 1, 1), date(2026, 4, 1))
    assert list(DateRange.of_year(2026).years()) == [2026]
    across = DateRange.from_days(date(2026, 12, 31), date(2027, 1, 1))
    assert across.months() == [DateRange.of_month(2026, 12), DateRange.of_month(2027, 1)]
    assert list(across.years()) == [2026, 2027]


def test_encloses_and_widened() -> None:
    assert DateRange.of_year(2026).encloses(MARCH)
    assert MARCH.encloses(MARCH)
    assert not MARCH.encloses(MARCH.widened(1))
    assert MARCH.widened(1) == DateRange.from_days(date(2026, 2, 28), date(2026, 4, 1))
