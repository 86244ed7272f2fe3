"""Simulated annealing on swaps: two duties of one class change hands, so every count stays as fair as it is.

Kirkpatrick, Gelatt, Vecchi (1983). One move costs about a microsecond of plain Python, because only four gaps, two
weekdays and the wishes on two slots change. `spread` here removes gaps below a wanted size; `refine` keeps the gaps and
works on short gaps, weekdays and wishes. Both know the counted rules (monthly minimums, quotas); whatever else is a
rule is checked by the caller before a roster is accepted.
"""

from __future__ import annotations

import itertools
import math
import random
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.roster.engine.flow import Face
from app.roster.engine.instance import Instance
from app.roster.engine.run import Clock

FAR = 10**7
BATCH = 1024
SECONDS_A_MOVE = 1.1e-6
HOT, COLD = 0.6, 0.15  # temperatures in roots of days
TINY = 1e-6


@dataclass(slots=True)
class Moves:
    """Which slots may change hands: the movable slots, and for each its partners (same class) and the near ones."""

    movable: list[int]
    partners: list[list[int]]
    near: list[list[int]]
    can: list[frozenset[int]]


def make_moves(inst: Instance, face: Face, reach: int) -> Moves:
    """Moves inside a face: fixed slots stay, empty slots take part as duties of nobody. Near: within `reach` days."""
    can = [
        frozenset(row) | ({-1} if empty else frozenset())
        for row, empty in zip(face.can, face.empty, strict=True)
    ]
    movable = [s for s in range(inst.m) if not inst.past[s] and len(can[s]) > 1]
    by_class = [[s for s in movable if inst.cls[s] == c] for c in range(3)]
    partners = [by_class[c] for c in inst.cls]
    day = inst.day
    near = [
        [t for t in row if t != s and abs(day[t] - day[s]) <= reach] or row for s, row in enumerate(partners)
    ]
    return Moves(movable, partners, near, can)


class Ledger:
    """Counted rules during a run: how far each is from its limits, priced for one more or one less."""

    def __init__(self, inst: Instance, who: Sequence[int]) -> None:
        self.rules_of: dict[tuple[int, int], list[int]] = {}
        self.low = [rule.low for rule in inst.rules]
        self.high = [inst.m if rule.high is None else rule.high for rule in inst.rules]
        self.count = [sum(who[s] == rule.leader for s in rule.slots) for rule in inst.rules]
        for number, rule in enumerate(inst.rules):
            for s in rule.slots:
                self.rules_of.setdefault((s, rule.leader), []).append(number)

    def broken(self) -> int:
        return sum(
            max(low - count, 0) + max(count - high, 0)
            for low, count, high in zip(self.low, self.count, self.high, strict=True)
        )

    def change(self, s: int, t: int, a: int, b: int) -> int:
        """Rules broken more (or less) when a gives s to b for t."""
        moved: dict[int, int] = {}
        for key, step in (((s, a), -1), ((t, b), -1), ((t, a), 1), ((s, b), 1)):
            for number in self.rules_of.get(key, ()):
                moved[number] = moved.get(number, 0) + step
        worse = 0
        for number, step in moved.items():
            count, low, high = self.count[number], self.low[number], self.high[number]
            after = count + step
            worse += max(low - after, 0) + max(after - high, 0) - max(low - count, 0) - max(count - high, 0)
        return worse

    def apply(self, s: int, t: int, a: int, b: int) -> None:
        for key, step in (((s, a), -1), ((t, b), -1), ((t, a), 1), ((s, b), 1)):
            for number in self.rules_of.get(key, ()):
                self.count[number] += step


def day_lists(inst: Instance, who: Sequence[int]) -> list[list[int]]:
    """Sorted days of each leader between two sentinels, held duties included."""
    lists: list[list[int]] = [list(days) for days in inst.held]
    for s, p in enumerate(who):
        if p >= 0:
            lists[p].append(inst.day[s])
    return [[-FAR, *sorted(days), FAR] for days in lists]


