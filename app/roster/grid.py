"""The draft as a grid, pure: leaders by days for one month, and the month as calendar weeks.

Dates and plain seats come in, frozen rows and cells go out; templates only write them down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from app.core.dates import DateRange
from app.core.text import Text

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of the draft. `changed`: it differs from what is published. `problems`: sentences of its conflicts."""

    id: int
    key: str
    day: date
    session: str
    starts: time
    ends: time
    number: int
    leader: str | None
    leader_name: str
    need: str | None = None
    optional: bool = False
    locked: bool = False
    past: bool = False
    suspended: bool = False
    changed: bool = False
    problems: tuple[Text, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it may be given to somebody."""
        return not (self.locked or self.past or self.suspended)

    @property
    def missing(self) -> bool:
        """Nobody has it, and somebody should."""
        return self.leader is None and not self.optional and not self.suspended


@dataclass(frozen=True, slots=True)
class DayInfo:
    """What the calendar says of a day: `rest`, the name of the holiday or make-up day, special period, today."""

    day: date
    rest: bool
    name: str = ""
    special: bool = False
    suspended: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the grid. `away` are the days of leave; `first` and `last` the days in office."""

    id: str
    name: str
    lead: bool
    first: date
    last: date
    away: frozenset[date] = frozenset()
    never: frozenset[int] = frozenset()

    def absence(self, day: date) -> str:
        """Why this person cannot serve on `day` whatever else is planned: term, leave, weekday, or nothing."""
        if not self.first <= day <= self.last:
            return "term"
        if day in self.away:
            return "leave"
        return "weekday" if day.weekday() in self.never else ""


@dataclass(frozen=True, slots=True)
class DayHead:
    """A column: the day, what the calendar says of it, its seats, and whether it is today."""

    info: DayInfo
    seats: tuple[Seat, ...]
    today: bool = False

    @property
    def day(self) -> date:
        """The date."""
        return self.info.day

    @property
    def free_seats(self) -> tuple[Seat, ...]:
        """Seats without a leader: those that need somebody, and offers that anybody may take."""
        return tuple(seat for seat in self.seats if seat.leader is None and not seat.suspended)


@dataclass(frozen=True, slots=True)
class Cell:
    """One leader on one day."""

    head: DayHead
    seats: tuple[Seat, ...]
    absence: str


@dataclass(frozen=True, slots=True)
class Row:
    """One leader's month, and how many duties the whole draft gives."""

    person: Person
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class MonthTab:
    """A month of the draft in the month strip: its first day, and how many conflicts lie in it."""

    first: date
    conflicts: int
    seats: int


@dataclass(frozen=True, slots=True)
class MonthGrid:
    """Everything one month shows."""

    month: DateRange
    heads: tuple[DayHead, ...]
    rows: tuple[Row, ...]

    @property
    def weeks(self) -> tuple[tuple[DayHead | None, ...], ...]:
        """The month as calendar weeks, Monday first; None pads the first and the last week."""
        lead = self.month.start.weekday()
        padded: list[DayHead | None] = [None] * lead + list(self.heads)
        padded += [None] * (-len(padded) % _WEEK)
        return tuple(tuple(padded[at : at + _WEEK]) for at in range(0, len(padded), _WEEK))


def build_month(
    month: DateRange,
    within: DateRange,
    days: Mapping[date, DayInfo],
    people: Sequence[Person],
    seats: Iterable[Seat],
    today: date,
) -> MonthGrid:
    """The month's days that lie in the draft's range `within`, a row for each person, a cell for each day."""
    shown = month.intersection(within) or month
    by_day: dict[date, list[Seat]] = defaultdict(list)
    totals: dict[str, int] = defaultdict(int)
    for seat in seats:
        by_day[seat.day].append(seat)
        if seat.leader is not None and not seat.suspended:
            totals[seat.leader] += 1
    heads = tuple(DayHead(days[day], tuple(by_day[day]), day == today) for day in shown.days())
    rows = tuple(Row(person, _cells(person, heads), totals[person.id]) for person in people)
    return MonthGrid(shown, heads, rows)


def _cells(person: Person, heads: Sequence[DayHead]) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            head,
            tuple(seat for seat in head.seats if seat.leader == person.id),
            person.absence(head.day),
        )
        for head in heads
    )


def month_tabs(within: DateRange, seats: Iterable[Seat]) -> tuple[MonthTab, ...]:
    """The months of the draft, each with its number of seats and of seats in conflict."""
    conflicts: dict[tuple[int, int], int] = defaultdict(int)
    count: dict[tuple[int, int], int] = defaultdict(int)
    for seat in seats:
        key = (seat.day.year, seat.day.month)
        count[key] += 1
        conflicts[key] += bool(seat.problems)
    return tuple(
        MonthTab(month.start, conflicts[month.start.year, month.start.month], count[_key(month)])
        for month in within.months()
    )


def _key(month: DateRange) -> tuple[int, int]:
    return month.start.year, month.start.month


def choose_month(asked: str | None, within: DateRange, today: date) -> DateRange:
    """The month to show: `asked` ("2026-03") when it lies in the draft, else today's, else the first."""
    for text in (asked, today.strftime("%Y-%m")):
        month = _parse_month(text)
        if month is not None and month.overlaps(within):
            return month
    return DateRange.of_month(within.start.year, within.start.month)


def _parse_month(text: str | None) -> DateRange | None:
    year, _, month = (text or "").partition("-")
    if not (year.isdigit() and month.isdigit() and 1 <= int(month) <= 12 and 1 <= int(year) <= 9998):
        return None
    return DateRange.of_month(int(year), int(month))


@dataclass(frozen=True, slots=True)
class RangeChoice:
    """A range offered by one click in the form for a new draft."""

    kind: str
    first: date
    last: date


def usual_ranges(today: date) -> tuple[RangeChoice, ...]:
    """Ranges people plan: the rest of this month, quarter and year, the next ones, each from tomorrow at the earliest."""
    tomorrow = today + timedelta(days=1)
    quarter = (today.month + 2) // 3
    this = (
        ("month", DateRange.of_month(today.year, today.month)),
        ("quarter", DateRange.of_quarter(today.year, quarter)),
        ("year", DateRange.of_year(today.year)),
    )
    following = (
        ("next_month", _following_month(today)),
        ("next_quarter", DateRange.of_quarter(today.year + (quarter == 4), quarter % 4 + 1)),
        ("next_year", DateRange.of_year(today.year + 1)),
    )
    rest = [RangeChoice(kind, max(tomorrow, days.start), days.last_day) for kind, days in this]
    later = [RangeChoice(kind, days.start, days.last_day) for kind, days in following]
    found = {(choice.first, choice.last): choice for choice in (*rest, *later) if choice.first <= choice.last}
    return tuple(found.values())


def _following_month(today: date) -> DateRange:
    after = DateRange.of_month(today.year, today.month).stop
    return DateRange.of_month(after.year, after.month)
