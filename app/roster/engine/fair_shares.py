"""Levels 1a-2d: a first roster that is optimal in them, the proof, and what stays free after them.

By the flow when its optimum keeps the distance rules (annealing, else CP-SAT, finds a roster on it), else by branch and
bound on the exact model in the proving process.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from app.roster.engine.anneal import spread
from app.roster.engine.counted_flow import solve_counted
from app.roster.engine.flow import (
    FAMILY_OF,
    FLOW_LEVELS,
    LARGEST,
    Face,
    FlowResult,
    limit_face,
    open_face,
    solve_levels,
)
from app.roster.engine.instance import Instance
from app.roster.engine.run import Objective, Run
from app.roster.engine.scope import Scope
from app.roster.engine.score import counts_of, duties_of
from app.roster.engine.team import Team
from app.roster.engine.violations import find_violations

IMPORT = 0.8  # seconds without which CP-SAT, whose import alone takes about one, is not begun
SMALL = 1500  # leaders x slots: below, exact models answer in seconds


def leading_flow(objectives: list[Objective]) -> tuple[str, ...]:
    """The flow levels the order begins with."""
    names: list[str] = []
    for objective in objectives:
        if objective.level not in FLOW_LEVELS:
            break
        names.append(objective.level)
    return tuple(names)


def is_small(inst: Instance) -> bool:
    """Whether exact models answer in seconds."""
    return inst.n * inst.m <= SMALL


def fair_shares(run: Run, team: Team) -> tuple[str, Scope, list[Objective]]:
    """The leading share levels: a first roster that is optimal in them, and what stays free after them.

    By the flow when its optimum keeps the distance rules, else by branch and bound on the exact model.
    """
    inst = run.inst
    levels = leading_flow(run.objectives)
    rest = run.objectives[len(levels) :]
    flow = solve_levels(inst, levels)
    if flow is None:
        return "infeasible", Scope(open_face(inst), inst.gap), rest
    scope = Scope(flow.face, inst.gap)
    beside = not run.clock.counted and not is_small(inst)
    counted = any(rule.low for rule in inst.rules)
    if beside and counted:
        team.ask_shares(open_face(inst), levels)
    known = team.shares_known if beside else run.over
    if counted:
        _start_from_minimums(run)
    if reach(run, flow, known if counted else run.over) or _attained(run, flow):
        if beside and counted and not known():
            team.restart()
        _prove(run, flow)
        return "feasible", scope, rest
    if beside and not counted:
        team.ask_shares(open_face(inst), levels)
    if not known():
        _first_valid(run, levels)
    if not known() and _reach_exactly(run, scope, known):
        if beside:
            team.restart()
    else:
        if not beside:
            team.ask_shares(open_face(inst), levels)
        team.await_shares()
        if not _attained(run, flow):
            return _exact_shares(run, team, levels, rest)
    _prove(run, flow)
    return "feasible", scope, rest


def _attained(run: Run, flow: FlowResult) -> bool:
    """Whether the best roster is as good as the flow's optimum."""
    return run.best is not None and all(run.value_of(level) == value for level, value in flow.values.items())


def _start_from_minimums(run: Run) -> None:
    """A first roster that keeps the counted rules, spread by annealing to the gap of the rules."""
    who = solve_counted(run.inst)
    if who is None:
        return
    rng = random.Random(run.options.seed)
    _, spaced = _anneal(run, open_face(run.inst), who, 0.5, rng)
    if not find_violations(run.inst, spaced):
        run.offer(spaced, "fair shares")


def _exact_shares(
    run: Run, team: Team, levels: tuple[str, ...], rest: list[Objective]
) -> tuple[str, Scope, list[Objective]]:
    """Monthly minimums or distance rules exclude the flow's optimum: branch and bound, then its counts are kept."""
    inst = run.inst
    if team.shares == "impossible":
        return "infeasible", Scope(open_face(inst), inst.gap), rest
    if team.shares != "exact" and run.clock.left() >= IMPORT:
        from app.roster.engine.ladder import descend

        scope = Scope(open_face(inst), inst.gap)
        status, scope = descend(run, scope, run.objectives[: len(levels)], lambda _: 20.0, share_floors(run))
        return status, scope, rest
    if run.best is None:
        return "unknown", Scope(open_face(inst), inst.gap), rest
    return "feasible", _scope_of_values(run, run.best, levels), rest


