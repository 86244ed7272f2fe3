"""Level 3a: the largest smallest gap, what the main process does for it while the provers prove and dive (`campaign`).

It anneals and mends at wanted gaps that rise in strides to nine tenths of the bound, and goes for the bound itself when
the first dives have not reached it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from app.roster.engine.anneal import spread
from app.roster.engine.campaign import Campaign
from app.roster.engine.cpsat import solve_model
from app.roster.engine.elastic import Mender, price_of, with_holes
from app.roster.engine.model import RosterModel
from app.roster.engine.run import Run
from app.roster.engine.scope import Scope
from app.roster.engine.team import Team
from app.roster.engine.violations import find_violations

NEAR = 0.9  # of the bound: reached in growing strides first
END_GAME = 60  # price of holes and wrong counts (4 a hole) from which mending is worth while
MEND_SECONDS = 4.0
Stop = Callable[[], bool]


class Widening:
    """The search for gaps; the best roster and the bound are in the run."""

    def __init__(self, run: Run, scope: Scope, team: Team, campaign: Campaign) -> None:
        self.run, self.scope, self.team, self.campaign = run, scope, team, campaign
        self.rng = random.Random(run.options.seed)
        self.until = 0.0
        self.stride, self.slice, self.turn = 0.6, 1.5, 0

    # -- where we stand ----------------------------------------------------------------------------------------

    def reached(self) -> int:
        return self.campaign.reached()

    def limit(self) -> int:
        return -self.run.bounds["3a"]

    def left(self) -> float:
        return min(self.until - self.run.clock.spent(), self.run.clock.left())

    def at_work(self) -> bool:
        """News are taken in; whether there is something left to reach, and time."""
        self.campaign.go()
        self.run.pulse("3a")
        return self.reached() < self.limit() and self.left() > 0.2 and not self.run.over()

    def is_far(self) -> bool:
        """Whether the best roster is below nine tenths of the bound."""
        return self.reached() < NEAR * self.limit()

    # -- the search --------------------------------------------------------------------------------------------

    def work(self, seconds: float) -> None:
        """Some attempts: strides to nine tenths of the bound, then the bound itself and now and then halfway to it."""
        self.until = self.run.clock.spent() + seconds
        while self.at_work():
            if self.is_far():
                self._climb()
            else:
                halfway = (self.reached() + self.limit() + 1) // 2
                self.turn += 1
                self.attempt(halfway if self.turn % 3 == 0 else self.limit(), self.left())

    def _climb(self) -> None:
        """One stride towards a part of what is missing; shorter strides and more time after a failure."""
        target = self.reached() + max(1, int(self.stride * (self.limit() - self.reached())))
        found = self.attempt(target, min(self.slice, self.left()))
        self.stride = 0.6 if found else max(self.stride / 2, 0.1)
        self.slice *= 1.0 if found else 1.5

    def attempt(self, gap: int, seconds: float) -> bool:
        """Anneal and mend at one gap; what a dive brings is mended first."""

        def stop() -> bool:
            return not self.at_work() or self.reached() >= gap or self.limit() < gap or bool(self.team.near)

        if self.team.near is None and not self.run.inst.needs_somebody and self.rng.random() < 0.5:
            self._exact(gap, seconds, stop)
        elif self.team.near is None:
            self._anneal(gap, seconds, stop)
        if self.team.near is not None:
            wanted, who = self.team.near
            self.team.near = None
            self._mend(wanted, who, MEND_SECONDS)
        return self.reached() >= gap

    def _anneal(self, gap: int, seconds: float, stop: Stop) -> None:
        run, inst, face = self.run, self.run.inst, self.scope.face
        assert run.best is not None
        price, who = spread(inst, face, run.best, gap, run.clock, seconds, self.rng, stop)
        if not price:
            self._offer(who)
        elif not stop():
            self._mend(gap, who, min(seconds, MEND_SECONDS))

    def _mend(self, gap: int, who: Sequence[int], seconds: float) -> None:
        """Duties that come too soon become holes, and CP-SAT fills them neighbourhood by neighbourhood."""
        run, face = self.run, self.scope.face
        start = with_holes(run.inst, face, who, gap)
        if price_of(run, face, start) > END_GAME:
            return
        mender = Mender(run, face, gap, start, self.rng)

        def stop() -> bool:
            return not self.at_work() or self.reached() >= gap or self.limit() < gap

        if mender.mend(min(seconds, self.left()), stop):
            self._offer(mender.who)

    def _exact(self, gap: int, seconds: float, stop: Stop) -> None:
        """The whole model at once (offers: many empty slots); a proof that it is impossible is a bound."""
        model = RosterModel(self.run.inst, self.scope.face, gap)
        seed = self.rng.randrange(2**31)
        answer = solve_model(self.run, model.model, seconds, seed=seed, phase="3a", stop=stop)
        if answer.status == "infeasible" and self.scope.proof is None:
            self.run.bound("3a", 1 - gap, "bounds")
        if answer.found:
            self._offer(model.read(answer.solver, self.run.inst.blank()))

    def _offer(self, who: list[int]) -> None:
        if not find_violations(self.run.inst, who):
            self.run.offer(who, "3a")
