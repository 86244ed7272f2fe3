"""Exact minima of 1a-2d under all rules, by branch and bound with HiGHS in a proving process.

Used when monthly minimums or distance rules exclude the flow's optimum. "The largest distance" is a box on every count,
found by asking for the smallest candidate first; a total is a sum of convex functions of the counts, one column for each
slope. Both make the relaxation far tighter than distances as variables of their own, so that a city's year takes half a
second.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable

import highspy

from app.roster.engine.children import answer
from app.roster.engine.flow import FAMILY_OF, LARGEST, Face, limit_face, possible_distances
from app.roster.engine.highs import load
from app.roster.engine.instance import Instance
from app.roster.engine.jobs import ShareJob
from app.roster.engine.relax import base_model, total_distance

Status = highspy.HighsModelStatus


class OutOfTime(Exception):
    """The time was over before an answer."""


class ExactShares:
    """The search down the levels; `face` and `totals` hold what was proven before, `who` is a roster that attains it."""

    def __init__(self, inst: Instance, face: Face, until: float) -> None:
        self.inst, self.face, self.until = inst, face, until
        self.totals: list[tuple[str, int]] = []
        self.who: list[int] = []

    def solve(self, face: Face, family: int | None = None) -> int | None:
        """A roster with the counts of `face`, of the least total distance of a family; None when there is none."""
        inst = self.inst
        model, x = base_model(inst, face, [inst.gap] * inst.n, price=0, totals=self.totals)
        model.whole = True
        constant = 0
        if family is not None:
            terms, constant = total_distance(inst, model, x, face, family)
            for column, slope in terms:
                model.cost[column] = slope
        highs = load(model, self.until - time.monotonic())
        highs.run()
        if highs.getModelStatus() == Status.kInfeasible:
            return None
        if highs.getModelStatus() != Status.kOptimal:
            raise OutOfTime
        values = highs.getSolution().col_value
        self.who = inst.blank()
        for p in range(inst.n):
            for s, column in x[p].items():
                if values[column] > 0.5:
                    self.who[s] = p
        return round(highs.getInfo().objective_function_value) + constant

    def minimise(self, level: str) -> int | None:
        """The least value of a level, those before it held; None when no roster is left."""
        family = FAMILY_OF[level]
        if level in LARGEST:
            return self._least_largest(family)
        value = self.solve(self.face, family)
        if value is not None:
            self.totals.append((level, value))
        return value

    def _least_largest(self, family: int) -> int | None:
        """The smallest candidate first, then growing steps until one is possible, then bisection."""
        inst = self.inst
        steps = possible_distances(inst, self.face, family)
        low = probe = bisect_left(steps, True, key=lambda step: self._fits(family, step))
        high, stride = len(steps), 1
        while low < high:
            limited = limit_face(inst, self.face, family, steps[probe])
            if limited is not None and self.solve(limited) is not None:
                high = probe
                probe = (low + high) // 2
            elif high == len(steps):
                low = probe + 1
                probe, stride = min(low + stride - 1, high - 1), 2 * stride
            else:
                low = probe + 1
                probe = (low + high) // 2
        if low == len(steps):
            return None
        self.face = limit_face(inst, self.face, family, steps[low]) or self.face
        return steps[low]

    def _fits(self, family: int, step: int) -> bool:
        """Whether the counts add up to the slots, when none is further than `step` from its share."""
        inst, limited = self.inst, limit_face(self.inst, self.face, family, step)
        slots = [s for s in range(inst.m) if family == 0 or inst.cls[s] == family]
        if limited is None:
            return False
        least, boxes = sum(not self.face.empty[s] for s in slots), limited.boxes[family]
        return sum(high for _, high in boxes) >= least and sum(low for low, _ in boxes) <= len(slots)


def prove_shares(inst: Instance, job: ShareJob, over: Callable[[], bool]) -> None:
    """Answers every proven level with a roster that attains it; ``impossible`` when the rules exclude every roster."""
    search = ExactShares(inst, job.face, time.monotonic() + job.seconds)
    for level in job.levels:
        try:
            value = search.minimise(level)
        except OutOfTime:
            return
        if value is None:
            answer({"impossible": True})
            return
        answer({"name": level, "bound": value, "exact": True})
        answer({"who": search.who, "level": level, "last": level == job.levels[-1]})
        if over():
            return
