"""Which method answers which level, in what order, with how much of the time.

1. single-slot rules and shares: minimum-cost flow (`flow`), exact for 1a-2d when no distance rule interferes;
2. a roster on the optimal face that keeps the distance rules; if there is none, branch and bound on the exact model;
3. the smallest gap, between a proven bound and a search (`spacing`);
4. the remaining objectives by annealing and neighbourhood search (`polish`), with bounds from relaxations.

Re-plans and unusual orders of the objectives go down the exact ladder (`ladder`) first. CP-SAT is imported inside the
functions that need it: its import takes the better part of a second, and the first roster usually needs none.
"""

from __future__ import annotations

import random
from dataclasses import replace

from app.roster.engine.anneal import spread
from app.roster.engine.bounds import gap_limit
from app.roster.engine.certificates import find_certificates
from app.roster.engine.fair_shares import (
    counts_face,
    fair_shares,
    is_small,
    leading_flow,
    reach,
    share_floors,
)
from app.roster.engine.flow import FLOW_LEVELS, Face, open_face, solve_levels
from app.roster.engine.instance import NOBODY, Instance
from app.roster.engine.jobs import Goal
from app.roster.engine.refine import PRICES, Schedule, offer_to, refine
from app.roster.engine.run import Objective, Run
from app.roster.engine.scope import Scope
from app.roster.engine.team import Team
from app.roster.engine.violations import find_violations

PROOF_FROM = 4.0  # seconds of time limit: below, a proving child costs more than it gives
QUICK_TARGETS = (0.6, 0.8)  # parts of the bound on the smallest gap that annealing reaches at once
SPACING_SHARE = 0.65  # of the time, at most, for the smallest gap


def pursue(run: Run) -> str:
    """Do all of it; returns "infeasible", "unknown" or "feasible", the roster is in the run."""
    if find_certificates(run.inst):
        return "infeasible"
    with Team(run) as team:
        if not leading_flow(run.objectives):
            return _down_the_ladder(run, team)
        if run.options.time_limit >= PROOF_FROM and not is_small(run.inst):
            team.start()
        status, scope, rest = fair_shares(run, team)
        if run.best is None:
            return status
        if rest and rest[0].level == "3a" and not scope.held and not is_small(run.inst):
            gap, rest = rest[0], rest[1:]
            scope = _space(run, scope, gap, team)
            _finish(run, scope, rest, team)
            _use_the_rest(run, scope, gap, rest, team)
        else:
            _finish(run, scope, rest, team)
    return "feasible"


def _down_the_ladder(run: Run, team: Team) -> str:
    """Re-plans (fewest changes first) and orders that do not begin with a share: exact models in turn."""
    from app.roster.engine.ladder import descend

    inst = run.inst
    floors = {"changes": forced_changes(inst)} if inst.published is not None else {}
    scope = Scope(open_face(inst), inst.gap)
    if inst.published is None:
        _any_start(run)
    status, scope = descend(run, scope, run.objectives[:1], lambda _: run.clock.left() * 0.5, floors)
    if run.best is None and status != "infeasible":
        _any_start(run)
    if run.best is None:
        return status
    if inst.published is not None and run.value_of("changes") == floors["changes"]:
        scope = Scope(unmoved_face(inst), inst.gap)
    _finish(run, scope, run.objectives[1:], team, share_floors(run), exact=True)
    return "feasible"


def _any_start(run: Run) -> None:
    """An even roster to begin with, so that the exact models always have something to improve."""
    flow = solve_levels(run.inst, FLOW_LEVELS)
    if flow is not None:
        reach(run, flow)


def forced_changes(inst: Instance) -> int:
    """Future slots whose published leader cannot serve there any more: a floor of the changes."""
    assert inst.published is not None
    return sum(
        inst.published[s] not in inst.can[s] and not (inst.published[s] == NOBODY and inst.may_be_empty(s))
        for s in range(inst.m)
        if not inst.past[s]
    )


def unmoved_face(inst: Instance) -> Face:
    """All rosters in which only the slots that must change do: what is left when the floor of the changes is met."""
    assert inst.published is not None
    face = open_face(inst)
    can, empty = list(face.can), list(face.empty)
    for s, was in enumerate(inst.published):
        if was in inst.can[s]:
            can[s], empty[s] = (was,), False
        elif was == NOBODY and not inst.past[s] and empty[s]:
            can[s] = ()
    return Face(tuple(can), face.boxes, tuple(empty))


