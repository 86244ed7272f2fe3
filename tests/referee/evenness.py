"""Is a roster as even as any could be? Answered by looking for a round of exchanges that would make it more even.

A roster is a flow: each duty goes through (leader, class of day) and through the leader. Distances from the shares
are convex costs on those two, so a roster is the best there is exactly when no cycle of single exchanges lowers
the cost (Klein's negative-cycle criterion for convex-cost flows; Ahuja, Magnanti, Orlin, "Network Flows", ch. 9
and 14). The search starts from the roster itself and ends at the best, which is compared with it.

Only who may serve on a day is asked here, not how far duties are apart: the best found is a bound that a roster
keeping its distances may or may not reach.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

BASE = 10**10  # larger than any sum of distances: one level never outweighs a more important one
FAMILIES = 3  # all, rest, monfri
PLAIN, REST, MONFRI = 0, 1, 2  # classes of days; family 0 counts all three
Arcs = list[tuple[int, int, int, int | None]]


@dataclass
class Evening:
    """Duties with their class and who may take them, who has them now, and the shares of the three families."""

    classes: Sequence[int]
    allowed: Sequence[frozenset[int]]
    holder: list[int]
    shares: Sequence[Sequence[int]]
    caps: list[int | None] = field(default_factory=lambda: [None] * FAMILIES)
    levels: int = 0

    def distances(self, family: int) -> list[int]:
        """How far each leader is from the share of a family, in thousandths of a duty."""
        counts = self._counts(family)
        return [abs(1000 * counts[i] - share) for i, share in enumerate(self.shares[family])]

    def measure(self) -> tuple[int, ...]:
        """Largest and total distance of the three families, most important first."""
        found: list[int] = []
        for family in range(FAMILIES):
            distances = self.distances(family)
            found += [max(distances, default=0), sum(distances)]
        return tuple(found)

    def improve(self) -> tuple[int, ...]:
        """Exchange duties until nothing can be more even; the best measure."""
        for family in range(FAMILIES):
            self.levels = 2 * family + 1
            self._lower_the_largest(family)
            self.levels = 2 * family + 2
            self._settle()
        return self.measure()

    def _lower_the_largest(self, family: int) -> None:
        self._settle()
        while True:
            largest = max(self.distances(family), default=0)
            self.caps[family] = largest - 1
            self._settle()
            if largest == 0 or any(d >= largest for d in self.distances(family)):
                self.caps[family] = largest
                self._settle()
                return

    def _settle(self) -> None:
        while cycle := self._cycle():
            for duty, leader in cycle:
                self.holder[duty] = leader

    def _counts(self, family: int) -> list[int]:
        counts = [0] * len(self.shares[0])
        for kind, leader in zip(self.classes, self.holder, strict=True):
            if family in (0, kind):
                counts[leader] += 1
        return counts

    def _cost(self, family: int, leader: int, count: int) -> int:
        """Cost of a count: the distance beyond the cap, then the distance; more important levels are larger."""
        distance, cap = abs(1000 * count - self.shares[family][leader]), self.caps[family]
        beyond = max(0, distance - cap) if cap is not None else 0
        cost = beyond * BASE ** (5 - 2 * family) if self.levels > 2 * family else 0
        return cost + (distance * BASE ** (4 - 2 * family) if self.levels > 2 * family + 1 else 0)

    def _arcs(self) -> Arcs:
        """All single steps: (from, to, cost, duty given away or None)."""
        n = len(self.shares[0])
        hub = 4 * n
        totals = self._counts(0)
        by_class = [[0] * n for _ in range(3)]
        passes: dict[tuple[int, int], int] = {}
        for duty, (kind, leader) in enumerate(zip(self.classes, self.holder, strict=True)):
            by_class[kind][leader] += 1
            for other in self.allowed[duty]:
                if other != leader:
                    passes[kind * n + leader, kind * n + other] = duty
        arcs: Arcs = [(a, b, 0, duty) for (a, b), duty in passes.items()]
        add = _both_ways(arcs)
        for leader in range(n):
            add(3 * n + leader, hub, partial(self._cost, 0, leader), totals[leader])
            for kind in range(3):
                price = partial(self._cost, kind, leader) if kind else _free
                add(kind * n + leader, 3 * n + leader, price, by_class[kind][leader])
        return arcs

    def _cycle(self) -> list[tuple[int, int]] | None:
        """Duties and their new holders that together lower the cost, or None when nothing does."""
        n = len(self.shares[0])
        arcs, size = self._arcs(), 4 * n + 1
        label, through = [0] * size, [-1] * size
        for _ in range(size):
            changed = False
            for number, (a, b, cost, _duty) in enumerate(arcs):
                if label[a] + cost < label[b]:
                    label[b], through[b], changed = label[a] + cost, number, True
            if not changed:
                return None
            if found := _closed_walk(arcs, through):
                steps = [arcs[number] for number in found]
                return [(duty, b % n) for _a, b, _cost, duty in steps if duty is not None]
        raise AssertionError("labels still fall without a cycle")  # cannot be: Bellman and Ford


def _free(_count: int) -> int:
    return 0


def _both_ways(arcs: Arcs) -> Callable[[int, int, Callable[[int], int], int], None]:
    """Adds the step up (one more duty counted) and, where there is one to take, the step down."""

    def add(below: int, above: int, price: Callable[[int], int], count: int) -> None:
        arcs.append((below, above, price(count + 1) - price(count), None))
        if count:
            arcs.append((above, below, price(count - 1) - price(count), None))

    return add


def _closed_walk(arcs: Arcs, through: Sequence[int]) -> list[int] | None:
    """A cycle of the steps last taken to each node (it always lowers the cost), as numbers of arcs."""
    seen = [-1] * len(through)
    for start in range(len(through)):
        node = start
        while through[node] >= 0 and seen[node] < 0:
            seen[node] = start
            node = arcs[through[node]][0]
        if through[node] >= 0 and seen[node] == start:
            found, stop = [], node
            while True:
                found.append(through[node])
                node = arcs[through[node]][0]
                if node == stop:
                    return found
    return None
