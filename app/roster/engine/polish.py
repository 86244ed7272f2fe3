"""Large neighbourhood search: free a few slots of the best roster, let CP-SAT improve the remaining objectives.

Shaw, *Using constraint programming and local search methods to solve vehicle routing problems* (1998). Every
neighbourhood keeps the scope (fair shares, smallest gap, objectives already held), so a step can only improve the
objectives still open, and these are compared strictly in order.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from app.roster.engine.campaign import Campaign
from app.roster.engine.cpsat import solve_model
from app.roster.engine.ladder import build, express
from app.roster.engine.refine import PRICES, Schedule, offer_to, refine
from app.roster.engine.run import Objective, Run
from app.roster.engine.scope import Scope
from app.roster.engine.score import duties_of

MOST_WEIGHT = 10**15
WIDTHS = {"3b": 400, "4": 2000, "5": 100_000}


def polish(
    run: Run,
    scope: Scope,
    objectives: Sequence[Objective],
    seconds: float,
    campaign: Campaign | None = None,
) -> None:
    """Improve `objectives` (in order) until the time is up or all of them meet their bounds.

    Rounds of annealing and neighbourhood search, while the provers go on with their campaign. Ends early when a dive
    has reached a larger smallest gap than the scope keeps.
    """
    if not any(len(row) > 1 or empty for row, empty in zip(scope.face.can, scope.face.empty, strict=True)):
        return
    rng = random.Random(f"{run.options.seed} {run.clock.spent()}")
    chooser = Chooser(run, rng)
    begun = run.clock.spent()
    tempo = 1.0

    def stop() -> bool:
        if campaign is not None:
            campaign.go()
        run.pulse("polish")
        done = run.over() or run.clock.spent() - begun >= seconds or settled(run, objectives)
        return done or (campaign is not None and campaign.reached() > scope.gap)

    while not stop():
        assert run.best is not None
        left = seconds - (run.clock.spent() - begun)
        if not scope.held:
            schedule = Schedule(min(2.0 * tempo, left))
            refine(
                run.inst,
                scope.face,
                run.best,
                scope.gap,
                PRICES,
                run.clock,
                schedule,
                rng,
                stop,
                offer_to(run),
            )
        until = run.clock.spent() + min(3.0 * tempo, left)
        while not stop() and run.clock.spent() < until:
            chooser.step(scope, objectives)
        tempo *= 1.4


def settled(run: Run, objectives: Sequence[Objective]) -> bool:
    """Whether every one of the objectives meets its bound."""
    levels = {row.level: row for row in run.levels()}
    return all(levels[objective.name].proven for objective in objectives)


def width_of(objective: Objective) -> int:
    """More than the objective can ever be."""
    return sum(WIDTHS.get(level, 10**6) * weight for level, weight in objective.parts)


def leading(objectives: Sequence[Objective]) -> list[Objective]:
    """As many objectives as fit into one weighted sum without overflow; the others follow when these are settled."""
    product = 1
    taken: list[Objective] = []
    for objective in objectives:
        product *= width_of(objective)
        if product > MOST_WEIGHT and taken:
            break
        taken.append(objective)
    return taken


class Chooser:
    """Picks neighbourhoods (a stretch of days, a few leaders, or both) and adapts their size to what solves fast."""

    def __init__(self, run: Run, rng: random.Random) -> None:
        self.run, self.rng = run, rng
        self.size = {"days": 40.0, "leaders": 40.0}

    def step(self, scope: Scope, objectives: Sequence[Objective]) -> bool:
        """One neighbourhood; True when the roster became better."""
        kind = self.rng.choice(tuple(self.size))
        free = self.pick(kind)
        run = self.run
        assert run.best is not None
        model = build(run, scope, run.best, free)
        model.hint(run.best)
        weight, total = 1, 0
        for objective in reversed(leading(objectives)):
            total = total + weight * express(model, objective)
            weight *= width_of(objective)
        if isinstance(total, int):
            run.clock.charge(0.001)
            return False
        model.model.minimize(total)
        answer = solve_model(
            run, model.model, 1.0, seed=self.rng.randrange(2**31), phase="polish", light=True
        )
        self.size[kind] *= 1.03 if answer.status == "optimal" else 0.9
        self.size[kind] = min(max(self.size[kind], 10.0), run.inst.m)
        return answer.found and run.offer(model.read(answer.solver, run.best), "polish")

    def pick(self, kind: str) -> list[int]:
        """Free slots: consecutive ones, or all duties of a few leaders."""
        inst, rng = self.run.inst, self.rng
        assert self.run.best is not None
        size = int(self.size[kind])
        future = [s for s in range(inst.m) if not inst.past[s] and len(inst.can[s]) > 1]
        if kind == "days":
            start = rng.randrange(max(len(future) - size, 0) + 1)
            return future[start : start + size]
        duties = duties_of(inst, self.run.best)
        free: list[int] = []
        for p in rng.sample(range(inst.n), inst.n):
            if len(free) >= size:
                break
            free += [s for s in duties[p] if not inst.past[s]]
        if any(inst.is_offer(s) for s in future):
            free += rng.sample(future, min(size, len(future)))
        return sorted(set(free))
