"""Impossible sets: which parts of the rules exclude each other, found small and proven minimal.

A *part* is one demand that could be given up: a slot that must be covered, a pin, the distance rule of one leader, one
counted rule. A set of parts is impossible when CP-SAT finds no roster for these parts alone; `shrink` deletes parts
one by one until every remaining one is needed (deletion filter, Chinneck & Dravnieks 1991), because the cores of a
solver are correct but not minimal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from app.roster.engine.instance import Instance
from app.roster.engine.model import runs_within


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """`kind` cover (key: slot), pin (slot), distance (leader), count (number of the counted rule)."""

    kind: str
    key: int


def all_parts(inst: Instance) -> list[Part]:
    """Every part of a problem."""
    parts = [Part("cover", s) for s in range(inst.m) if not inst.may_be_empty(s) and not inst.past[s]]
    parts += [Part("pin", s) for s in pinned_slots(inst)]
    parts += [Part("distance", p) for p in range(inst.n)]
    parts += [Part("count", number) for number in range(len(inst.rules))]
    return parts


def pinned_slots(inst: Instance) -> list[int]:
    """Future slots that are pinned to a leader."""
    pins = inst.problem.pins
    return [s for s in range(inst.m) if not inst.past[s] and pins.get(inst.slots[s].id) is not None]


class PartModel:
    """CP-SAT over the slots that the parts touch. With `assume`, every part has a literal that switches it on."""

    def __init__(self, inst: Instance, parts: Sequence[Part], assume: bool = False) -> None:
        self.inst = inst
        self.model = cp_model.CpModel()
        self.literal: dict[Part, Any] = {}
        if assume:
            self.literal = {part: self.model.new_bool_var("") for part in parts}
            self.model.add_assumptions(list(self.literal.values()))
        self.slots = sorted(self._touched(parts))
        self.x = {(s, p): self.model.new_bool_var("") for s in self.slots for p in self._candidates(s)}
        for s in self.slots:
            self.model.add_at_most_one([self.x[s, p] for p in self._candidates(s)])
        for part in parts:
            getattr(self, f"_{part.kind}")(part)

    def _touched(self, parts: Sequence[Part]) -> set[int]:
        slots: set[int] = set(self.inst.facts)
        for part in parts:
            if part.kind in ("cover", "pin"):
                slots.add(part.key)
            elif part.kind == "count":
                slots |= set(self.inst.rules[part.key].slots)
        return slots

    def _candidates(self, s: int) -> tuple[int, ...]:
        return self.inst.can[s] if self.inst.past[s] else self.inst.able[s]

    def _add(self, part: Part, terms: Sequence[Any], low: int, high: int) -> None:
        constraint = self.model.add_linear_constraint(sum(terms), low, high)
        if part in self.literal:
            constraint.only_enforce_if(self.literal[part])

    def _cover(self, part: Part) -> None:
        self._add(part, [self.x[part.key, p] for p in self._candidates(part.key)], 1, 1)

    def _pin(self, part: Part) -> None:
        s = part.key
        p = self.inst.number_of(self.inst.problem.pins[self.inst.slots[s].id])
        self._add(part, [self.x[s, p]] if (s, p) in self.x else [], 1, 1)

    def _distance(self, part: Part) -> None:
        inst, p = self.inst, part.key
        mine = [s for s in self.slots if (s, p) in self.x]
        for run in runs_within(inst, mine, max(inst.gap, 1)):
            future = [s for s in run if not inst.past[s]]
            facts = [s for s in run if inst.past[s]]
            if inst.gap == 0 and not all(inst.clash(s, t) for s in run for t in run if s < t):
                continue
            if len(future) > 1:
                self._add(part, [self.x[s, p] for s in future], 0, 1)
            for fact in facts:
                for s in future:
                    self._add(part, [self.x[s, p], self.x[fact, p]], 0, 1)
        self._window(part, mine)

    def _window(self, part: Part, mine: Sequence[int]) -> None:
        inst, rules = self.inst, self.inst.problem.rules
        for s in mine if rules.window_k > 1 else ():
            inside = [t for t in mine if 0 <= inst.day[t] - inst.day[s] < rules.window_days]
            if len(inside) > rules.window_k and not all(inst.past[t] for t in inside):
                self._add(part, [self.x[t, part.key] for t in inside], 0, rules.window_k)

    def _count(self, part: Part) -> None:
        rule = self.inst.rules[part.key]
        terms = [self.x[s, rule.leader] for s in rule.slots if (s, rule.leader) in self.x]
        self._add(part, terms, rule.low, len(terms) + rule.low if rule.high is None else rule.high)

    def solve(self, seconds: float) -> tuple[str, cp_model.CpSolver]:
        """("infeasible" | "feasible" | "unknown", solver)."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        solver.parameters.linearization_level = 2
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            return "infeasible", solver
        return "feasible" if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else "unknown", solver


def is_impossible(inst: Instance, parts: Sequence[Part], seconds: float = 2.0) -> bool:
    """Whether the parts alone are proven impossible."""
    return PartModel(inst, parts).solve(seconds)[0] == "infeasible"


def find_core(inst: Instance, seconds: float) -> list[Part] | None:
    """Some impossible set of parts of the whole problem by assumption literals; None when none is proven in time."""
    parts = all_parts(inst)
    model = PartModel(inst, parts, assume=True)
    status, solver = model.solve(seconds)
    if status != "infeasible":
        return None
    core = set(solver.sufficient_assumptions_for_infeasibility())
    chosen = [part for part in parts if model.literal[part].index in core]
    return chosen or parts


def shrink(inst: Instance, parts: Sequence[Part], left: Callable[[], float]) -> list[Part]:
    """Delete parts while the rest stays impossible: halves first, then one by one, until the time is up."""
    kept = list(parts)
    size = max(len(kept) // 2, 1)
    while True:
        position = 0
        while position < len(kept) and left() > 0:
            rest = kept[:position] + kept[position + size :]
            if rest and is_impossible(inst, rest, min(1.0, left())):
                kept = rest
            else:
                position += size
        if size == 1 or left() <= 0:
            return kept
        size = max(size // 2, 1)
