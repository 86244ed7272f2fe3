"""Levels 1a-2d as a minimum-cost flow, exact in a fraction of a second when no distance rule interferes.

Network: slot -> (leader, class) -> leader -> sink, one unit a slot. The distance from the fair share is a convex
function of a count, so it is priced by parallel arcs (Ahuja, Magnanti, Orlin: *Network Flows*, 1993, ch. 14): one arc
of slope -1000 below the share, one where it is crossed, one of slope +1000 above. "The largest distance" is a box
[lo, hi] on every count, found by binary search over the few distances that can occur.

The levels are solved one after the other on the *optimal face*: after each sum is minimised, complementary slackness
with the node potentials of the optimal flow tells which arcs every optimal flow must use fully, or not at all. What
remains is again a network with boxes, and every integral flow in it is optimal for all the levels before. So after
the last level the `Face` (candidates of each slot, boxes for each count) describes *all* rosters that are optimal in
1a-2d, without any sum constraint; distance rules are then a pure feasibility question on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.roster.engine.instance import Instance

if TYPE_CHECKING:
    import numpy as np

FLOW_LEVELS = ("1a", "1b", "2a", "2b", "2c", "2d")
FAMILY_OF = {"1a": 0, "1b": 0, "2a": 1, "2b": 1, "2c": 2, "2d": 2}
LARGEST = ("1a", "2a", "2c")
Box = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Face:
    """All rosters still optimal: `can[slot]` leaders, `boxes[family][leader]` = (lowest, highest) count.

    `empty[slot]`: whether the slot may stay empty.
    """

    can: tuple[tuple[int, ...], ...]
    boxes: tuple[tuple[Box, ...], ...]
    empty: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class FlowResult:
    """Values of the levels asked for (each proven optimal without distance rules), the face, and one roster on it."""

    values: dict[str, int]
    face: Face
    who: tuple[int, ...]


def open_face(inst: Instance) -> Face:
    """Everything the single-slot rules allow; counts are limited only by the number of slots."""
    sizes = [inst.m, inst.cls.count(1), inst.cls.count(2)]
    boxes = tuple(tuple((0, size) for _ in inst.leaders) for size in sizes)
    return Face(tuple(inst.can), boxes, tuple(inst.may_be_empty(s) for s in range(inst.m)))


def solve_levels(inst: Instance, levels: tuple[str, ...], face: Face | None = None) -> FlowResult | None:
    """Minimise flow levels in the given order; None when even the single-slot rules cannot be met."""
    face = face or open_face(inst)
    network = Network(inst, face)
    who = network.solve(face, None)
    if who is None:
        return None
    values: dict[str, int] = {}
    for level in levels:
        family = FAMILY_OF[level]
        if level in LARGEST:
            values[level], face = _least_largest(inst, network, face, family)
        else:
            who = network.solve(face, family)
            assert who is not None
            values[level] = _total(inst, who, family)
            face = network.optimal_face(face)
    who = network.solve(face, None)
    assert who is not None
    return FlowResult(values, face, tuple(who))


def _total(inst: Instance, who: list[int], family: int) -> int:
    counts = [0] * inst.n
    for s, p in enumerate(who):
        if p >= 0 and (family == 0 or inst.cls[s] == family):
            counts[p] += 1
    return sum(abs(1000 * c - t) for c, t in zip(counts, inst.shares.target[family], strict=True))


def box_within(target: int, distance: int, box: Box) -> Box:
    """Counts of `box` whose distance from the share is at most `distance`; empty when low > high."""
    return max(box[0], -((distance - target) // 1000)), min(box[1], (target + distance) // 1000)


def limit_face(inst: Instance, face: Face, family: int, distance: int) -> Face | None:
    """The face with the largest distance of one family limited; None when some leader has no count left."""
    targets = inst.shares.target[family]
    row = tuple(box_within(t, distance, box) for t, box in zip(targets, face.boxes[family], strict=True))
    if any(low > high for low, high in row):
        return None
    return replace(face, boxes=tuple(row if f == family else old for f, old in enumerate(face.boxes)))


def possible_distances(inst: Instance, face: Face, family: int) -> list[int]:
    """Distances from the share that some count within its box has, ascending."""
    rows = zip(inst.shares.target[family], face.boxes[family], strict=True)
    return sorted(
        {abs(1000 * count - target) for target, (low, high) in rows for count in range(low, high + 1)}
    )


def _least_largest(inst: Instance, network: Network, face: Face, family: int) -> tuple[int, Face]:
    """Smallest limit on the largest distance that still has a flow, by binary search over possible distances."""
    steps = possible_distances(inst, face, family)
    low, high = 0, len(steps) - 1
    best = face
    while low <= high:
        middle = (low + high) // 2
        limited = limit_face(inst, face, family, steps[middle])
        if limited is not None and network.solve(limited, None) is not None:
            best, high = limited, middle - 1
        else:
            low = middle + 1
    return steps[low] if steps else 0, best


class Network:
    """The arcs of the flow; capacities and costs are set for each solve from a face and the level to price.

    Nodes: slots, then (leader, class) with 3 a leader, then leaders, then one sink.
    """

    def __init__(self, inst: Instance, face: Face) -> None:
        import numpy as np

        self.inst = inst
        self.middle, self.top = inst.m, inst.m + 3 * inst.n
        self.sink = self.top + inst.n
        self.choices = [(s, p) for s in range(inst.m) for p in face.can[s]]
        self.slot_tail = np.array([s for s, _ in self.choices], dtype=np.int64)
        self.slot_head = np.array(
            [self.middle + 3 * p + inst.cls[s] for s, p in self.choices], dtype=np.int64
        )

    def solve(self, face: Face, family: int | None) -> list[int] | None:
        """A flow on the face that minimises the total distance of `family` (None: any flow), as a roster."""
        import numpy as np
        from ortools.graph.python import min_cost_flow

        self._arcs(face, family)
        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(self.tail, self.head, self.capacity, self.cost)
        solver.set_nodes_supplies(np.arange(self.sink + 1), self.supply)
        if solver.solve() != solver.OPTIMAL:
            return None
        self.flow: np.ndarray = np.asarray(solver.flows(arcs))
        who = [-1] * self.inst.m
        for index in np.flatnonzero(self.flow[: len(self.choices)]):
            s, p = self.choices[index]
            who[s] = p
        return who

    def _arcs(self, face: Face, family: int | None) -> None:
        import numpy as np

        inst = self.inst
        allowed = [set(row) for row in face.can]
        tails, heads, caps, costs, groups = [], [], [], [], []
        supply = [1] * inst.m + [0] * (self.sink + 1 - inst.m)
        supply[self.sink] = -inst.m
        for p in range(inst.n):
            leader = self.top + p
            ends = [(leader, self.sink), (self.middle + 3 * p + 1, leader), (self.middle + 3 * p + 2, leader)]
            tails.append(self.middle + 3 * p)
            heads.append(leader)
            caps.append(inst.m)
            costs.append(0)
            groups.append((-1, p))
            for kind, (tail, head) in enumerate(ends):
                low, high = face.boxes[kind][p]
                supply[tail] -= low
                supply[head] += low
                target = inst.shares.target[kind][p] if kind == family else None
                for cap, cost in slopes_of(low, high, target):
                    tails.append(tail)
                    heads.append(head)
                    caps.append(cap)
                    costs.append(cost)
                    groups.append((kind, p))
        for s in range(inst.m):
            if face.empty[s]:
                tails.append(s)
                heads.append(self.sink)
                caps.append(1)
                costs.append(0)
                groups.append((-2, s))
        slot_caps = [1 if p in allowed[s] else 0 for s, p in self.choices]
        self.groups = groups
        self.tail = np.concatenate([self.slot_tail, np.array(tails, dtype=np.int64)])
        self.head = np.concatenate([self.slot_head, np.array(heads, dtype=np.int64)])
        self.capacity = np.array(slot_caps + caps, dtype=np.int64)
        self.cost = np.concatenate([np.zeros(len(self.choices), np.int64), np.array(costs, dtype=np.int64)])
        self.supply = np.array(supply, dtype=np.int64)

    def optimal_face(self, face: Face) -> Face:
        """The face of all flows as cheap as the last one solved (complementary slackness)."""
        potential = self._potentials()
        reduced = self.cost + potential[self.tail] - potential[self.head]
        count = len(self.choices)
        can: list[list[int]] = [[] for _ in face.can]
        forced: dict[int, int] = {}
        for index, (s, p) in enumerate(self.choices):
            if self.capacity[index] and reduced[index] <= 0:
                can[s].append(p)
                if reduced[index] < 0:
                    forced[s] = p
        for s, p in forced.items():
            can[s] = [p]
        boxes = [[list(box) for box in row] for row in face.boxes]
        for row in boxes:
            for box in row:
                box[1] = box[0]
        empty = list(face.empty)
        for (kind, p), red, cap in zip(self.groups, reduced[count:], self.capacity[count:], strict=True):
            if kind == -2:
                empty[p] = bool(red <= 0)
            elif kind >= 0:
                boxes[kind][p][0] += int(cap) if red < 0 else 0
                boxes[kind][p][1] += int(cap) if red <= 0 else 0
        # A (leader, class) node whose only way on is closed has box 0 and needs no further care.
        tight = tuple(tuple((low, high) for low, high in row) for row in boxes)
        empty = [may and s not in forced for s, may in enumerate(empty)]
        return Face(tuple(tuple(row) for row in can), tight, tuple(empty))

    def _potentials(self) -> np.ndarray:
        """Shortest distances in the residual network (Bellman-Ford from everywhere); the flow is optimal, so no
        negative cycle exists and the relaxation ends."""
        import numpy as np

        spare, used = self.flow < self.capacity, self.flow > 0
        tail = np.concatenate([self.tail[spare], self.head[used]])
        head = np.concatenate([self.head[spare], self.tail[used]])
        cost = np.concatenate([self.cost[spare], -self.cost[used]])
        potential = np.zeros(self.sink + 1, dtype=np.int64)
        while True:
            better = potential.copy()
            np.minimum.at(better, head, potential[tail] + cost)
            if np.array_equal(better, potential):
                return potential
            potential = better


def slopes_of(low: int, high: int, target: int | None) -> list[tuple[int, int]]:
    """Parallel arcs (capacity, cost) for the counts above `low`: slope of |1000 k - target| from k to k + 1."""
    if target is None:
        return [(high - low, 0)] if high > low else []
    whole = target // 1000
    arcs = [(max(0, min(high, whole) - low), -1000)]
    if low <= whole < high:
        arcs.append((1, abs(1000 * (whole + 1) - target) - abs(1000 * whole - target)))
    arcs.append((max(0, high - max(low, whole + 1)), 1000))
    return [(cap, cost) for cap, cost in arcs if cap > 0]
