"""Repairing what a dive leaves behind: the model of the dive in whole numbers, with only a neighbourhood free.

A dive may end with a slot or a count missed, or a level above its bound. Freeing the duties of some leaders or a stretch
of days, everything else fixed, leaves a model that branch and bound solves in a moment (local branching in the spirit of
Danna, Rothberg, Le Pape, *Exploring relaxation induced neighborhoods*, 2005). Misses cost more than the level,
so they go first; a step is taken when the price does not rise.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence

import highspy
import numpy as np

from app.roster.engine.diving import FREE, Relaxation
from app.roster.engine.highs import NO_WAY

STEP_SECONDS = 2.0
NODES = 300
ROUNDS = 40
DUTIES = 120  # to be free at first


class Repair:
    """The search for a roster that meets the bound of the relaxation; `who` is the best so far, at `price`."""

    def __init__(self, root: Relaxation, who: Sequence[int], price: float, rng: random.Random) -> None:
        self.root, self.rng = root, rng
        self.who, self.price = list(who), price
        inst = root.inst
        self.leaders = min(max(DUTIES * inst.n / max(inst.m, 1), 2.0), 6.0)
        self.days = 15.0
        size = len(root.model.cost)
        self.everything = np.arange(size, dtype=np.int32)
        self.decisions = np.array(sorted(column for own in root.x for column in own.values()), dtype=np.int32)

    def run(self, until: float, over: Callable[[], bool]) -> bool:
        """Work until the bound is met (True), or the time or the rounds are over."""
        self._whole(True)
        for number in range(ROUNDS):
            if self.met() or over() or time.monotonic() >= until:
                break
            self._step(by_days=number % 3 == 2, until=until)
        self._whole(False)
        return self.met()

    def met(self) -> bool:
        return self.price <= self.root.bound + FREE

    def _whole(self, on: bool) -> None:
        kind = highspy.HighsVarType.kInteger if on else highspy.HighsVarType.kContinuous
        kinds = np.array([int(kind)] * len(self.decisions), dtype=np.uint8)
        highs = self.root.highs
        highs.changeColsIntegrality(len(self.decisions), self.decisions, kinds)
        highs.setOptionValue("solver", "choose" if on else "ipm")
        highs.setOptionValue("mip_max_nodes", NODES)

    def _step(self, by_days: bool, until: float) -> None:
        slots, leaders = self._stretch() if by_days else self._team()
        low, high = np.zeros(len(self.everything)), np.array(self.root.model.upper, dtype=np.float64)
        for p, own in enumerate(self.root.x):
            for s, column in own.items():
                if s in slots and p in leaders:
                    continue
                low[column] = high[column] = float(s not in slots and self.who[s] == p)
        highs = self.root.highs
        highs.changeColsBounds(len(self.everything), self.everything, low, high)
        seconds = min(STEP_SECONDS, max(until - time.monotonic(), 0.1))
        highs.setOptionValue("time_limit", highs.getRunTime() + seconds)
        highs.run()
        price = highs.getInfo().objective_function_value
        values = highs.getSolution().col_value
        finished = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        self._resize(by_days, 1.15 if finished else 0.85)
        if len(values) and math.isfinite(price) and price <= min(self.price + FREE, NO_WAY):
            self.price = price
            for s in slots:
                self.who[s] = -1
            for p, own in enumerate(self.root.x):
                for s, column in own.items():
                    if values[column] > 0.5:
                        self.who[s] = p

    def _resize(self, by_days: bool, factor: float) -> None:
        inst = self.root.inst
        if by_days:
            self.days = min(max(self.days * factor, 7.0), 200.0)
        else:
            self.leaders = min(max(self.leaders * factor, 2.0), inst.n)

    def _trouble(self) -> tuple[list[int], list[int]]:
        """Empty slots that need somebody, and leaders with a count outside its box or rule."""
        inst, face = self.root.inst, self.root.face
        holes = [s for s, p in enumerate(self.who) if p == -1 and not face.empty[s]]
        wrong = set()
        for p in range(inst.n):
            own = [s for s, q in enumerate(self.who) if q == p]
            counts = (len(own), sum(inst.cls[s] == 1 for s in own), sum(inst.cls[s] == 2 for s in own))
            if any(
                not row[p][0] <= count <= row[p][1] for row, count in zip(face.boxes, counts, strict=True)
            ):
                wrong.add(p)
        for rule in inst.rules:
            count = sum(self.who[s] == rule.leader for s in rule.slots)
            if count < rule.low or (rule.high is not None and count > rule.high):
                wrong.add(rule.leader)
        return holes, sorted(wrong)

    def _team(self) -> tuple[set[int], set[int]]:
        """All duties of some leaders (those in trouble, those who could help, others), and the empty slots."""
        inst, rng, size = self.root.inst, self.rng, int(self.leaders)
        holes, wrong = self._trouble()
        chosen = set(rng.sample(wrong, min(len(wrong), max(size // 2, 1))))
        if holes:
            able = list(self.root.face.can[rng.choice(holes)])
            chosen |= set(rng.sample(able, min(len(able), max(size // 2, 1))))
        others = [p for p in range(inst.n) if p not in chosen]
        chosen |= set(rng.sample(others, min(len(others), max(size - len(chosen), 1))))
        empty = [s for s, p in enumerate(self.who) if p == -1]
        return {s for s, p in enumerate(self.who) if p in chosen} | set(empty), chosen

    def _stretch(self) -> tuple[set[int], set[int]]:
        """All slots of a stretch of days, around trouble when there is some."""
        inst, rng = self.root.inst, self.rng
        holes, wrong = self._trouble()
        around = holes or [s for s, p in enumerate(self.who) if p in wrong] or list(range(inst.m))
        middle = inst.day[rng.choice(around)] + rng.uniform(-0.5, 0.5) * self.days
        slots = {s for s in range(inst.m) if abs(inst.day[s] - middle) <= self.days / 2}
        return {s for s in slots if not inst.past[s]}, set(range(inst.n))
