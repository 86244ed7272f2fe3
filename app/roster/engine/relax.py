"""Linear relaxations as plain arrays, and bounds that hold whatever a floating-point solver says.

`base_model` is a face with its rules, a smallest gap for each leader, and share levels held at a value. `level_model` puts
a level on top of it:

* 3a: coverage and counts may be missed at a price; if the least price is above 0, no roster has the gap.
* 3b: leaders whose limit exceeds the gap are modelled as a path through their slots (an arc a short gap, a waiting
  chain for long ones), which describes each leader exactly; a plain "ends a short gap" variable would give the
  useless bound 0. Once there is no short gap, "no short gap" is a longer gap for each leader, hence a clique.
* 4 and 5: weekday excess and wishes, the levels before them held.

In all of them misses stay possible at a price of `MISS`, which only lowers a bound, and lets a dive go on after a mistake.

A bound is never taken from the solver's objective. From any multipliers y of the rows the Lagrangian bound
``sum_r (y_r > 0 ? y_r lo_r : y_r hi_r) + sum_j min over [0, u_j] of (c_j - y A_j) x_j`` is valid (Geoffrion 1974), so the
duals are rounded to integers over 2**20 and the sum is evaluated exactly in integers: see `safe_bound`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.roster.engine.flow import Face
from app.roster.engine.instance import Instance
from app.roster.engine.jobs import Goal
from app.roster.engine.score import SHARE_LEVELS, weekday_cap, wish_hits

SCALE = 1 << 20
MISS = 20  # price of an empty slot or a wrong count, in units of the level
WORSE = 6  # price of a level before the goal being one worse than it should be


@dataclass(slots=True)
class Linear:
    """minimise cost x, low <= A x <= high, 0 <= x <= upper; rows as lists of (column, integer coefficient).

    `whole` asks for whole numbers in the columns with upper bound 1.
    """

    cost: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    rows: list[list[tuple[int, int]]] = field(default_factory=list)
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    whole: bool = False

    def column(self, cost: int = 0, upper: int = 1) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        return len(self.cost) - 1

    def row(self, terms: list[tuple[int, int]], low: int, high: int) -> None:
        self.rows.append(terms)
        self.low.append(low)
        self.high.append(high)


def safe_bound(model: Linear, duals: Sequence[float]) -> int:
    """The Lagrangian lower bound of the integer program for these multipliers, rounded up, in exact integers."""
    reduced = [cost * SCALE for cost in model.cost]
    total = 0
    for terms, low, high, dual in zip(model.rows, model.low, model.high, duals, strict=True):
        y = round(dual * SCALE)
        if y:
            total += y * (low if y > 0 else high)
            for column, coefficient in terms:
                reduced[column] -= y * coefficient
    total += sum(price * upper for price, upper in zip(reduced, model.upper, strict=True) if price < 0)
    return -(-total // SCALE)


def base_model(
    inst: Instance, face: Face, gaps: Sequence[int], price: int, totals: Sequence[tuple[str, int]] = ()
) -> tuple[Linear, list[dict[int, int]]]:
    """Coverage, counts, counted rules, gaps (a leader each) and share levels kept at `totals`; also the columns
    x[leader][slot]. With a `price`, coverage and counts may be missed for it; 0: not at all."""
    model = Linear()
    x: list[dict[int, int]] = [{} for _ in inst.leaders]
    for s, row in enumerate(face.can):
        for p in row:
            if not blocked(inst, s, p, gaps[p]):
                x[p][s] = model.column()
    for s, row in enumerate(face.can):
        terms = [(x[p][s], 1) for p in row if s in x[p]]
        if not face.empty[s] and price:
            terms.append((model.column(price), 1))
        model.row(terms, 0 if face.empty[s] else 1, 1)
    for p in range(inst.n):
        for family, boxes in enumerate(face.boxes):
            terms = [(column, 1) for s, column in x[p].items() if family == 0 or inst.cls[s] == family]
            low, high = boxes[p]
            if price and low:
                terms.append((model.column(price, low), 1))
            if terms or low:
                model.row(terms, low, high)
    for rule in inst.rules:
        terms = [(x[rule.leader][s], 1) for s in rule.slots if s in x[rule.leader]]
        if price and rule.low:
            terms.append((model.column(price, rule.low), 1))
        if terms or rule.low:
            model.row(terms, rule.low, len(terms) + rule.low if rule.high is None else rule.high)
    for p in range(inst.n):
        _cliques(inst, model, x[p], gaps[p])
        _windows(inst, model, x[p])
    for level, value in totals:
        terms, constant = total_distance(inst, model, x, face, SHARE_LEVELS[level], price)
        over = [(model.column(price, 10**6), -1000)] if price else []
        model.row([*terms, *over], -(10**7), value - constant)
    return model, x


def _windows(inst: Instance, model: Linear, columns: dict[int, int]) -> None:
    """At most k duties in a number of days, for k above 1 (k = 1 is a gap)."""
    rules = inst.problem.rules
    ordered = sorted(s for s in columns if not inst.past[s])
    for first in ordered if rules.window_k > 1 else ():
        inside = [s for s in ordered if 0 <= inst.day[s] - inst.day[first] < rules.window_days]
        if len(inside) > rules.window_k:
            model.row([(columns[s], 1) for s in inside], 0, rules.window_k)


def blocked(inst: Instance, s: int, p: int, gap: int) -> bool:
    """Too close to a past duty or one held outside the plan."""
    if inst.past[s]:
        return False
    if any(abs(inst.day[s] - day) < gap for day in inst.held[p]):
        return True
    return any(inst.clash(s, t, gap) for t in inst.facts_of[p])


def _cliques(inst: Instance, model: Linear, columns: dict[int, int], gap: int) -> None:
    ordered = sorted(s for s in columns if not inst.past[s])
    for s, t in itertools.pairwise(ordered) if gap < 1 else ():
        if inst.clash(s, t, 0):
            model.row([(columns[s], 1), (columns[t], 1)], 0, 1)
    start = 0
    for end, s in enumerate(ordered):
        while inst.day[s] - inst.day[ordered[start]] >= gap:
            start += 1
        last = end + 1 == len(ordered) or inst.day[ordered[end + 1]] - inst.day[ordered[start]] >= gap
        if last and end > start:
            model.row([(columns[t], 1) for t in ordered[start : end + 1]], 0, 1)


def level_model(inst: Instance, face: Face, goal: Goal) -> tuple[Linear, list[dict[int, int]]]:
    """The least value of the level of a goal, the levels before it held, plus misses; also the columns
    x[leader][slot]. For 3a the value is the misses alone."""
    held = dict(goal.held)
    gaps = [goal.gap] * inst.n
    if held.get("3b") == 0:
        gaps = [max(goal.gap, short) for short in inst.shares.short]
    totals = [(level, value) for level, value in goal.held if level in SHARE_LEVELS]
    model, x = base_model(inst, face, gaps, MISS, totals)
    if goal.level == "3b" or held.get("3b"):
        arcs = _paths(inst, model, x, goal.gap, price=int(goal.level == "3b"))
        _keep(model, arcs, held.get("3b"))
    if goal.level == "4" or "4" in held:
        _keep(model, _weekdays(inst, model, x, face, price=int(goal.level == "4")), held.get("4"))
    if goal.level == "5" or "5" in held:
        cost = _wishes(inst, model, x, price=int(goal.level == "5"))
        _keep(model, cost, held.get("5"))
    return model, x


def _keep(model: Linear, terms: list[tuple[int, int]], value: int | None) -> None:
    """A level before the goal stays at its value, or pays for what it is worse."""
    if value is not None and terms:
        over = model.column(WORSE, 10**6)
        model.row([*terms, (over, -1)], -(10**6), value)


def _paths(
    inst: Instance, model: Linear, x: list[dict[int, int]], gap: int, price: int
) -> list[tuple[int, int]]:
    """The short gaps of all leaders whose duties the model decides alone."""
    arcs: list[int] = []
    for p in range(inst.n):
        if inst.shares.short[p] > gap and x[p] and not inst.facts_of[p] and not inst.held[p]:
            arcs += _path(inst, model, x[p], gap, inst.shares.short[p], price)
    return [(arc, 1) for arc in arcs]


def _path(
    inst: Instance, model: Linear, columns: dict[int, int], gap: int, short: int, price: int
) -> list[int]:
    """One leader's duties as a path: waiting chain -> slot -> (short arc to a slot | back to the chain | end).

    Returns the columns of the short arcs.
    """
    arcs: list[int] = []
    ordered = sorted(columns)
    size = len(ordered)
    into: list[list[tuple[int, int]]] = [[(columns[s], -1)] for s in ordered]
    out: list[list[tuple[int, int]]] = [[(columns[s], -1)] for s in ordered]
    chain: list[list[tuple[int, int]]] = [[] for _ in range(size + 1)]
    start = model.column()
    model.row([(start, 1)], 1, 1)
    chain[0].append((start, 1))
    for i, s in enumerate(ordered):
        take, wait = model.column(), model.column()
        chain[i] += [(take, -1), (wait, -1)]
        chain[i + 1].append((wait, 1))
        into[i].append((take, 1))
        j = i + 1
        while j < size and inst.day[ordered[j]] - inst.day[s] < short:
            if inst.day[ordered[j]] - inst.day[s] >= gap:
                arc = model.column(price)
                arcs.append(arc)
                out[i].append((arc, 1))
                into[j].append((arc, 1))
            j += 1
        back = model.column()
        out[i].append((back, 1))
        chain[j].append((back, 1))
    for terms in (*into, *out, *chain[:size]):
        model.row(terms, 0, 0)
    return arcs


def _weekdays(
    inst: Instance, model: Linear, x: list[dict[int, int]], face: Face, price: int
) -> list[tuple[int, int]]:
    """Terms for the weekday excess of each leader on each weekday."""
    columns = []
    for p in range(inst.n):
        base = inst.shares.weekday_base[p]
        cap = weekday_cap(base, face.boxes[0][p][1])
        for w in range(7):
            terms = [(column, 1) for s, column in x[p].items() if inst.weekday[s] == w]
            if sum(base) and len(terms) > cap[w]:
                columns.append(model.column(price, len(terms)))
                model.row([*terms, (columns[-1], -1)], -len(terms), cap[w])
    return [(column, 1) for column in columns]


def _wishes(inst: Instance, model: Linear, x: list[dict[int, int]], price: int) -> list[tuple[int, int]]:
    """Terms for the cost of wishes not met."""
    terms: dict[int, int] = {}
    for pref in inst.problem.prefs:
        p = inst.leader_index[pref.leader]
        columns = [column for s, column in x[p].items() if wish_hits(inst, pref, s)]
        if pref.type == "avoid":
            for column in columns:
                terms[column] = terms.get(column, 0) + pref.w
        else:
            missed = model.column()
            terms[missed] = pref.w
            model.row([*((column, 1) for column in columns), (missed, 1)], 1, len(columns) + 1)
    for column, weight in terms.items():
        model.cost[column] += price * weight
    return list(terms.items())


def distance(
    inst: Instance,
    model: Linear,
    columns: dict[int, int],
    p: int,
    family: int,
    box: tuple[int, int],
    price: int = 0,
) -> tuple[list[tuple[int, int]], int]:
    """A leader's distance from the share as terms and a constant: one column for each slope of the convex function
    of the count, which is exact for whole counts and as tight as can be in between. A missed count pays `price`."""
    (low, high), target = box, inst.shares.target[family][p]
    own = [(column, 1) for s, column in columns.items() if family == 0 or inst.cls[s] == family]
    high = min(high, len(own))
    slopes: list[tuple[int, int]] = []
    for count in range(low, high):
        slope = abs(1000 * (count + 1) - target) - abs(1000 * count - target)
        if slopes and slopes[-1][1] == slope:
            model.upper[slopes[-1][0]] += 1
        else:
            slopes.append((model.column(), slope))
    if slopes:
        missed = [(model.column(price, low), 1)] if price and low else []
        model.row([*own, *missed, *((column, -1) for column, _ in slopes)], low, low)
    return slopes, abs(1000 * low - target)


def total_distance(
    inst: Instance, model: Linear, x: Sequence[dict[int, int]], face: Face, family: int, price: int = 0
) -> tuple[list[tuple[int, int]], int]:
    """The same for all leaders together: level 1b, 2b or 2d."""
    terms, constant = [], 0
    for p in range(inst.n):
        own, least = distance(inst, model, x[p], p, family, face.boxes[family][p], price)
        terms += own
        constant += least
    return terms, constant
