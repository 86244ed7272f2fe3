"""Solving a problem in this process: the one entry of the engine. How it is done is in `strategy`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.roster.engine.instance import Instance
from app.roster.engine.problem import Problem
from app.roster.engine.run import Run
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
    from app.roster.engine.strategy import pursue  # numpy and ortools, only where solving happens

    return _solution(run, pursue(run))


def _solution(run: Run, status: str) -> Solution:
    if run.best is None:
        if status != "infeasible":
            return Solution("stopped", {}, (), run.clock.wall(), run.options.seed)
        from app.roster.engine.conflict import explain_conflict

        run.tell("conflict")
        conflict = explain_conflict(run.inst, lambda: run.cancelled)
        return Solution("infeasible", {}, (), run.clock.wall(), run.options.seed, conflict)
    levels = run.levels()
    final = "optimal" if all(level.proven for level in levels) else "feasible"
    return Solution(final, run.inst.to_roster(run.best), levels, run.clock.wall(), run.options.seed)