def _scope_of_values(run: Run, who: Sequence[int], levels: tuple[str, ...]) -> Scope:
    """All rosters with the share values of the best one, where no face describes them."""
    inst = run.inst
    face: Face | None = open_face(inst)
    for level in levels:
        if level in LARGEST and face is not None:
            face = limit_face(inst, face, FAMILY_OF[level], run.value_of(level) or 0)
    if is_small(inst):
        held = [o for o in run.objectives[: len(levels)] if o.level not in LARGEST]
        kept = tuple((objective, run.value_of(objective.name) or 0) for objective in held)
        return Scope(face or open_face(inst), inst.gap, kept)
    totals = tuple((level, run.value_of(level) or 0) for level in levels if level not in LARGEST)
    return Scope(counts_face(inst, who), inst.gap, proof=face, totals=totals)


def counts_face(inst: Instance, who: Sequence[int]) -> Face:
    """All rosters with the counts of this one."""
    counts = counts_of(inst, duties_of(inst, who))
    boxes = tuple(tuple((count, count) for count in row) for row in counts)
    return Face(tuple(inst.can), boxes, open_face(inst).empty)


def reach(run: Run, flow: FlowResult, stop: Callable[[], bool] | None = None) -> bool:
    """A roster on the optimal face that keeps the distance rules, by annealing from the flow's own."""
    inst = run.inst
    _, who = _anneal(run, flow.face, flow.who, 1.0, random.Random(run.options.seed), stop)
    if find_violations(inst, who):
        return False
    run.offer(who, "fair shares")
    return True


def _first_valid(run: Run, levels: tuple[str, ...]) -> None:
    """Something to show while the exact minima are sought: a valid roster, as even in the first levels as can be.

    By annealing from flows that ask for fewer levels; CP-SAT only when that fails, because its import takes a second.
    """
    rng = random.Random(run.options.seed)
    parts = (levels[:2], levels[:1], ())
    for part in parts:
        flow = None if run.best is not None or run.over() else solve_levels(run.inst, part)
        if flow is not None:
            _, who = _anneal(run, flow.face, flow.who, 0.5, rng)
            if not find_violations(run.inst, who):
                run.offer(who, "fair shares")
    for part in parts[::2]:
        flow = None if run.best is not None or run.clock.left() < IMPORT else solve_levels(run.inst, part)
        if flow is None or run.over():
            return
        from app.roster.engine.ladder import find_any

        _, who_found = find_any(
            run, Scope(flow.face, run.inst.gap), min(2.0, run.clock.left()), "fair shares"
        )
        if who_found is not None:
            run.offer(who_found, "fair shares")


def _anneal(
    run: Run,
    face: Face,
    who: Sequence[int],
    seconds: float,
    rng: random.Random,
    stop: Callable[[], bool] | None = None,
) -> tuple[float, list[int]]:
    """Annealing to the gap of the rules and the counted rules, in a part of the time that is left."""
    seconds = max(min(seconds, 0.3 * run.clock.left()), 0.02)
    return spread(run.inst, face, who, max(run.inst.gap, 1), run.clock, seconds, rng, stop or run.over)


def _reach_exactly(run: Run, scope: Scope, stop: Callable[[], bool]) -> bool:
    """The same by CP-SAT."""
    if run.clock.left() < IMPORT:
        return False
    from app.roster.engine.ladder import find_any

    _, who = find_any(run, scope, min(3.0, run.clock.left()), "fair shares", stop)
    if who is None:
        return False
    run.offer(who, "fair shares")
    return True


def _prove(run: Run, flow: FlowResult) -> None:
    for name, value in flow.values.items():
        run.bound(name, value, "fair shares")


def share_floors(run: Run) -> dict[str, int]:
    """A floor of each share level on its own: valid whatever value the levels before it have."""
    floors: dict[str, int] = {}
    for objective in run.objectives:
        if objective.level in FLOW_LEVELS:
            alone = solve_levels(run.inst, (objective.level,))
            floors |= alone.values if alone is not None else {}
    return floors
