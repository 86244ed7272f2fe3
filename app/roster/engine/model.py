"""The exact model in CP-SAT, second half: every level as a linear expression over `hard_model`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ortools.sat.python import cp_model

from app.roster.engine.flow import FAMILY_OF, LARGEST
from app.roster.engine.hard_model import EMPTY_PRICE, Expr, HardModel, runs_within
from app.roster.engine.score import weekday_cap, wish_hits

__all__ = ["EMPTY_PRICE", "Expr", "RosterModel", "runs_within"]


class RosterModel(HardModel):
    """Hard rules and levels; see `HardModel` for the arguments."""

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
                total += sum(self.x[s, p] for p in self.face.can[s] if (s, p) in self.x)
            else:
                total += 1 - (self.x.get((s, was), 0))
        return total

    def _distance(self, family: int) -> list[Expr]:
        away: list[Expr] = []
        for p in range(self.inst.n):
            target = self.inst.shares.target[family][p]
            low, high = self.face.boxes[family][p]
            if low == high:
                away.append(abs(1000 * low - target))
                continue
            value = self.model.new_int_var(0, 10**7, "")
            self.model.add(value >= 1000 * self.count[family][p] - target)
            self.model.add(value >= target - 1000 * self.count[family][p])
            away.append(value)
        return away

    def _short_gaps(self) -> Expr:
        """A duty with another of the same leader fewer than `short` days before it ends a short gap, and every
        short gap is ended by exactly one duty."""
        inst = self.inst
        total: Expr = 0
        for p in range(inst.n):
            short = inst.shares.short[p]
            if short <= self.gap and not self.given[p]:
                continue
            planned = sorted({*self.of_leader[p], *self.given[p]})
            for s in planned:
                total += self._ended_by_duty(s, p, planned, short)
            for held in inst.held[p]:
                total += self._ended_by_held(held, p, planned, short)
        return total

    def _ended_by_duty(self, s: int, p: int, planned: Sequence[int], short: int) -> Expr:
        day = self.inst.day[s]
        if any(0 <= day - held < short for held in self.inst.held[p]):
            return self._on(s, p)
        before = [t for t in planned if t < s and day - self.inst.day[t] < short]
        return self._ends_short(self._on(s, p), p, before)

    def _ended_by_held(self, held: int, p: int, planned: Sequence[int], short: int) -> Expr:
        since = max([day for day in self.inst.held[p] if day < held], default=0)
        before = [t for t in planned if max(since, held - short + 1) <= self.inst.day[t] < held]
        return self._ends_short(1, p, before)

    def _on(self, s: int, p: int) -> Expr:
        return self.x.get((s, p), 1 if s in self.given[p] else 0)

    def _ends_short(self, on: Expr, p: int, before: Sequence[int]) -> Expr:
        """1 when `on` and any of `before` are."""
        kept = any((t, p) not in self.x for t in before)
        if kept or isinstance(on, int):
            others = [self.x[t, p] for t in before if (t, p) in self.x]
            if isinstance(on, int):
                return int(bool(kept and on)) if kept or not on else self._any(others)
            return on
        ends: Expr = self.model.new_bool_var("") if before else 0
        for run in runs_within(self.inst, before, max(self.gap, 1), singles=True):
            self.model.add(ends >= on + sum(self.x[t, p] for t in run) - 1)
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
        for p in range(inst.n):
            base = inst.shares.weekday_base[p]
            low, high = self.face.boxes[0][p]
            low, high = max(low, 0), min(high, len(self.of_leader[p]) + len(self.given[p]))
            if not sum(base) or low > high:
                continue
            caps = {n: weekday_cap(base, n) for n in range(low, high + 1)}
            steps = self._steps(p, low, high) if low < high else {}
            for w in range(7):
                mine = [s for s in self.of_leader[p] if inst.weekday[s] == w]
                kept = sum(inst.weekday[s] == w for s in self.given[p])
                most = len(mine) + kept
                if most <= caps[low][w]:
                    continue
                cap = caps[low][w] + sum((caps[n][w] - caps[n - 1][w]) * step for n, step in steps.items())
                excess = self.model.new_int_var(0, most, "")
                self.model.add(excess >= sum(self.x[s, p] for s in mine) + kept - cap)
                total += excess
        return total

    def _steps(self, p: int, low: int, high: int) -> dict[int, cp_model.IntVar]:
        """Booleans "the count reaches n" for n above the lowest."""
        steps = {n: self.model.new_bool_var("") for n in range(low + 1, high + 1)}
        self.model.add(self.count[0][p] == low + sum(steps.values()))
        for n in range(low + 1, high):
            self.model.add_implication(steps[n + 1], steps[n])
        return steps

    def _wishes(self) -> Expr:
        inst = self.inst
        total: Expr = 0
        for pref in inst.problem.prefs:
            p = inst.leader_index[pref.leader]
            slots = [s for s in self.of_leader[p] if wish_hits(inst, pref, s)]
            kept = sum(wish_hits(inst, pref, s) for s in self.given[p])
            if pref.type == "avoid":
                total += pref.w * (sum(self.x[s, p] for s in slots) + kept)
            elif not kept:
                missed = self.model.new_bool_var("")
                self.model.add_bool_or([missed, *(self.x[s, p] for s in slots)])
                total += pref.w * missed
        return total

    # -- use ---------------------------------------------------------------------------------------------------

    def hint(self, who: Sequence[int]) -> None:
        """Start the search from a roster."""
        for (s, p), var in self.x.items():
            self.model.add_hint(var, int(who[s] == p))

    def read(self, solver: Any, who: Sequence[int]) -> list[int]:
        """The roster found: `who` with the free slots replaced."""
        new = list(who)
        for s in self.free:
            new[s] = -2 if new[s] == -2 and self.inst.past[s] else -1
        for (s, p), var in self.x.items():
            if solver.boolean_value(var):
                new[s] = p
        return new
