"""A quick first roster at a wanted gap, day by day: whoever is furthest behind the counts the face asks for.

Holes and wrong counts are left for `elastic` to mend. Many randomised tries cost less than one exact solve, and the best
of them starts far closer to the wanted counts than any roster that only covers the slots.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable, Sequence

from app.roster.engine.flow import Face
from app.roster.engine.instance import Instance


def greedy_starts(
    inst: Instance, face: Face, gap: int, rng: random.Random, tries: int, stop: Callable[[], bool]
) -> list[list[int]]:
    """Randomised greedy rosters, holes where nobody was free."""
    supply = [[0] * inst.n for _ in range(3)]
    for s, row in enumerate(face.can):
        for p in row:
            supply[inst.cls[s]][p] += 1
    found = []
    for _ in range(tries):
        if stop():
            break
        found.append(greedy_start(inst, face, gap, rng, supply))
    return found


def greedy_start(
    inst: Instance, face: Face, gap: int, rng: random.Random, supply: Sequence[Sequence[int]]
) -> list[int]:
    """One roster: among the leaders who keep the gap, the one whose wanted duties of this class press most."""
    wanted = wanted_by_class(face, inst.n)
    left = [list(row) for row in supply]
    days = [list(held) for held in inst.held]
    who = [-1] * inst.m
    for s, row in enumerate(face.can):
        if len(row) == 1 or inst.past[s]:
            for p in row[:1]:
                who[s] = p
                wanted[inst.cls[s]][p] -= 1
                days[p].insert(bisect_left(days[p], inst.day[s]), inst.day[s])
    for s, row in enumerate(face.can):
        c, best, most = inst.cls[s], -1, -1e9
        for p in row if who[s] < 0 else ():
            left[c][p] -= 1
            if not keeps_gap(days[p], inst.day[s], gap):
                continue
            need = wanted[c][p] / (left[c][p] + 1.5)
            total = (wanted[0][p] + wanted[1][p] + wanted[2][p]) / (
                left[0][p] + left[1][p] + left[2][p] + 1.5
            )
            press = need + 2.0 * total + 0.06 * rng.random()
            if press > most:
                best, most = p, press
        if best >= 0 and not (face.empty[s] and wanted[c][best] <= 0):
            who[s] = best
            wanted[c][best] -= 1
            days[best].insert(bisect_left(days[best], inst.day[s]), inst.day[s])
    return who


def wanted_by_class(face: Face, n: int) -> list[list[int]]:
    """Wanted duties of each leader by class (plain, rest, monfri), from the middle of the boxes."""
    middle = [[(low + high) // 2 for low, high in row] for row in face.boxes]
    plain = [middle[0][p] - middle[1][p] - middle[2][p] for p in range(n)]
    return [plain, middle[1], middle[2]]


def keeps_gap(days: Sequence[int], day: int, gap: int) -> bool:
    """Whether a duty on `day` keeps the gap to the others."""
    at = bisect_left(days, day)
    if at and day - days[at - 1] < gap:
        return False
    return at == len(days) or days[at] - day >= gap