def gap_prices(gap: int) -> list[float]:
    """The price of a gap by its length. The root of the missing days, so that the last violations are removed rather
    than spread over many gaps."""
    return [math.sqrt(gap - length) for length in range(gap)] if gap > 0 else []


def price_of_gaps(lists: Sequence[Sequence[int]], prices: Sequence[float]) -> float:
    """The price of all gaps below the wanted one."""
    return sum(
        prices[later - earlier]
        for days in lists
        for earlier, later in itertools.pairwise(days)
        if later - earlier < len(prices)
    )


def move_cost(days: list[int], old: int, new: int, prices: Sequence[float]) -> float:
    """Change of the price of the gaps when one leader's duty moves from day `old` to day `new`."""
    gap = len(prices)
    i = bisect_left(days, old)
    before, after = days[i - 1], days[i + 1]
    cost = 0.0
    if old - before < gap:
        cost -= prices[old - before]
    if after - old < gap:
        cost -= prices[after - old]
    if before <= new <= after:
        if new - before < gap:
            cost += prices[new - before]
        if after - new < gap:
            cost += prices[after - new]
        return cost
    if after - before < gap:
        cost += prices[after - before]
    j = bisect_left(days, new)
    left, right = days[j - 1], days[j]
    if right - left < gap:
        cost -= prices[right - left]
    if new - left < gap:
        cost += prices[new - left]
    if right - new < gap:
        cost += prices[right - new]
    return cost


def spread(
    inst: Instance,
    face: Face,
    who: Sequence[int],
    gap: int,
    clock: Clock,
    seconds: float,
    rng: random.Random,
    stop: Callable[[], bool],
) -> tuple[float, list[int]]:
    """Look for gaps of at least `gap` days; returns the price still paid (0: found) and the best roster."""
    moves, ledger, lists = make_moves(inst, face, gap // 2), Ledger(inst, who), day_lists(inst, who)
    movable, partners, near = moves.movable, moves.partners, moves.near
    can, day, current = moves.can, inst.day, list(who)
    rules, prices = bool(inst.rules), gap_prices(gap)
    fine = math.sqrt(gap)
    energy = price_of_gaps(lists, prices) + fine * ledger.broken()
    best, kept = energy, list(current)
    if len(movable) < 2:
        return best, kept
    chance, exp, size = rng.random, math.exp, len(movable)
    temperature, begun, step = HOT, clock.spent(), 0
    cooling = math.log(COLD / HOT)
    while energy > TINY:
        step += 1
        if not step % BATCH:
            clock.charge(BATCH * SECONDS_A_MOVE)
            done = (clock.spent() - begun) / seconds
            if done >= 1 or stop():
                break
            temperature = HOT * exp(cooling * done)
        s = movable[int(chance() * size)]
        row = near[s] if chance() < 0.5 else partners[s]
        t = row[int(chance() * len(row))]
        a, b = current[s], current[t]
        if a == b or b not in can[s] or a not in can[t]:
            continue
        from_day, to_day = day[s], day[t]
        cost = move_cost(lists[a], from_day, to_day, prices) if a >= 0 else 0.0
        if cost > 8 * temperature:
            continue
        if b >= 0:
            cost += move_cost(lists[b], to_day, from_day, prices)
        if rules and cost <= 8 * temperature:
            cost += fine * ledger.change(s, t, a, b)
        if cost > 0 and chance() >= exp(-cost / temperature):
            continue
        exchange(lists, current, s, t, from_day, to_day)
        if rules:
            ledger.apply(s, t, a, b)
        energy += cost
        if energy < best - TINY:
            best, kept = energy, list(current)
    return (0.0 if best <= TINY else best), kept


def exchange(lists: list[list[int]], who: list[int], s: int, t: int, from_day: int, to_day: int) -> None:
    """Swap the leaders of two slots in the roster and in the day lists."""
    a, b = who[s], who[t]
    if a >= 0:
        days = lists[a]
        del days[bisect_left(days, from_day)]
        insort(days, to_day)
    if b >= 0:
        days = lists[b]
        del days[bisect_left(days, to_day)]
        insort(days, from_day)
    who[s], who[t] = b, a
