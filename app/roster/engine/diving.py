"""Diving: a roster at the bound of a level, straight from the linear relaxation.

The interior point method without crossover ends in the middle of the optimal face of the relaxation, not in a corner, so a
value near 1 means that nearly all ways to complete the roster agree on it. A dive fixes the largest values, solves
again, and goes on until every slot has its leader; a batch that costs more than the bound is taken back and halved (Berthold,
*Primal heuristics for mixed integer programs*, 2006, ch. 3, calls this vector of middle values the analytic centre).
Where CP-SAT and annealing find nothing at the bound in minutes, a dive needs some twenty solves, each smaller than
the one before.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.roster.engine.flow import Face
from app.roster.engine.highs import NO_WAY, solve_again
from app.roster.engine.instance import Instance
from app.roster.engine.jobs import Goal
from app.roster.engine.relax import Linear

FREE = 1e-3  # tolerance of a price
SURE = 0.95  # a value above is fixed whatever the size of the batch
TINY = 1e-3  # a value below is not considered: the slot may stay empty
HOPELESS = 120.0  # above the bound: two empty slots with their wrong counts


@dataclass(slots=True)
class Relaxation:
    """A relaxation that was solved: model, solver, columns x[leader][slot], values, price and safe bound."""

    inst: Instance
    face: Face
    goal: Goal
    model: Linear
    x: list[dict[int, int]]
    highs: Any
    values: np.ndarray
    price: float
    bound: int


class Dive:
    """One dive from a solved relaxation. `part` of the slots are fixed at once, `rng` breaks ties."""

    def __init__(self, root: Relaxation, part: float, rng: random.Random) -> None:
        self.root, self.rng = root, rng
        inst = root.inst
        self.batch = self.most = max(1, int(part * inst.m))
        self.columns = [(column, s, p) for p, own in enumerate(root.x) for s, column in own.items()]
        self.rivals: dict[int, list[int]] = {}
        for column, s, _ in self.columns:
            self.rivals.setdefault(s, []).append(column)
        self.low = np.zeros(len(root.model.cost))
        self.high = np.array(root.model.upper, dtype=np.float64)
        self.fixed: dict[int, int] = {}
        self.values, self.price = root.values, root.price
        self.most_price = float(root.bound)

    def run(self, until: float, over: Callable[[], bool]) -> list[int] | None:
        """The roster reached, perhaps with holes or wrong counts; None when it is far from the bound, or time is up."""
        while self.price < NO_WAY and (order := self._order()):
            if over() or time.monotonic() >= until:
                return None
            before = self.low.copy(), self.high.copy(), dict(self.fixed)
            first = order[0]
            self._fix_best(order)
            values, price = self._solve(until)
            if price > self.most_price + FREE:
                self.low, self.high, self.fixed = before
                if self.batch > 1:
                    self.batch //= 2
                    continue
                self.high[first[0]] = 0
                values, price = self._solve(until)
            self.batch = min(2 * self.batch, self.most)
            self.values, self.price = values, price
            if price > self.root.bound + HOPELESS:
                return None
            self.most_price = max(self.most_price, math.ceil(price - FREE))
        who = self.root.inst.blank()
        for s, p in self.fixed.items():
            who[s] = p
        return who

    def _order(self) -> list[tuple[int, int, int]]:
        """Open columns, the largest value first, nearly equal ones in random order."""
        chance, values, high = self.rng.random, self.values, self.high
        rows = [
            (values[column] + 0.02 * chance(), (column, s, p))
            for column, s, p in self.columns
            if s not in self.fixed and high[column] > 0 and values[column] > TINY
        ]
        return [row for _, row in sorted(rows, reverse=True)]

    def _fix_best(self, order: list[tuple[int, int, int]]) -> None:
        done = 0
        for column, s, p in order:
            if done >= self.batch and self.values[column] < SURE:
                return
            if s not in self.fixed and self.high[column] > 0:
                self._fix(column, s, p)
                done += 1

    def _fix(self, column: int, s: int, p: int) -> None:
        """The slot goes to this leader: nobody else takes it, and the leader nothing too close to it."""
        day, gap = self.root.inst.day, self.root.goal.gap
        self.high[self.rivals[s]] = 0
        self.high[[other for t, other in self.root.x[p].items() if abs(day[t] - day[s]) < gap]] = 0
        self.low[column] = self.high[column] = 1
        self.fixed[s] = p

    def _solve(self, until: float) -> tuple[np.ndarray, float]:
        size = len(self.low)
        self.root.highs.changeColsBounds(size, np.arange(size, dtype=np.int32), self.low, self.high)
        return solve_again(self.root.highs, until)
