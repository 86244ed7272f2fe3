"""The exact model in CP-SAT, first half: the hard rules on a face. `model` adds the levels.

Boolean `x[s, p]` = person p (a leader) takes slot s, only for pairs that the face and the past allow. "At most one duty in G
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

from app.roster.engine.flow import Face
from app.roster.engine.instance import Instance

Expr = Any  # a linear expression of CP-SAT, or an integer
EMPTY_PRICE = 4


class HardModel:
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
        self.count = [[self._count(family, p) for p in range(inst.n)] for family in range(3)]
        self._boxes()
        self._count_rules()

    # -- hard rules --------------------------------------------------------------------------------------------

    def _given(self, who: Sequence[int] | None) -> list[list[int]]:
        """Slots each leader keeps."""
        given: list[list[int]] = [[] for _ in self.inst.leaders]
        free = set(self.free)
        kept = self.inst.facts.items() if who is None else enumerate(who)
        for s, p in kept:
            if p >= 0 and s not in free:
                given[p].append(s)
        return given

    def _variables(self) -> None:
        inst = self.inst
        for s in self.free:
            for p in self.face.can[s]:
                if not any(inst.clash(s, t, self.gap) for t in self.given[p]) and not self._near_held(s, p):
                    self.x[s, p] = self.model.new_bool_var("")
                    self.of_leader[p].append(s)

    def _near_held(self, s: int, p: int) -> bool:
        return any(abs(self.inst.day[s] - day) < self.gap for day in self.inst.held[p])

    def _coverage(self) -> None:
        for s in self.free:
            row = [self.x[s, p] for p in self.face.can[s] if (s, p) in self.x]
            if self.face.empty[s] or self.elastic:
                self.model.add_at_most_one(row)
                self.missed += 0 if self.face.empty[s] else EMPTY_PRICE * (1 - sum(row))
            else:
                self.model.add_exactly_one(row)

    def _distances(self) -> None:
        for p, slots in enumerate(self.of_leader):
            if self.gap:
                for run in runs_within(self.inst, slots, self.gap):
                    self.model.add_at_most_one([self.x[s, p] for s in run])
            else:
                self._same_date(p, slots)
            self._window(p, slots)
        self._groups()

    def _same_date(self, p: int, slots: Sequence[int]) -> None:
        """Without any gap rule only overlapping sessions of one date exclude each other."""
        for run in runs_within(self.inst, slots, 1):
            for s, t in combinations(run, 2):
                if self.inst.clash(s, t, 0):
                    self.model.add_at_most_one([self.x[s, p], self.x[t, p]])

    def _window(self, p: int, slots: Sequence[int]) -> None:
        rules = self.inst.problem.rules
        if rules.window_k == 1 or rules.window_days <= 1:
            return
        inst = self.inst
        days = sorted(
            [(inst.day[s], s) for s in [*slots, *self.given[p]]] + [(day, -1) for day in inst.held[p]]
        )
        for index, (first, _) in enumerate(days):
            inside = [s for day, s in days[index:] if day - first < rules.window_days]
            terms = [self.x[s, p] for s in inside if (s, p) in self.x]
            if terms and len(inside) > rules.window_k:
                self.model.add(sum(terms) <= max(rules.window_k - len(inside) + len(terms), 0))

    def _groups(self) -> None:
        groups: dict[str, list[int]] = {}
        for s in self.free:
            group = self.inst.slots[s].group
            if group is not None:
                groups.setdefault(group, []).append(s)
        for members in groups.values():
            for p in range(self.inst.n) if len(members) > 1 else ():
                row = [self.x[s, p] for s in members if (s, p) in self.x]
                if len(row) > 1:
                    self.model.add_at_most_one(row)

    def _count(self, family: int, p: int) -> Expr:
        def inside(s: int) -> bool:
            return family == 0 or self.inst.cls[s] == family

        kept = sum(inside(s) for s in self.given[p])
        return sum(self.x[s, p] for s in self.of_leader[p] if inside(s)) + kept

    def _boxes(self) -> None:
        for family in range(3):
            for p, (low, high) in enumerate(self.face.boxes[family]):
                count = self.count[family][p]
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
            p = rule.leader
            kept = len(set(self.given[p]) & set(rule.slots))
            terms = [self.x[s, p] for s in rule.slots if (s, p) in self.x]
            if terms or rule.low > kept:
                high = len(terms) + kept if rule.high is None else rule.high
                self._within(sum(terms) + kept, rule.low, high)


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
