"""One line a leader for the list of absences: everything that keeps him or her from serving, and the year's picture."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.dates import DateRange
from app.directory.models import Leader, Office
from app.directory.queries import list_leaders_in
from app.roster import queries
from app.roster.models import LeaderTerms, Leave, Pin, Wish


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the year in days from its first: `kind` leave or term (not in office)."""

    start: int
    length: int
    kind: str
    first: dt.date
    last: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A leader with all entries that touch the year."""

    leader: Leader
    terms: LeaderTerms | None
    leaves: tuple[Leave, ...]
    wishes: tuple[Wish, ...]
    pins: tuple[Pin, ...]
    bars: tuple[Bar, ...]
    days_away: int

    @property
    def empty(self) -> bool:
        """No entry at all."""
        return not (self.terms or self.leaves or self.wishes or self.pins)


def absence_lines(office: Office, year: int, words: str = "", only_entries: bool = False) -> list[Line]:
    """The leaders in office in the year, filtered by name; five queries however many they are."""
    days = DateRange.of_year(year)
    leaders = [leader for leader in list_leaders_in(office.id, days) if _matches(leader, words)]
    ids = [leader.id for leader in leaders]
    terms = queries.terms_of(ids)
    leaves: dict[int, list[Leave]] = defaultdict(list)
    for leave in queries.list_leaves(ids, days):
        leaves[leave.leader_id].append(leave)
    wishes: dict[int, list[Wish]] = defaultdict(list)
    for wish in queries.list_wishes(ids):
        if wish.on_date is None or wish.on_date in days:
            wishes[wish.leader_id].append(wish)
    pins: dict[int, list[Pin]] = defaultdict(list)
    for pin in queries.list_pins(office.id):
        pins[pin.leader_id].append(pin)
    lines = [
        _line(leader, terms.get(leader.id), leaves[leader.id], wishes[leader.id], pins[leader.id], days)
        for leader in leaders
    ]
    return [line for line in lines if not (only_entries and line.empty)]


def _matches(leader: Leader, words: str) -> bool:
    text = f"{leader.name} {leader.sort_key} {leader.sort_key.replace(' ', '')}".lower()
    return all(word in text for word in words.lower().split())


def _line(
    leader: Leader,
    terms: LeaderTerms | None,
    leaves: Sequence[Leave],
    wishes: Sequence[Wish],
    pins: Sequence[Pin],
    days: DateRange,
) -> Line:
    bars = [_bar(leave.first_day, leave.last_day, "leave", leave.reason, days) for leave in leaves]
    away = sum(bar.length for bar in bars)
    term = leader.term
    if term.start > days.start:
        bars.append(_bar(days.start, term.start - dt.timedelta(days=1), "term", "", days))
    if term.last_day < days.last_day:
        bars.append(_bar(term.last_day + dt.timedelta(days=1), days.last_day, "term", "", days))
    return Line(leader, terms, tuple(leaves), tuple(wishes), tuple(pins), tuple(bars), away)


def _bar(first: dt.date, last: dt.date, kind: str, reason: str, days: DateRange) -> Bar:
    begin, end = max(first, days.first_day), min(last, days.last_day)
    return Bar((begin - days.first_day).days, (end - begin).days + 1, kind, first, last, reason)
