"""The exact model in CP-SAT: hard rules on a face, and every level as a linear expression.

Boolean `x[s, l]` = leader l takes slot s, only for pairs that the face and the past allow. "At most one duty in G
days" is a clique for every maximal run of slots spanning fewer than G days, which is the strongest linear form of a
smallest gap (the cliques of one leader are an interval matrix, so each leader alone is integral in the relaxation).
Used whole where the flow does not reach (window rules, monthly minimums, re-plans, small problems), and in small
neighbourhoods by the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from app.roster.engine.flow import FAMILY_OF, LARGEST, Face
from app.roster.engine.instance import Instance
from app.roster.engine.score import weekday_cap, wish_hits

Expr = Any  # a linear expression of CP-SAT, or an integer
EMPTY_PRICE = 4


class RosterModel:
    """One CP-SAT model. `free` slots are decided by it; the others keep their leader in `who`.

    With `elastic`, slots may stay empty and counts and counted rules may be missed; `missed` is the price of that.
    """

    def __init__(
        self,
        inst: Instance,
        face: Face,
        gap: int | None = None,
        who: Sequence[int] | None = None,
        free: Iterable[int] | None = None,
        elastic: bool = False,
    ) -> None:
        self.inst = inst
        self.face = face
        self.gap = max(inst.gap, gap or 0)
        self.model = cp_model.CpModel()
        self.elastic = elastic
        self.missed: Expr = 0
        self.free = [s for s in (range(inst.m) if free is None else sorted(free)) if not inst.past[s]]
        self.given = self._given(who)
        self.x: dict[tuple[int, int], cp_model.IntVar] = {}
        self.of_leader: list[list[int]] = [[] for _ in inst.leaders]
        self._variables()
        self._coverage()
        self._distances()
        self.count = [[self._count(family, l) for l in range(inst.n)] for family in range(3)]
        self._boxes()
        self._count_rules()

    # -- hard rules --------------------------------------------------------------------------------------------

    def _given(self, who: Sequence[int] | None) -> list[list[int]]:
        """Slots each leader keeps."""
        given: list[list[int]] = [[] for _ in self.inst.leaders]
        free = set(self.free)
        kept = self.inst.facts.items() if who is None else enumerate(who)
        for s, l in kept:
            if l >= 0 and s not in free:
                given[l].append(s)
        return given

    def _variables(self) -> None:
        inst = self.inst
        for s in self.free:
            for l in self.face.can[s]:
                if not any(inst.clash(s, t, self.gap) for t in self.given[l]) and not self._near_held(s, l):
                    self.x[s, l] = self.model.new_bool_var("")
                    self.of_leader[l].append(s)

    def _near_held(self, s: int, l: int) -> bool:
        return any(abs(self.inst.day[s] - day) < self.gap for day in self.inst.held[l])

    def _coverage(self) -> None:
        for s in self.free:
            row = [self.x[s, l] for l in self.face.can[s] if (s, l) in self.x]
            if self.face.empty[s] or self.elastic:
                self.model.add_at_most_one(row)
                self.missed += 0 if self.face.empty[s] else EMPTY_PRICE * (1 - sum(row))
            else:
                self.model.add_exactly_one(row)

    def _distances(self) -> None:
        for l, slots in enumerate(self.of_leader):
            if self.gap:
                for run in runs_within(self.inst, slots, self.gap):
                    self.model.add_at_most_one([self.x[s, l] for s in run])
            else:
                self._same_date(l, slots)
            self._window(l, slots)
        self._groups()

    def _same_date(self, l: int, slots: Sequence[int]) -> None:
        """Without any gap rule only overlapping sessions of one date exclude each other."""
        for run in runs_within(self.inst, slots, 1):
            for s, t in combinations(run, 2):
                if self.inst.clash(s, t, 0):
                    self.model.add_at_most_one([self.x[s, l], self.x[t, l]])

    def _window(self, l: int, slots: Sequence[int]) -> None:
        rules = self.inst.problem.rules
        if rules.window_k == 1 or rules.window_days <= 1:
            return
        inst = self.inst
        days = sorted(
            [(inst.day[s], s) for s in [*slots, *self.given[l]]] + [(day, -1) for day in inst.held[l]]
        )
        for index, (first, _) in enumerate(days):
            inside = [s for day, s in days[index:] if day - first < rules.window_days]
            terms = [self.x[s, l] for s in inside if (s, l) in self.x]
            if terms and len(inside) > rules.window_k:
                self.model.add(sum(terms) <= max(rules.window_k - len(inside) + len(terms), 0))

    def _groups(self) -> None:
        groups: dict[str, list[int]] = {}
        for s in self.free:
            group = self.inst.slots[s].group
            if group is not None:
                groups.setdefault(group, []).append(s)
        for members in groups.values():
            for l in range(self.inst.n) if len(members) > 1 else ():
                row = [self.x[s, l] for s in members if (s, l) in self.x]
                if len(row) > 1:
                    self.model.add_at_most_one(row)

    def _count(self, family: int, l: int) -> Expr:
        def inside(s: int) -> bool:
            return family == 0 or self.inst.cls[s] == family

        kept = sum(inside(s) for s in self.given[l])
        return sum(self.x[s, l] for s in self.of_leader[l] if inside(s)) + kept

    def _boxes(self) -> None:
        for family in range(3):
            for l, (low, high) in enumerate(self.face.boxes[family]):
                count = self.count[family][l]
                if not isinstance(count, int) or not low <= count <= high:
                    self._within(count, low, high)

    def _within(self, count: Expr, low: int, high: int) -> None:
        """low <= count <= high, or in an elastic model the price of the distance."""
        if not self.elastic:
            self.model.add_linear_constraint(count, low, high)
            return
        away = self.model.new_int_var(0, self.inst.m, "")
        self.model.add(away >= count - high)
        self.model.add(away >= low - count)
        self.missed += away

    def _count_rules(self) -> None:
        for rule in self.inst.rules:
            l = rule.leader
            kept = len(set(self.given[l]) & set(rule.slots))
            terms = [self.x[s, l] for s in rule.slots if (s, l) in self.x]
            if terms or rule.low > kept:
                high = len(terms) + kept if rule.high is None else rule.high
                self._within(sum(terms) + kept, rule.low, high)

    # -- levels ------------------------------------------------------------------------------------------------

    def level(self, name: str) -> Expr:
        """The value of one level as a linear expression (3a is fixed by `gap` and has none)."""
        if name == "changes":
            return self._changes()
        if name in FAMILY_OF:
            away = self._distance(FAMILY_OF[name])
            if name not in LARGEST:
                return sum(away)
            largest = self.model.new_int_var(0, 10**7, "")
            for value in away:
                self.model.add(largest >= value)
            return largest
        return {"3b": self._short_gaps, "4": self._weekdays, "5": self._wishes}[name]()

    def _changes(self) -> Expr:
        """Future slots that differ from the published roster."""
        inst = self.inst
        assert inst.published is not None
        total: Expr = 0
        for s in self.free:
            if inst.past[s]:
                continue
            was = inst.published[s]
            if was == -1:
                total += sum(self.x[s, l] for l in self.face.can[s] if (s, l) in self.x)
            else:
                total += 1 - (self.x[s, was] if (s, was) in self.x else 0)
        return total

    def _distance(self, family: int) -> list[Expr]:
        away = []
        for l in range(self.inst.n):
            target = self.inst.shares.target[family][l]
            low, high = self.face.boxes[family][l]
            if low == high:
                away.append(abs(1000 * low - target))
                continue
            value = self.model.new_int_var(0, 10**7, "")
            self.model.add(value >= 1000 * self.count[family][l] - target)
            self.model.add(value >= target - 1000 * self.count[family][l])
            away.append(value)
        return away

    def _short_gaps(self) -> Expr:
        """A duty with another of the same leader fewer than `short` days before it ends a short gap, and every
        short gap is ended by exactly one duty."""
        inst = self.inst
        total: Expr = 0
        for l in range(inst.n):
            short = inst.shares.short[l]
            if short <= self.gap or not self.of_leader[l]:
                continue
            planned = sorted({*self.of_leader[l], *self.given[l]})
            for s in planned:
                total += self._ended_by_duty(s, l, planned, short)
            for held in inst.held[l]:
                total += self._ended_by_held(held, l, planned, short)
        return total

    def _ended_by_duty(self, s: int, l: int, planned: Sequence[int], short: int) -> Expr:
        day = self.inst.day[s]
        if any(0 <= day - held < short for held in self.inst.held[l]):
            return self._on(s, l)
        before = [t for t in planned if t < s and day - self.inst.day[t] < short]
        return self._ends_short(self._on(s, l), l, before)

    def _ended_by_held(self, held: int, l: int, planned: Sequence[int], short: int) -> Expr:
        since = max([day for day in self.inst.held[l] if day < held], default=0)
        before = [t for t in planned if max(since, held - short + 1) <= self.inst.day[t] < held]
        return self._ends_short(1, l, before)

    def _on(self, s: int, l: int) -> Expr:
        return self.x.get((s, l), 1 if s in self.given[l] else 0)

    def _ends_short(self, on: Expr, l: int, before: Sequence[int]) -> Expr:
        """1 when `on` and any of `before` are."""
        kept = any((t, l) not in self.x for t in before)
        if kept or isinstance(on, int):
            others = [self.x[t, l] for t in before if (t, l) in self.x]
            if isinstance(on, int):
                return int(bool(kept and on)) if kept or not on else self._any(others)
            return on
        ends: Expr = self.model.new_bool_var("") if before else 0
        for run in runs_within(self.inst, before, max(self.gap, 1), singles=True):
            self.model.add(ends >= on + sum(self.x[t, l] for t in run) - 1)
        return ends

    def _any(self, terms: Sequence[Any]) -> Expr:
        if not terms:
            return 0
        found = self.model.new_bool_var("")
        self.model.add_max_equality(found, terms)
        return found

    def _weekdays(self) -> Expr:
        """Duties on a weekday beyond the fair count, which is a step function of the leader's number of duties."""
        inst = self.inst
        total: Expr = 0
        for l in range(inst.n):
            base = inst.shares.weekday_base[l]
            low, high = self.face.boxes[0][l]
            low, high = max(low, 0), min(high, len(self.of_leader[l]) + len(self.given[l]))
            if not sum(base) or low > high:
                continue
            caps = {n: weekday_cap(base, n) for n in range(low, high + 1)}
            steps = self._steps(l, low, high) if low < high else {}
            for w in range(7):
                mine = [s for s in self.of_leader[l] if inst.weekday[s] == w]
                kept = sum(inst.weekday[s] == w for s in self.given[l])
                most = len(mine) + kept
                if most <= caps[low][w]:
                    continue
                cap = caps[low][w] + sum((caps[n][w] - caps[n - 1][w]) * step for n, step in steps.items())
                excess = self.model.new_int_var(0, most, "")
                self.model.add(excess >= sum(self.x[s, l] for s in mine) + kept - cap)
                total += excess
        return total

    def _steps(self, l: int, low: int, high: int) -> dict[int, cp_model.IntVar]:
        """Booleans "the count reaches n" for n above the lowest."""
        steps = {n: self.model.new_bool_var("") for n in range(low + 1, high + 1)}
        self.model.add(self.count[0][l] == low + sum(steps.values()))
        for n in range(low + 1, high):
            self.model.add_implication(steps[n + 1], steps[n])
        return steps

    def _wishes(self) -> Expr:
        inst = self.inst
        total: Expr = 0
        for pref in inst.problem.prefs:
            l = inst.leader_index[pref.leader]
            slots = [s for s in self.of_leader[l] if wish_hits(inst, pref, s)]
            kept = sum(wish_hits(inst, pref, s) for s in self.given[l])
            if pref.type == "avoid":
                total += pref.w * (sum(self.x[s, l] for s in slots) + kept)
            elif not kept:
                missed = self.model.new_bool_var("")
                self.model.add_bool_or([missed, *(self.x[s, l] for s in slots)])
                total += pref.w * missed
        return total

    # -- use ---------------------------------------------------------------------------------------------------

    def hint(self, who: Sequence[int]) -> None:
        """Start the search from a roster."""
        for (s, l), var in self.x.items():
            self.model.add_hint(var, int(who[s] == l))

    def read(self, solver: Any, who: Sequence[int]) -> list[int]:
        """The roster found: `who` with the free slots replaced."""
        new = list(who)
        for s in self.free:
            new[s] = -2 if new[s] == -2 and self.inst.past[s] else -1
        for (s, l), var in self.x.items():
            if solver.boolean_value(var):
                new[s] = l
        return new


def runs_within(inst: Instance, slots: Sequence[int], span: int, singles: bool = False) -> list[list[int]]:
    """Maximal runs of slots whose first and last day are fewer than `span` days apart; of two or more slots, or with
    `singles` also lone ones, so that every slot is in a run."""
    ordered = sorted(slots)
    runs: list[list[int]] = []
    start = 0
    for end in range(len(ordered)):
        last = end + 1 == len(ordered)
        while inst.day[ordered[end]] - inst.day[ordered[start]] >= span:
            start += 1
        grows = not last and inst.day[ordered[end + 1]] - inst.day[ordered[start]] < span
        if not grows and (singles or end > start):
            runs.append(ordered[start : end + 1])
    return runs
