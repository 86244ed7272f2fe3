"""A bulletin from counts: rates, ranks, comparisons. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.dates import DateRange
from app.followup.rules import rate

RATE_PARTS = {
    "accepted": ("accepted_in_time", "acceptance_due"),  # 及时受理率
    "in_time": ("closed_in_time", "due"),  # 按期办结率
    "rating": ("rated", "ratable"),  # 参评率
    "satisfaction": ("satisfied", "rated"),  # 满意率: 满意 and 基本满意
}


@dataclass(frozen=True, slots=True)
class Line:
    """One unit or leader: its counts, its rates (0 to 1 or None), its rank or None when it is only listed."""

    id: int | None
    name: str
    counts: Mapping[str, int]
    rates: Mapping[str, float | None]
    rank: int | None = None


def rates_of(counts: Mapping[str, int]) -> dict[str, float | None]:
    """The four rates of some counts."""
    return {
        name: rate(counts.get(part, 0), counts.get(whole, 0)) for name, (part, whole) in RATE_PARTS.items()
    }


def unit_lines(
    groups: Mapping[int | None, Mapping[str, int]], names: Mapping[int, str], few: int
) -> list[Line]:
    """Units ranked by the share closed in time; a unit with `few` or fewer items due is listed after them, unranked.

    Equal shares have equal ranks.
    """
    lines = [
        Line(key, names.get(key, "") if key is not None else "", counts, rates_of(counts))
        for key, counts in groups.items()
        if any(counts.values())
    ]
    ranked = [line for line in lines if line.id is not None and line.counts.get("due", 0) > few]
    listed = [line for line in lines if line not in ranked]
    ranked.sort(key=lambda line: (-(line.rates["in_time"] or 0), line.name))
    return [_ranked(line, ranked) for line in ranked] + sorted(
        listed, key=lambda line: (line.id is None, line.name)
    )


def _ranked(line: Line, ranked: Sequence[Line]) -> Line:
    better = sum((other.rates["in_time"] or 0) > (line.rates["in_time"] or 0) for other in ranked)
    return Line(line.id, line.name, line.counts, line.rates, better + 1)


def leader_lines(groups: Mapping[int | None, Mapping[str, int]], names: Mapping[int, str]) -> list[Line]:
    """Leaders by name; leaders are listed, never ranked."""
    lines = [
        Line(key, names.get(key, ""), counts, rates_of(counts))
        for key, counts in groups.items()
        if key is not None and any(counts.values())
    ]
    return sorted(lines, key=lambda line: line.name)


def period_before(days: DateRange) -> DateRange:
    """The month before a whole month, else as many days before."""
    first = days.first_day
    if days == DateRange.of_month(first.year, first.month):
        last = first - dt.timedelta(days=1)
        return DateRange.of_month(last.year, last.month)
    return DateRange(first - dt.timedelta(days=days.day_count), first)


def year_before(days: DateRange) -> DateRange:
    """The same days a year earlier; 29 February becomes 28."""
    first, last = (_year_back(day) for day in (days.first_day, days.last_day))
    if days == DateRange.of_month(days.first_day.year, days.first_day.month):
        return DateRange.of_month(first.year, first.month)
    return DateRange.from_days(first, last)


def _year_back(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
