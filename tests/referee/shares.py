"""The exact share of each leader, in thousandths of a duty: percent × days present, by largest remainder.

What a leader has done too much, or too little, in the years before is taken off: those years are counted again
here from what was published in them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from tests.referee.days import family_test
from tests.referee.office import LeaderFacts, OfficeFacts
from tests.referee.schedule import Schedule

FAMILIES = ("all", "rest", "monfri")


def shares_of(facts: OfficeFacts, schedule: Schedule, year: int, family: str) -> list[int]:
    """The share of every leader in a family of days, in the order of the facts; sums to 1000 × the duties."""
    owed = _owed(facts, schedule, year, family) if family != "monfri" and facts.carry_over else {}
    return _shares(facts.leaders, _duty_days(facts, schedule, year, family), owed)


def split_days(facts: OfficeFacts, days: Sequence[dt.date], family: str) -> list[int]:
    """The shares of duties on these days when nothing is owed from before."""
    belongs = family_test(family, facts)
    return _shares(facts.leaders, [day for day in days if belongs(day)], {})


def _shares(leaders: Sequence[LeaderFacts], days: Sequence[dt.date], owed: Mapping[str, int]) -> list[int]:
    weights = [leader.share * sum(leader.is_present(day) for day in days) for leader in leaders]
    debts = [
        owed.get(leader.name, 0) if weight else 0 for leader, weight in zip(leaders, weights, strict=True)
    ]
    parts = split(1000 * len(days) + sum(debts), weights)
    return [part - debt for part, debt in zip(parts, debts, strict=True)]


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total; the first of equal remainders gains."""
    if not sum(weights):
        return [0] * len(weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [value.numerator // value.denominator for value in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def _owed(facts: OfficeFacts, schedule: Schedule, year: int, family: str) -> dict[str, int]:
    """What each leader has done beyond the shares of all the years published before."""
    owed: dict[str, int] = {}
    for before in sorted({entry.day.year for entry in schedule.sessions if entry.day.year < year}):
        days = _duty_days(facts, schedule, before, family)
        counts = given_in(facts, schedule, before, family)
        shares = _shares(facts.leaders, days, owed)
        owed = {
            leader.name: 1000 * counts[leader.name] - share
            for leader, share in zip(facts.leaders, shares, strict=True)
        }
    return owed


def given_in(facts: OfficeFacts, schedule: Schedule, year: int, family: str) -> Counter[str]:
    """How many duties each leader has in a family of days."""
    belongs = family_test(family, facts)
    held = (entry for entry in schedule.held(year) if belongs(entry.day))
    return Counter(receiver.name for entry in held for receiver in entry.leaders)


def _duty_days(facts: OfficeFacts, schedule: Schedule, year: int, family: str) -> list[dt.date]:
    belongs = family_test(family, facts)
    return [entry.day for entry in schedule.held(year) if belongs(entry.day)]
