"""The problems of offices that share leaders, merged into one that asks whether all their rules can be kept at once.

Every office keeps its own rules: its distances and windows hold for its own leaders and its own sessions, and for a
shared leader between its sessions and those of the others where it counts duties elsewhere. What the offices have in
common is the problem's own rule; what an office asks beyond that becomes quotas over a few slots. A shared leader's
personal limits and those of the home office count the duties of all offices where home counts duties elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.roster.engine import problem as engine

DISTANCE = (
    "apart"  # begins the ids of quotas that stand for a distance: apart5.1 is at most one within five days
)


@dataclass(frozen=True, slots=True)
class JointPart:
    """One office's problem. `name`: of the office; `counts`: duties at other offices keep their distance to those here
    and count for the limits of the leaders at home here; `home`: those leaders' ids.
    """

    name: str
    problem: engine.Problem
    counts: bool
    home: frozenset[str]

    @property
    def gap(self) -> int:
        """Days that two duties of a leader must be apart."""
        rules = self.problem.rules
        return max(rules.min_gap, rules.window_days if rules.window_k == 1 else 1)

    @property
    def reach(self) -> int:
        """Days that a duty elsewhere must be away from those here; 1: on another day."""
        return self.gap if self.counts else 1

    @property
    def slots(self) -> frozenset[str]:
        """Ids of its slots."""
        return frozenset(slot.id for slot in self.problem.slots)


def merge(parts: Sequence[JointPart]) -> engine.Problem:
    """All slots, each open to the leaders of its own office's problem only, under the rules of every office."""
    seen: dict[str, list[JointPart]] = defaultdict(list)
    for part in parts:
        for leader in part.problem.leaders:
            seen[leader.id].append(part)
    shared = frozenset(leader for leader, found in seen.items() if len(found) > 1)
    problems = [part.problem for part in parts]
    coverage = "exact" if any(problem.coverage == "exact" for problem in problems) else "at_most_one"
    published = {key: who for problem in problems for key, who in (problem.published or {}).items()}
    return replace(
        problems[0],
        id=" + ".join(problem.id for problem in problems),
        start=min(problem.start for problem in problems),
        end=max(problem.end for problem in problems),
        leaders=tuple(_leader(leader, found) for leader, found in seen.items()),
        coverage=coverage,
        slots=tuple(slot for problem in problems for slot in _own_slots(problem, coverage)),
        rules=_common(parts),
        pins={key: who for problem in problems for key, who in problem.pins.items()},
        prefs=tuple(dict.fromkeys(wish for problem in problems for wish in problem.prefs)),
        quotas=tuple(_numbered(quota for part in parts for quota in _quotas(part, parts, shared))),
        published=published or None,
        asof=next((problem.asof for problem in problems if problem.asof), None) if published else None,
    )


def _own_slots(problem: engine.Problem, coverage: str) -> list[engine.Slot]:
    """Open to the problem's own leaders; in a joint problem with fixed seats a plan of offers stays one of offers."""
    everybody = frozenset(leader.id for leader in problem.leaders)
    offers = problem.coverage != coverage
    return [
        replace(
            slot,
            allowed=everybody if slot.allowed is None else slot.allowed,
            optional=slot.optional or offers,
        )
        for slot in problem.slots
    ]


def _leader(leader: str, parts: Sequence[JointPart]) -> engine.Leader:
    """A shared leader is away, busy and held as every office knows; limits beyond one's own become quotas."""
    found = [part.problem.get_leader(leader) for part in parts]
    if len(found) == 1:
        return found[0]
    home = next((part for part in parts if leader in part.home), None)
    own = home.problem.get_leader(leader) if home is not None and home.counts else None
    return replace(
        found[0],
        start=min(one.start for one in found),
        end=max(one.end for one in found),
        leave=frozenset().union(*(one.leave for one in found)),
        busy=tuple(dict.fromkeys(busy for one in found for busy in one.busy)),
        held=tuple(dict.fromkeys(held for one in ([own] if own else found) for held in one.held)),
        month_min=own.month_min if own else 0,
        max_per_month=own.max_per_month if own else None,
    )


def _common(parts: Sequence[JointPart]) -> engine.Rules:
    """What every office asks for: the rules themselves where they are alike, else the shortest distance of all."""
    rules = [part.problem.rules for part in parts]
    needs = max(rule.month_min_needs for rule in rules)
    if _alike(parts):
        return replace(rules[0], month_min_needs=needs)
    gap = min(part.gap for part in parts) if all(part.counts for part in parts) else 0
    return engine.Rules(min_gap=gap, month_min_needs=needs)


