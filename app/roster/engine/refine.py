"""Annealing for the objectives after the smallest gap: short gaps, weekdays, wishes; see `anneal` for the moves."""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.roster.engine.anneal import (
    BATCH,
    SECONDS_A_MOVE,
    Ledger,
    day_lists,
    exchange,
    gap_prices,
    make_moves,
    move_cost,
)
from app.roster.engine.flow import Face
from app.roster.engine.instance import Instance
from app.roster.engine.run import Clock, Run
from app.roster.engine.score import weekday_cap
from app.roster.engine.violations import find_violations


@dataclass(frozen=True, slots=True)
class Schedule:
    """Temperatures of a run that lasts `seconds`, cooled geometrically."""

    seconds: float
    hot: float = 6.0
    cold: float = 0.3


@dataclass(frozen=True, slots=True)
class Prices:
    """What one unit of the open objectives costs in `refine`."""

    short: float
    weekday: float
    wish: float


PRICES = Prices(short=12.0, weekday=4.0, wish=0.7)


def offer_to(run: Run) -> Callable[[list[int]], None]:
    """Take rosters that annealing found, when they are valid and better in order."""

    def take(who: list[int]) -> None:
        vector = run.vector_of(who)
        if vector < run.vector and not find_violations(run.inst, who):
            run.offer(who, "polish")

    return take


class Tastes:
    """Wishes and weekdays during `refine`."""

    def __init__(self, inst: Instance, who: Sequence[int]) -> None:
        self.inst = inst
        self.avoid: dict[tuple[int, int], int] = {}
        self.hopes: dict[tuple[int, int], list[int]] = {}
        self.weight = [pref.w for pref in inst.problem.prefs]
        self.hits = [0] * len(self.weight)
        for number, pref in enumerate(inst.problem.prefs):
            p = inst.leader_index[pref.leader]
            for s in range(inst.m):
                on_day = inst.slots[s].date == pref.date if pref.date else inst.weekday[s] == pref.weekday
                if on_day and pref.type == "avoid":
                    self.avoid[s, p] = self.avoid.get((s, p), 0) + pref.w
                elif on_day:
                    self.hopes.setdefault((s, p), []).append(number)
                    self.hits[number] += who[s] == p
        self.got = [[0] * 7 for _ in inst.leaders]
        for s, p in enumerate(who):
            if p >= 0:
                self.got[p][inst.weekday[s]] += 1
        self.cap = [
            weekday_cap(base, sum(got)) if sum(base) else [inst.m] * 7
            for base, got in zip(inst.shares.weekday_base, self.got, strict=True)
        ]

    def weekdays(self, p: int, old: int, new: int) -> int:
        """Change of the weekday excess of a leader who gives one weekday for another."""
        if old == new:
            return 0
        got, cap = self.got[p], self.cap[p]
        return (got[new] >= cap[new]) - (got[old] > cap[old])

    def wishes(self, s: int, t: int, a: int, b: int) -> int:
        """Change of the wish cost when a gives s to b for t."""
        avoid = self.avoid
        cost = avoid.get((t, a), 0) + avoid.get((s, b), 0) - avoid.get((s, a), 0) - avoid.get((t, b), 0)
        for gone, come, p in ((s, t, a), (t, s, b)):
            lost, won = self.hopes.get((gone, p), ()), self.hopes.get((come, p), ())
            cost += sum(self.weight[wish] for wish in lost if self.hits[wish] == 1 and wish not in won)
            cost -= sum(self.weight[wish] for wish in won if self.hits[wish] == 0)
        return cost

    def apply(self, s: int, t: int, a: int, b: int) -> None:
        weekday = self.inst.weekday
        for gone, come, p in ((s, t, a), (t, s, b)):
            if p >= 0:
                self.got[p][weekday[gone]] -= 1
                self.got[p][weekday[come]] += 1
            for wish in self.hopes.get((gone, p), ()):
                self.hits[wish] -= 1
            for wish in self.hopes.get((come, p), ()):
                self.hits[wish] += 1


def short_change(days: list[int], old: int, new: int, short: int) -> int:
    """Change of the number of short gaps when a duty moves from day `old` to day `new`."""
    i = bisect_left(days, old)
    before, after = days[i - 1], days[i + 1]
    count = -(old - before < short) - (after - old < short)
    if before <= new <= after:
        return count + (new - before < short) + (after - new < short)
    count += after - before < short
    j = bisect_left(days, new)
    left, right = days[j - 1], days[j]
    return count - (right - left < short) + (new - left < short) + (right - new < short)


def refine(
    inst: Instance,
    face: Face,
    who: Sequence[int],
    gap: int,
    prices: Prices,
    clock: Clock,
    schedule: Schedule,
    rng: random.Random,
    stop: Callable[[], bool],
    better: Callable[[list[int]], None],
) -> list[int]:
    """Lower the priced sum of short gaps, weekday excess and wishes from a valid roster, gaps staying at `gap`.

    Rosters with a new lowest sum go to `better`, at most one a batch of moves.
    """
    moves, ledger, lists, tastes = (
        make_moves(inst, face, gap),
        Ledger(inst, who),
        day_lists(inst, who),
        Tastes(inst, who),
    )
    movable, partners, near = moves.movable, moves.partners, moves.near
    can, day, current, too_close = moves.can, inst.day, list(who), gap_prices(gap)
    if len(movable) < 2:
        return current
    rules, shorts, weekday = bool(inst.rules), inst.shares.short, inst.weekday
    chance, exp, size = rng.random, math.exp, len(movable)
    temperature, begun, step = schedule.hot, clock.spent(), 0
    cooling = math.log(schedule.cold / schedule.hot)
    energy = lowest = told = 0.0
    best: list[int] = []
    while True:
        step += 1
        if not step % BATCH:
            clock.charge(BATCH * SECONDS_A_MOVE)
            if lowest < told:
                better(best)
                told = lowest
            done = (clock.spent() - begun) / schedule.seconds
            if done >= 1 or stop():
                return current
            temperature = schedule.hot * exp(cooling * done)
        s = movable[int(chance() * size)]
        row = near[s] if chance() < 0.5 else partners[s]
        t = row[int(chance() * len(row))]
        a, b = current[s], current[t]
        if a == b or b not in can[s] or a not in can[t]:
            continue
        from_day, to_day = day[s], day[t]
        if a >= 0 and move_cost(lists[a], from_day, to_day, too_close) > 0:
            continue
        if b >= 0 and move_cost(lists[b], to_day, from_day, too_close) > 0:
            continue
        if rules and ledger.change(s, t, a, b) > 0:
            continue
        cost = prices.wish * tastes.wishes(s, t, a, b)
        for p, old, new in ((a, s, t), (b, t, s)):
            if p >= 0:
                cost += prices.weekday * tastes.weekdays(p, weekday[old], weekday[new])
                if shorts[p] > gap:
                    cost += prices.short * short_change(lists[p], day[old], day[new], shorts[p])
        if cost > 0 and chance() >= exp(-cost / temperature):
            continue
        exchange(lists, current, s, t, from_day, to_day)
        tastes.apply(s, t, a, b)
        if rules:
            ledger.apply(s, t, a, b)
        energy += cost
        if energy < lowest - 1e-9:
            lowest, best = energy, list(current)
