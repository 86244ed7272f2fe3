"""Level 3a: the largest smallest gap, between a proven bound and a search.

The bound comes from calendars and Hall's condition at once and from the linear relaxation a second later (`bounds`,
`prover`). The search (`hunt`) alternates annealing with elastic repair at one wanted gap; two processes do it with
different seeds. Targets rise in strides to nine tenths of the bound and then go for the bound itself.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.roster.engine.anneal import Schedule, spread
from app.roster.engine.cpsat import solve_model
from app.roster.engine.elastic import Mender, price_of, with_holes
from app.roster.engine.flow import Face
from app.roster.engine.greedy import greedy_starts
from app.roster.engine.ladder import empty_roster
from app.roster.engine.model import RosterModel
from app.roster.engine.run import Run
from app.roster.engine.team import Team
from app.roster.engine.violations import find_violations

HOT, COLD = 1.5, 0.3
NEAR = 0.9  # of the bound: reached in growing strides first
DENSE = 15  # duties a leader: above, a gap leaves only a handful of leaders each day
SMALL = 1200
END_GAME = 25
GREEDY_TRIES = 60
Stop = Callable[[], bool]
Method = Callable[[float, Stop], "list[int] | None"]


def is_valid(run: Run, who: Sequence[int]) -> bool:
    """Whether every hard rule holds."""
    return not find_violations(run.inst, who)


@dataclass(slots=True)
class Hunt:
    """Search for a roster at one gap, by methods in turn, in rounds that take longer each time.

    `odd` makes this hunter begin with another method, so that two hunters differ. `whole`: the face leaves out no
    roster that is as good, so that what is impossible on it is a bound.
    """

    run: Run
    face: Face
    gap: int
    who: list[int]
    rng: random.Random
    odd: bool = False
    whole: bool = True

    def methods(self) -> list[Method]:
        """What to try in which order: sparse offices are annealed, dense ones are filled greedily and mended."""
        inst = self.run.inst
        if not inst.needs_somebody or inst.n * inst.m < SMALL:
            turns: list[Method] = [self._exact, self._anneal]
        elif inst.m > DENSE * inst.n:
            turns = [self._greedy, self._exact]
        else:
            turns = [self._anneal, self._greedy]
        return turns[1:] + turns[:1] if self.odd else turns

    def go(self, seconds: float, stop: Stop) -> list[int] | None:
        """A valid roster with the gap, or None when time is up."""
        methods = self.methods()
        begun, slice_ = (
            self.run.clock.spent(),
            max(min(3.0, seconds), seconds / 3),
        )
        while not stop():
            for method in methods:
                left = seconds - (self.run.clock.spent() - begun)
                if left <= 0 or stop():
                    return None
                found = method(min(slice_, left), stop)
                if found is not None and is_valid(self.run, found):
                    return found
            slice_ *= 1.5
        return None

    def _exact(self, seconds: float, stop: Stop) -> list[int] | None:
        """The whole model at once; a proof that it is impossible is a bound."""
        model = RosterModel(self.run.inst, self.face, self.gap)
        seed = self.rng.randrange(2**31)
        answer = solve_model(self.run, model.model, seconds, seed=seed, phase="3a", stop=stop)
        if answer.status == "infeasible" and self.whole:
            self.run.bound("3a", 1 - self.gap, "bounds")
        return model.read(answer.solver, empty_roster(self.run)) if answer.found else None

    def _anneal(self, seconds: float, stop: Stop) -> list[int] | None:
        """Annealing, then repair of what is left."""
        inst, clock = self.run.inst, self.run.clock
        missing, near = spread(
            inst, self.face, self.who, self.gap, clock, Schedule(seconds, HOT, COLD), self.rng, stop
        )
        if not missing:
            return near
        if missing > END_GAME:
            return None
        mender = Mender(self.run, self.face, self.gap, with_holes(inst, self.face, near, self.gap), self.rng)
        return mender.who if mender.mend(seconds, stop) else None

    def _greedy(self, seconds: float, stop: Stop) -> list[int] | None:
        """The best of many greedy rosters with the gap, then its holes and counts put right."""
        starts = greedy_starts(self.run.inst, self.face, self.gap, self.rng, GREEDY_TRIES, stop)
        self.run.clock.charge(0.003 * len(starts))
        if not starts:
            return None
        start = min(starts, key=lambda who: price_of(self.run, self.face, who))
        mender = Mender(self.run, self.face, self.gap, start, self.rng)
        return mender.who if mender.mend(seconds, stop) else None


def widen(run: Run, face: Face, seconds: float, team: Team, whole: bool = True) -> None:
    """Raise the smallest gap of the best roster as far as the time allows; bounds arrive by the team's prover."""
    rng = random.Random(run.options.seed)
    clock, begun = run.clock, run.clock.spent()

    def left() -> float:
        return min(seconds - (clock.spent() - begun), clock.left())

    def reached() -> int:
        return -(run.value_of("3a") or 0)

    def limit() -> int:
        team.listen()
        return -run.bounds["3a"]

    stride, slice_ = 0.6, 1.5
    while reached() < NEAR * limit() and left() > 0.4 * seconds and not run.over():
        target = reached() + max(1, int(stride * (limit() - reached())))
        found = _attempt(run, face, target, min(slice_, left() / 3), rng, team, whole)
        stride = 0.6 if found else max(stride / 2, 0.1)
        slice_ *= 1.0 if found else 1.5
    patience, below = 0.5, 1
    while reached() < limit() and left() > 0.2 and not run.over():
        found = _attempt(run, face, limit(), left() * patience, rng, team, whole)
        if not found and reached() < limit() - below and left() > 0.2:
            easier = min(limit() - below, (reached() + limit() + 1) // 2)
            second = _attempt(run, face, easier, min(left() * 0.5, 6.0), rng, team, whole)
            below = 1 if second else below + 1


def _attempt(
    run: Run, face: Face, gap: int, seconds: float, rng: random.Random, team: Team, whole: bool
) -> bool:
    """One target: the main process and the helper hunt, whoever finds it first ends it."""
    assert run.best is not None
    team.hunt(face, gap, run.best, seconds)
    aim = gap

    def stop() -> bool:
        team.listen()
        run.pulse("3a")
        return run.over() or -(run.value_of("3a") or 0) >= aim or -run.bounds["3a"] < aim

    found = Hunt(run, face, gap, list(run.best), rng, whole=whole).go(seconds, stop)
    if found is not None:
        run.offer(found, "3a")
    return -(run.value_of("3a") or 0) >= gap