def _alike(parts: Sequence[JointPart]) -> bool:
    distances = {(r.min_gap, r.window_days, r.window_k) for r in (part.problem.rules for part in parts)}
    return len(distances) == 1 and all(part.counts for part in parts)


def _quotas(part: JointPart, parts: Sequence[JointPart], shared: frozenset[str]) -> Iterator[engine.Quota]:
    yield from _own_quotas(part, shared)
    yield from _own_limits(part, shared)
    if _alike(parts):
        return
    common = _common(parts).min_gap
    if part.gap > common:
        yield from _windows(part, part.gap, 1)
        yield from _across(part, parts, shared) if part.counts else ()
    if part.problem.rules.window_k > 1:
        yield from _windows(part, part.problem.rules.window_days, part.problem.rules.window_k)


def _own_quotas(part: JointPart, shared: frozenset[str]) -> Iterator[engine.Quota]:
    """The office's quotas: for leaders at home here as the plan of the office counts them, for others only here."""
    for quota in part.problem.quotas:
        who = quota.leaders or tuple(leader.id for leader in part.problem.leaders)
        everywhere = [one for one in who if one not in shared or (one in part.home and part.counts)]
        if everywhere:
            yield replace(quota, leaders=tuple(everywhere))
        here = [one for one in who if one not in everywhere]
        if here:
            yield replace(quota, leaders=tuple(here), slots=quota.slots or part.slots)


def _own_limits(part: JointPart, shared: frozenset[str]) -> Iterator[engine.Quota]:
    """Monthly limits of shared leaders that count only the duties here."""
    for leader in part.problem.leaders:
        if leader.id not in shared or (leader.id in part.home and part.counts):
            continue
        if leader.month_min or leader.max_per_month:
            needs = part.problem.rules.month_min_needs
            yield engine.Quota(
                f"own{leader.id}",
                "month",
                (leader.id,),
                leader.month_min,
                leader.max_per_month or None,
                needs,
                leader.label,
                part.slots,
            )


def _windows(part: JointPart, days: int, most: int) -> Iterator[engine.Quota]:
    """At most `most` duties of each leader within any `days` days."""
    slots = sorted(part.problem.slots, key=lambda slot: slot.date)
    who = tuple(leader.id for leader in part.problem.leaders)
    for number, first in enumerate(slots):
        if number and slots[number - 1].date == first.date:
            continue
        inside = [slot.id for slot in slots[number:] if (slot.date - first.date).days < days]
        if len(inside) > most:
            yield _distance(part, who, inside, most, days)


def _across(part: JointPart, parts: Sequence[JointPart], shared: frozenset[str]) -> Iterator[engine.Quota]:
    """A shared leader's duties here keep their distance to each one at the other offices."""
    for other in parts:
        both = shared & _ids(part) & _ids(other) if other is not part else frozenset()
        for here, there in _near(part, other, both):
            who = tuple(sorted(both & (here.allowed or both) & (there.allowed or both)))
            if who:
                yield _distance(part, who, [here.id, there.id], 1, part.gap)


def _near(
    part: JointPart, other: JointPart, both: frozenset[str]
) -> Iterator[tuple[engine.Slot, engine.Slot]]:
    """Slots here and there that a leader of both could take, closer than the distance here."""
    for here in part.problem.slots if both else ():
        for there in other.problem.slots:
            if abs((here.date - there.date).days) < part.gap:
                yield here, there


def _ids(part: JointPart) -> frozenset[str]:
    return frozenset(leader.id for leader in part.problem.leaders)


def _distance(
    part: JointPart, who: tuple[str, ...], slots: Iterable[str], most: int, days: int
) -> engine.Quota:
    return engine.Quota(
        f"{DISTANCE}{days}.{most}", "plan", who, 0, most, name=part.name, slots=frozenset(slots)
    )


def _numbered(quotas: Iterable[engine.Quota]) -> Iterator[engine.Quota]:
    """With ids of their own: the office's where it is the only one of that name."""
    seen: dict[str, int] = defaultdict(int)
    for quota in quotas:
        seen[quota.id] += 1
        yield quota if seen[quota.id] == 1 else replace(quota, id=f"{quota.id}.{seen[quota.id]}")
