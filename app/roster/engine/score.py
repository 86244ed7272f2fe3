"""The score of a roster: every level of the objective as one integer, smaller is better.

The order is changes (re-plans only), 1a … 2d (distance from the fair share), 3a (minus the smallest gap), 3b (short
gaps), 4 (weekday excess), 5 (wishes). All values are plain counts over a finished roster; nothing here knows how the
roster was found.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.roster.engine.instance import Instance
from app.roster.engine.problem import Preference, Problem
from app.roster.engine.shares import FAMILIES

LEVELS = ("changes", "1a", "1b", "2a", "2b", "2c", "2d", "3a", "3b", "4", "5")
SHARE_LEVELS = {"1a": 0, "1b": 0, "2a": 1, "2b": 1, "2c": 2, "2d": 2}
NO_GAP = -9999


def duties_of(inst: Instance, who: Sequence[int]) -> list[list[int]]:
    """The slots of each leader, in order of date."""
    duties: list[list[int]] = [[] for _ in inst.leaders]
    for s, p in enumerate(who):
        if p >= 0:
            duties[p].append(s)
    return duties


def counts_of(inst: Instance, duties: Sequence[Sequence[int]]) -> list[list[int]]:
    """Duties of each leader by family: [all, rest, monfri][leader]."""
    return [
        [len(own) for own in duties],
        *[[sum(inst.cls[s] == c for s in own) for own in duties] for c in (1, 2)],
    ]


def gaps_of(inst: Instance, p: int, own: Sequence[int]) -> list[int]:
    """Days between consecutive duties of a leader, duties held outside the plan included (not among themselves)."""
    planned = [(inst.day[s], True) for s in own]
    days = sorted(planned + [(day, False) for day in inst.held[p]])
    pairs = itertools.pairwise(days)
    return [later - earlier for (earlier, ours), (later, also) in pairs if ours or also]


def share_levels(inst: Instance, duties: Sequence[Sequence[int]]) -> dict[str, int]:
    """1a … 2d: the largest and the total distance from the share, for all duties, rest days, Mondays and Fridays."""
    values = {}
    for family, count in enumerate(counts_of(inst, duties)):
        away = [abs(1000 * c - t) for c, t in zip(count, inst.shares.target[family], strict=True)]
        values["1a" if family == 0 else "2a" if family == 1 else "2c"] = max(away, default=0)
        values["1b" if family == 0 else "2b" if family == 1 else "2d"] = sum(away)
    return values


def weekday_cap(base: Sequence[int], count: int) -> list[int]:
    """The fair number of duties on each weekday for a leader with `count` duties, rounded up."""
    whole = sum(base)
    return [-(-count * part // whole) if whole else 0 for part in base]


def weekday_excess(inst: Instance, p: int, own: Sequence[int]) -> int:
    """Duties of a leader on weekdays beyond the fair count of each."""
    base = inst.shares.weekday_base[p]
    if not sum(base):
        return 0
    got = [0] * 7
    for s in own:
        got[inst.weekday[s]] += 1
    return sum(max(0, g - c) for g, c in zip(got, weekday_cap(base, len(own)), strict=True))


def wish_hits(inst: Instance, pref: Preference, s: int) -> bool:
    """Whether a slot is on the day of a wish."""
    if pref.date is not None:
        return bool(inst.slots[s].date == pref.date)
    return bool(inst.weekday[s] == pref.weekday)


def wish_cost(inst: Instance, duties: Sequence[Sequence[int]]) -> int:
    """Wishes not met, weighted."""
    cost = 0
    for pref in inst.problem.prefs:
        own = duties[inst.leader_index[pref.leader]]
        if pref.date is not None:
            hits = sum(inst.slots[s].date == pref.date for s in own)
        else:
            hits = sum(inst.weekday[s] == pref.weekday for s in own)
        cost += pref.w * hits if pref.type == "avoid" else pref.w * (hits == 0)
    return cost


def evaluate(inst: Instance, who: Sequence[int]) -> dict[str, int]:
    """All levels of a roster, in order. `changes` only when the problem is a re-plan."""
    duties = duties_of(inst, who)
    values: dict[str, int] = {}
    if inst.published is not None:
        values["changes"] = sum(
            who[s] != inst.published[s] or inst.published[s] == -2 for s in range(inst.m) if not inst.past[s]
        )
    values |= share_levels(inst, duties)
    gaps = [gaps_of(inst, p, own) for p, own in enumerate(duties)]
    values["3a"] = -min((gap for row in gaps for gap in row), default=-NO_GAP)
    values["3b"] = sum(gap < inst.shares.short[p] for p, row in enumerate(gaps) for gap in row)
    values["4"] = sum(weekday_excess(inst, p, own) for p, own in enumerate(duties))
    values["5"] = wish_cost(inst, duties)
    return values


def score(problem: Problem, roster: Mapping[str, str | None]) -> dict[str, int]:
    """Number of broken hard rules (``hard``) and all levels of a roster, whatever made it."""
    from app.roster.engine.violations import find_violations

    inst = Instance(problem)
    hard = len(find_violations(inst, inst.from_roster(roster), roster))
    return {"hard": hard, **evaluate(inst, inst.from_roster(roster))}


@dataclass(frozen=True, slots=True)
class Fairness:
    """One leader's account: fair share, duties given and difference in milli-duties, by all / rest / monfri."""

    leader: str
    target: dict[str, int]
    given: dict[str, int]
    difference: dict[str, int]


def fairness(problem: Problem, roster: Mapping[str, str | None]) -> tuple[Fairness, ...]:
    """Each leader's share and what the roster gives, in leader order. The share already contains the carry-over."""
    inst = Instance(problem)
    counts = counts_of(inst, duties_of(inst, inst.from_roster(roster)))
    rows = []
    for p, leader in enumerate(inst.leaders):
        target = {name: inst.shares.target[f][p] for f, name in enumerate(FAMILIES)}
        given = {name: 1000 * counts[f][p] for f, name in enumerate(FAMILIES)}
        rows.append(
            Fairness(leader.id, target, given, {name: given[name] - target[name] for name in FAMILIES})
        )
    return tuple(rows)
