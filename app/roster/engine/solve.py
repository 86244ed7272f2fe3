"""Solving a problem in this process: the one entry of the engine. How it is done is in `strategy`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.roster.engine.explain import explain_all
from app.roster.engine.instance import Instance
from app.roster.engine.problem import Problem
from app.roster.engine.run import Run
from app.roster.engine.solution import Progress, Solution, SolveOptions
from app.roster.engine.violations import find_violations

EXPLAIN_SECONDS = 0.008  # a slot: kept from the time limit for the explanations when they are asked for


def solve(
    problem: Problem,
    options: SolveOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: Mapping[str, str | None] | None = None,
) -> Solution:
    """Solve in this process. `start` continues from an earlier roster when it is valid."""
    inst = Instance(problem)
    options = options or SolveOptions()
    if options.explain:
        kept = min(0.5 * options.time_limit, max(0.15 * options.time_limit, EXPLAIN_SECONDS * inst.m))
        options = replace(options, time_limit=options.time_limit - kept)
    run = Run(inst, options, on_progress, should_stop)
    if start is not None:
        who = inst.from_roster(start)
        if not find_violations(inst, who, start):
            run.offer(who, "start")
    from app.roster.engine.strategy import pursue  # numpy and ortools, only where solving happens

    return _solution(run, pursue(run))


def _solution(run: Run, status: str) -> Solution:
    if run.best is None:
        if status != "infeasible":
            return Solution("stopped", {}, (), run.clock.wall(), run.options.seed, notes=tuple(run.notes))
        from app.roster.engine.conflict import explain_conflict

        run.tell("conflict")
        conflict = explain_conflict(run.inst, lambda: run.cancelled)
        return Solution("infeasible", {}, (), run.clock.wall(), run.options.seed, conflict)
    levels = run.levels()
    final = "optimal" if all(level.proven for level in levels) else "feasible"
    roster = run.inst.to_roster(run.best)
    explained = explain_all(run.inst.problem, roster) if run.options.explain else {}
    return Solution(
        final, roster, levels, run.clock.wall(), run.options.seed, None, explained, tuple(run.notes)
    )
