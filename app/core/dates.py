"""Ranges of days, half-open: `start` belongs to the range, `stop` is the first day that does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
_DAYS_IN_WEEK = 7


@dataclass(frozen=True, slots=True, order=True)
class DateRange:
    """The days from `start` up to, not including, `stop`. A range has at least one day.

    `date.min` as `start` and `date.max` as `stop` mean "open": no first or no last day was ever given.
    Raises ValueError when `stop` is not after `start`.
    """

    start: date
    stop: date

    def __post_init__(self) -> None:
        if self.stop <= self.start:
            raise ValueError(f"a range needs at least one day: {self.start} to before {self.stop}")

    @classmethod
    def from_days(cls, first: date | None, last: date | None) -> DateRange:
        """The range of both days and all between; None leaves that end open. ValueError if last < first."""
        return cls(first or date.min, date.max if last is None or last == date.max else last + ONE_DAY)

    @classmethod
    def of_week(cls, day: date) -> DateRange:
        """The Monday-to-Sunday week that holds `day`."""
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=_DAYS_IN_WEEK))

    @classmethod
    def of_month(cls, year: int, month: int) -> DateRange:
        """The calendar month."""
        return cls(date(year, month, 1), _first_of_month(year, month + 1))

    @classmethod
    def of_quarter(cls, year: int, quarter: int) -> DateRange:
        """The calendar quarter, 1 to 4."""
        return cls(date(year, 3 * quarter - 2, 1), _first_of_month(year, 3 * quarter + 1))

    @classmethod
    def of_year(cls, year: int) -> DateRange:
        """The calendar year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @property
    def first_day(self) -> date:
        """The first day in the range; `date.min` when the beginning is open."""
        return self.start

    @property
    def last_day(self) -> date:
        """The last day in the range; `date.max` when the end is open."""
        return date.max if self.stop == date.max else self.stop - ONE_DAY

    @property
    def begins_open(self) -> bool:
        """No first day was given."""
        return self.start == date.min

    @property
    def ends_open(self) -> bool:
        """No last day was given."""
        return self.stop == date.max

    @property
    def day_count(self) -> int:
        """How many days. ValueError for an open range."""
        self._refuse_open()
        return (self.stop - self.start).days

    def to_days(self) -> tuple[date | None, date | None]:
        """First and last day, None where open: the inverse of `from_days`."""
        return (None if self.begins_open else self.start, None if self.ends_open else self.last_day)

    def days(self) -> Iterator[date]:
        """Every day in order. ValueError for an open range."""
        self._refuse_open()
        return (date.fromordinal(number) for number in range(self.start.toordinal(), self.stop.toordinal()))

    def contains(self, day: date) -> bool:
        """Whether `day` is in the range."""
        return self.start <= day and (day < self.stop or self.ends_open)

    __contains__ = contains

    def encloses(self, other: DateRange) -> bool:
        """Whether every day of `other` is in this range."""
        return self.start <= other.start and other.stop <= self.stop

    def overlaps(self, other: DateRange) -> bool:
        """Whether the two share at least one day; ranges that only touch do not."""
        return self.start < other.stop and other.start < self.stop

    def intersection(self, other: DateRange) -> DateRange | None:
        """The days both have, None when there are none."""
        if not self.overlaps(other):
            return None
        return DateRange(max(self.start, other.start), min(self.stop, other.stop))

    def widened(self, days: int) -> DateRange:
        """The range with `days` more days at both ends, as far as the calendar goes."""
        first = max(self.start.toordinal() - days, 1)
        stop = min(self.stop.toordinal() + days, date.max.toordinal())
        return DateRange(date.fromordinal(first), date.fromordinal(stop))

    def months(self) -> list[DateRange]:
        """The calendar months the range touches, whole, in order. ValueError for an open range."""
        self._refuse_open()
        first = self.start.year * 12 + self.start.month - 1
        last = self.last_day.year * 12 + self.last_day.month - 1
        return [DateRange.of_month(number // 12, number % 12 + 1) for number in range(first, last + 1)]

    def years(self) -> range:
        """The calendar years the range touches. ValueError for an open range."""
        self._refuse_open()
        return range(self.start.year, self.last_day.year + 1)

    def _refuse_open(self) -> None:
        if self.begins_open or self.ends_open:
            raise ValueError("an open range has no count and no list of days")


def _first_of_month(year: int, month: int) -> date:
    """The first of the month, where month 13 is next January."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
