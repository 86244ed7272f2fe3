"""What the engine is measured against: round robin, longest-waiting greedy, one weighted-sum CP-SAT model."""

from __future__ import annotations

from collections.abc import Callable

from app.roster.engine import Problem
from app.roster.engine.flow import open_face
from app.roster.engine.instance import Instance
from app.roster.engine.model import RosterModel

Roster = dict[str, str | None]
WEIGHTS = {"1a": 100, "1b": 30, "2a": 30, "2b": 10, "2c": 20, "2d": 5, "3b": 2000, "4": 500, "5": 100}


def can_take(inst: Instance, s: int, p: int, duties: dict[int, list[int]]) -> bool:
    """A leader who may serve and has no duty too close before."""
    return p in inst.can[s] and not any(inst.clash(s, t) for t in duties[p][-2:])


def pick_in_turn(inst: Instance, choose: Callable[[int, dict[int, list[int]]], list[int]]) -> Roster:
    """Fill the slots by date with the first able leader in the order that `choose` gives."""
    duties: dict[int, list[int]] = {p: [] for p in range(inst.n)}
    who = [-1] * inst.m
    for s in range(inst.m):
        for p in choose(s, duties):
            if can_take(inst, s, p, duties):
                who[s] = p
                duties[p].append(s)
                break
    return inst.to_roster(who)


def round_robin(problem: Problem) -> Roster:
    """The list from top to bottom, again and again; who cannot is passed over."""
    inst = Instance(problem)
    turn = 0

    def choose(_slot: int, duties: dict[int, list[int]]) -> list[int]:
        nonlocal turn
        turn = sum(len(own) for own in duties.values())
        return [(turn + i) % inst.n for i in range(inst.n)]

    return pick_in_turn(inst, choose)


def longest_waiting(problem: Problem) -> Roster:
    """Always the leader whose last duty is longest ago."""
    inst = Instance(problem)

    def choose(_slot: int, duties: dict[int, list[int]]) -> list[int]:
        return sorted(range(inst.n), key=lambda p: (inst.day[duties[p][-1]] if duties[p] else 0, p))

    return pick_in_turn(inst, choose)


def weighted_sum(problem: Problem, seconds: float = 60.0, workers: int = 2) -> Roster | None:
    """One CP-SAT model with all levels in a weighted sum; the smallest gap is left to the window rules."""
    from ortools.sat.python import cp_model

    inst = Instance(problem)
    model = RosterModel(inst, open_face(inst))
    model.model.minimize(sum(weight * model.level(level) for level, weight in WEIGHTS.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return inst.to_roster(model.read(solver, [-1] * inst.m))
