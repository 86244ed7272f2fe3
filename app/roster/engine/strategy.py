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
import time
from dataclasses import replace

from app.roster.engine.anneal import spread
from app.roster.engine.bounds import gap_limit
from app.roster.engine.campaign import PROOF_FROM, Campaign
from app.roster.engine.certificates import find_certificates
from app.roster.engine.fair_shares import (
    IMPORT,
    counts_face,
    fair_shares,
    is_small,
    leading_flow,
    reach,
    share_floors,
)
from app.roster.engine.flow import FLOW_LEVELS, Face, open_face, solve_levels
from app.roster.engine.instance import NOBODY, Instance
from app.roster.engine.refine import PRICES, Schedule, offer_to, refine
from app.roster.engine.run import Objective, Run
from app.roster.engine.scope import Scope
from app.roster.engine.team import Team
from app.roster.engine.violations import find_violations

QUICK_TARGETS = (0.6, 0.8)  # parts of the bound on the smallest gap that annealing reaches at once


def pursue(run: Run) -> str:
    """Do all of it; returns "infeasible", "unknown" or "feasible", the roster is in the run."""
    if find_certificates(run.inst):
        return "infeasible"
    with Team(run) as team:
        if not leading_flow(run.objectives):
            return _down_the_ladder(run)
        if run.options.time_limit >= PROOF_FROM and not is_small(run.inst):
            team.start()
        status, scope, rest = fair_shares(run, team)
        if run.best is None:
            return status
        if rest and rest[0].level == "3a" and not scope.held and not is_small(run.inst):
            _space_and_polish(run, scope, rest[0], rest[1:], team)
        else:
            _finish(run, scope, rest)
            if rest and rest[0].level == "3a" and not scope.held and not _all_proven(run):
                _space_and_polish(run, scope, rest[0], rest[1:], team)  # what the exact models left open
    return "feasible"


def _all_proven(run: Run) -> bool:
    return all(row.proven for row in run.levels())


def _down_the_ladder(run: Run) -> str:
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
    _finish(run, scope, run.objectives[1:], share_floors(run), exact=True)
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


def _space_and_polish(run: Run, scope: Scope, gap: Objective, rest: list[Objective], team: Team) -> None:
    """The smallest gap and what comes after it: provers on their campaign, annealing and neighbourhoods beside them."""
    limit = gap_limit(run.inst, scope.proof or scope.face)
    run.bound(gap.name, -limit, "bounds")
    campaign = Campaign(run, scope, rest, team, limit)
    if not run.clock.counted:
        campaign.go()
    if -(run.value_of("3a") or 0) < limit:
        _quick_start(run, scope, limit, campaign)
    if run.clock.left() < IMPORT:
        return
    from app.roster.engine.polish import polish, settled
    from app.roster.engine.spacing import Widening

    widening = Widening(run, scope, team, campaign)
    while not run.over() and not settled(run, [gap, *rest]):
        campaign.go()
        run.pulse("bounds")
        slice_ = min(max(0.12 * run.clock.limit, 1.0), run.clock.left())
        if campaign.fresh() and (campaign.dense or not widening.is_far()):
            time.sleep(0.05)
            continue
        before = run.clock.spent()
        widening.work(slice_)
        polish(run, _settle_gap(run, scope, gap), rest, slice_, campaign)
        if run.clock.spent() - before < 0.01:
            time.sleep(0.05)
            run.clock.charge(0.05)


def _settle_gap(run: Run, scope: Scope, gap: Objective) -> Scope:
    """The scope with the smallest gap of the best roster kept, and its counts where the face is only one of many."""
    if scope.proof is not None and run.best is not None:
        scope = replace(scope, face=counts_face(run.inst, run.best))
    return scope.holding(gap, run.value_of(gap.name) or 0)


def _quick_start(run: Run, scope: Scope, limit: int, campaign: Campaign) -> None:
    """A decent roster before any heavy import: annealing to most of the bound, then wishes and weekdays."""
    rng = random.Random(run.options.seed)

    def over() -> bool:
        if not run.clock.counted:
            campaign.go()
        return run.over()

    for part in QUICK_TARGETS:
        gap = int(part * limit)
        if run.best is None or run.over() or -(run.value_of("3a") or 0) >= gap:
            continue
        seconds = min(1.0, 0.15 * run.clock.left())
        price, who = spread(run.inst, scope.face, run.best, gap, run.clock, max(seconds, 0.05), rng, over)
        if price:
            break
        if not find_violations(run.inst, who):
            run.offer(who, "3a")
    if run.best is not None:
        schedule = Schedule(max(min(0.5, 0.15 * run.clock.left()), 0.05))
        gap = max(run.inst.gap, -(run.value_of("3a") or 0), 1)
        take = offer_to(run)
        refine(run.inst, scope.face, run.best, gap, PRICES, run.clock, schedule, rng, over, take)


def _finish(
    run: Run,
    scope: Scope,
    rest: list[Objective],
    floors: dict[str, int] | None = None,
    exact: bool = False,
) -> None:
    """What is left: exactly where the model is small or hardly free, then by search."""
    from app.roster.engine.ladder import descend
    from app.roster.engine.polish import polish

    by_search = not (exact or scope.held or any(objective.level == "3a" for objective in rest))
    if by_search and not is_small(run.inst):
        polish(run, scope, rest, run.clock.left())
        return
    for number, objective in enumerate(rest):
        _, after = descend(run, scope, [objective], lambda _: max(run.clock.left() * 0.3, 0.05), floors)
        row = next(level for level in run.levels() if level.level == objective.name)
        if not row.proven and objective.level != "3a":
            open_ones = [later for later in rest[number:] if later.level != "3a"]
            polish(run, scope.holding_gap(run.value_of("3a"), rest, number), open_ones, run.clock.left())
            return
        scope = after
