"""Large neighbourhood search: free a few slots of the best roster, let CP-SAT improve the remaining objectives.

Shaw, *Using constraint programming and local search methods to solve vehicle routing problems* (1998). Every
neighbourhood keeps the scope (fair shares, smallest gap, objectives already held), so a step can only improve the
objectives still open, and these are compared strictly in order.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from app.roster.engine.cpsat import solve_model
from app.roster.engine.ladder import Scope, build, express
from app.roster.engine.run import Objective, Run
from app.roster.engine.score import duties_of

WIDTHS = {"3b": 400, "4": 2000, "5": 100_000}


def polish(run: Run, scope: Scope, objectives: Sequence[Objective], seconds: float) -> None:
    """Improve `objectives` (in order) until the time is up or all of them meet their bounds."""
    chooser = Chooser(run, random.Random(run.options.seed))
    started = run.clock.spent()
    while not run.over() and run.clock.spent() - started < seconds and not settled(run, objectives):
        chooser.step(scope, objectives)


def settled(run: Run, objectives: Sequence[Objective]) -> bool:
    """Whether every one of the objectives meets its bound."""
    levels = {row.level: row for row in run.levels()}
    return all(levels[objective.name].proven for objective in objectives)


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
        for objective in reversed(objectives):
            total = total + weight * express(model, objective)  # type: ignore[operator]
            weight *= sum(WIDTHS.get(level, 10**6) * w for level, w in objective.parts)
        if isinstance(total, int):
            run.clock.charge(0.001)
            return False
        model.model.minimize(total)
        answer = solve_model(run, model.model, 1.0, seed=self.rng.randrange(2**31), phase="polish", light=True)
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
        for l in rng.sample(range(inst.n), inst.n):
            if len(free) >= size:
                break
            free += [s for s in duties[l] if not inst.past[s]]
        if not inst.needs_somebody:
            free += rng.sample(future, min(size, len(future)))
        return sorted(set(free))