def _space(run: Run, scope: Scope, objective: Objective, team: Team) -> Scope:
    """The smallest gap: bound, search, and what it leaves free."""
    limit = gap_limit(run.inst, scope.proof or scope.face)
    run.bound(objective.name, -limit, "bounds")
    proving = run.options.time_limit >= PROOF_FROM
    if proving and not run.clock.counted:
        team.prove(scope, Goal("3a", limit, scope.totals), run.inst.gap)
    _quick_start(run, scope, limit)
    from app.roster.engine.spacing import widen

    if -(run.value_of(objective.name) or 0) < limit:
        if proving and run.clock.counted:
            low = max(-(run.value_of(objective.name) or 0), run.inst.gap)
            team.prove(scope, Goal("3a", limit, scope.totals), low)
        widen(run, scope, run.clock.left() * SPACING_SHARE, team)
    return _settle_gap(run, scope, objective)


def _use_the_rest(run: Run, scope: Scope, gap: Objective, rest: list[Objective], team: Team) -> None:
    """A dive that ended late has widened the smallest gap, or everything after it is settled early: settle the rest
    again, or go back to the gap, with the time that is left."""
    from app.roster.engine.spacing import widen

    while run.clock.left() > 1.0 and not run.over():
        reached = -(run.value_of(gap.name) or 0)
        if reached <= scope.gap:
            if reached >= -run.bounds[gap.name]:
                return
            widen(run, scope, run.clock.left() * 0.7, team)
        if -(run.value_of(gap.name) or 0) > scope.gap:
            scope = _settle_gap(run, scope, gap)
            _finish(run, scope, rest, team)


def _settle_gap(run: Run, scope: Scope, gap: Objective) -> Scope:
    """The scope with the smallest gap of the best roster kept, and its counts where the face is only one of many."""
    if scope.proof is not None and run.best is not None:
        scope = replace(scope, face=counts_face(run.inst, run.best))
    return scope.holding(gap, run.value_of(gap.name) or 0)


def _quick_start(run: Run, scope: Scope, limit: int) -> None:
    """A decent roster before any heavy import: annealing to most of the bound, then wishes and weekdays."""
    rng = random.Random(run.options.seed)
    for part in QUICK_TARGETS:
        gap = int(part * limit)
        if run.best is None or run.over() or -(run.value_of("3a") or 0) >= gap:
            continue
        seconds = min(1.0, 0.15 * run.clock.left())
        price, who = spread(run.inst, scope.face, run.best, gap, run.clock, max(seconds, 0.05), rng, run.over)
        if price:
            break
        if not find_violations(run.inst, who):
            run.offer(who, "3a")
    if run.best is not None:
        schedule = Schedule(max(min(0.5, 0.15 * run.clock.left()), 0.05))
        gap = max(run.inst.gap, -(run.value_of("3a") or 0), 1)
        take = offer_to(run)
        refine(run.inst, scope.face, run.best, gap, PRICES, run.clock, schedule, rng, run.over, take)


def _finish(
    run: Run,
    scope: Scope,
    rest: list[Objective],
    team: Team,
    floors: dict[str, int] | None = None,
    exact: bool = False,
) -> None:
    """What is left: exactly where the model is small or hardly free, then by search."""
    from app.roster.engine.ladder import descend
    from app.roster.engine.polish import polish

    by_search = not (exact or scope.held or any(objective.level == "3a" for objective in rest))
    if by_search and not is_small(run.inst):
        polish(run, scope, rest, run.clock.left(), team)
        return
    for number, objective in enumerate(rest):
        _, after = descend(run, scope, [objective], lambda _: max(run.clock.left() * 0.3, 0.05), floors)
        row = next(level for level in run.levels() if level.level == objective.name)
        if not row.proven and objective.level != "3a":
            open_ones = [later for later in rest[number:] if later.level != "3a"]
            polish(
                run, scope.holding_gap(run.value_of("3a"), rest, number), open_ones, run.clock.left(), None
            )
            return
        scope = after
