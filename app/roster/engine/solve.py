"""Solving a problem: which method answers which level, in what order, with how much of the time.

1. single-slot rules and shares: minimum-cost flow (`flow`), exact for 1a-2d when no distance rule interferes;
2. is there a roster on the optimal face that keeps the distance rules? If not: exact model (`ladder`);
3. the smallest gap, between a proven bound and a search;
4. the remaining objectives by neighbourhood search (`polish`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.roster.engine.flow import FLOW_LEVELS, FlowResult, open_face, solve_levels
from app.roster.engine.instance import Instance
from app.roster.engine.problem import Problem
from app.roster.engine.run import Objective, Run
from app.roster.engine.solution import Progress, Solution, SolveOptions
from app.roster.engine.violations import find_violations


def solve(
    problem: Problem,
    options: SolveOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: Mapping[str, str | None] | None = None,
) -> Solution:
    """Solve in this process. `start` continues from an earlier roster when it is valid."""
    inst = Instance(problem)
    run = Run(inst, options or SolveOptions(), on_progress, should_stop)
    if start is not None:
        who = inst.from_roster(start)
        if not find_violations(inst, who, start):
            run.offer(who, "start")
    status = _solve(run)
    return _solution(run, status)


def _solution(run: Run, status: str) -> Solution:
    if run.best is None:
        final = "infeasible" if status == "infeasible" else "stopped"
        return Solution(final, {}, (), run.clock.wall(), run.options.seed)
    levels = run.levels()
    final = "optimal" if all(level.proven for level in levels) else "feasible"
    return Solution(final, run.inst.to_roster(run.best), levels, run.clock.wall(), run.options.seed)


def leading_flow(objectives: list[Objective]) -> tuple[str, ...]:
    """The flow levels the order begins with."""
    names: list[str] = []
    for objective in objectives:
        if objective.level not in FLOW_LEVELS:
            break
        names.append(objective.level)
    return tuple(names)


def _solve(run: Run) -> str:
    from app.roster.engine.ladder import Scope, descend, find_any
    from app.roster.engine.polish import polish

    levels = leading_flow(run.objectives)
    flow = solve_levels(run.inst, levels)
    if flow is None:
        return "infeasible"
    scope, rest = Scope(flow.face, run.inst.gap), run.objectives[len(levels) :]
    answer, who = find_any(run, scope, min(20.0, run.clock.left()), "fair shares")
    if who is not None:
        run.offer(who, "fair shares")
        _prove(run, flow)
    elif run.best is None or answer.status == "infeasible":
        scope = Scope(open_face(run.inst), run.inst.gap)
        status, scope = descend(run, scope, run.objectives[: len(levels)], lambda _: 20.0, flow.values)
        if status != "feasible":
            return status
    gaps = [objective for objective in rest if objective.level == "3a"]
    if gaps and rest[0] is gaps[0]:
        _, scope = descend(run, scope, rest[:1], lambda _: run.clock.left() * 0.4)
        rest = rest[1:]
    polish(run, scope, rest, run.clock.left())
    return "feasible"


def _prove(run: Run, flow: FlowResult) -> None:
    for name, value in flow.values.items():
        run.bound(name, value, "fair shares")
