"""What the proving processes do once the shares are settled: first a chain of bounds, then dives.

The chain bounds the smallest gap and every level after it, each with those before it at their bounds. Nothing better can
exist than all of these at once, so that is what dives aim at first: a dive that gets there has proven everything. While
the chain is being proven, another process dives for the smallest gap alone. When a dive for everything fails, such dives
take turns with dives for the first levels still above their bounds, the levels before at their present values.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.roster.engine.jobs import DiveJob, Goal, Job, ProofJob
from app.roster.engine.run import Held, Objective, Run
from app.roster.engine.scope import Scope
from app.roster.engine.team import Row, Team

PROOF_FROM = 4.0  # seconds of time limit: below, a proving process costs more than it gives
FRESH = 8  # dives for which the main process leaves the processors to them,
FRESH_PART = 0.4  # but no longer than this part of the time
COUNTED_DIVES = 4  # in a repeatable solve
DENSE = 15  # slots a leader: above, the gap alone is hard, and both provers dive for it before anything else
AFTER_GAP = ("3b", "4", "5")


class Campaign:
    """Keeps the provers of a team at work; call `go` often. `limit`: an upper bound on the smallest gap."""

    def __init__(
        self, run: Run, scope: Scope, objectives: Sequence[Objective], team: Team, limit: int
    ) -> None:
        self.run, self.scope, self.team, self.limit = run, scope, team, limit
        self.levels: list[str] = []
        for objective in objectives:
            if objective.level not in AFTER_GAP:
                break
            self.levels.append(objective.level)
        self.gap: int | None = None
        self.ideal: Goal | None = None
        self.gap_asked = self.chain_asked = False
        self.dives = 0
        self.dense = run.inst.m > DENSE * run.inst.n
        self._guessed: set[int] = set()
        self._deaths = team.deaths

    # -- where we stand ----------------------------------------------------------------------------------------

    def reached(self) -> int:
        """The smallest gap of the best roster."""
        return -(self.run.value_of("3a") or 0)

    def is_proven(self, level: str) -> bool:
        bound, value = self.run.bounds.get(level), self.run.value_of(level)
        return bound is not None and value is not None and value <= bound

    def settled(self) -> bool:
        """Whether everything a prover can do is done."""
        return all(self.is_proven(level) for level in ("3a", *self.levels))

    def fresh(self) -> bool:
        """Whether the provers had better have the processors for themselves."""
        busy = any(not self.team.is_idle(number) for number in range(self.team.size))
        early = self.dives <= FRESH and self.run.clock.spent() < FRESH_PART * self.run.clock.limit
        return self._allowed() and busy and early and self.team.deaths == 0

    def _allowed(self) -> bool:
        enough = self.run.clock.counted and self.dives >= COUNTED_DIVES
        return self.run.options.time_limit >= PROOF_FROM and not enough

    # -- work --------------------------------------------------------------------------------------------------

    def go(self) -> None:
        """Take in news, and give idle provers something to do."""
        self._read(self.team.poll())
        if self.team.deaths > self._deaths:
            self._deaths = self.team.deaths
            self.gap_asked, self.chain_asked = self.gap is not None, self.ideal is not None
        for number in range(self.team.size):
            while self._allowed() and self.team.is_idle(number) and not self.run.over():
                job = self._next_job()
                if job is None:
                    break
                self.team.ask(number, job)
                self._read(self.team.poll())

    def _read(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if "gap" in row:
                self.gap = row["gap"]
            elif "chain" in row and self.gap is not None:
                held = tuple((level, value) for level, value in row["chain"])
                self.ideal = self._goal((self.levels or ["3a"])[-1], self.gap, held)

    def _goal(self, level: str, gap: int, held: Sequence[tuple[str, int]]) -> Goal:
        return Goal(level, gap, tuple((name, value) for name, value in held if name != level))

    def _next_job(self) -> Job | None:
        problem, face = self.run.inst.problem, self.scope.proof or self.scope.face
        left = self.team.seconds()
        if not self.gap_asked:
            self.gap_asked = True
            goal, low = Goal("3a", self.limit, self.scope.totals), max(self.reached(), self.run.inst.gap)
            return ProofJob(problem, face, goal, left, low)
        if self.gap is not None and not self.chain_asked and self._time_for_chain():
            self.chain_asked = True
            goal = Goal("3a", self.gap, self.scope.totals)
            return ProofJob(problem, face, goal, left, self.gap, tuple(self.levels), chain=True)
        wanted = self._next_goal()
        if wanted is None:
            return None
        self.dives += 1
        return DiveJob(problem, face, wanted, left, self.dives - 1)

    def _time_for_chain(self) -> bool:
        return not self.dense or self.reached() >= (self.gap or 0) or self.dives >= FRESH // 2

    def _next_goal(self) -> Goal | None:
        """The whole chain, or in turns what is missing most; None when there is nothing to dive for."""
        if self.gap is None:
            return self._guess()
        if self.settled():
            return None
        if self.ideal is None:
            return self._while_proving(self.gap)
        goals = self._present_goals()
        if self.dives % 2 or not goals:
            return self.ideal
        return goals[self.dives // 2 % len(goals)]

    def _while_proving(self, gap: int) -> Goal | None:
        """The gap, then the level after it as soon as its bound is known; only one dives for that."""
        if self.reached() < gap:
            return Goal("3a", gap, self.scope.totals)
        first = self.levels[0] if self.levels else None
        known = any(name == first and held for name, _, held in self.run.proofs)
        if first is None or not known or self.is_proven(first):
            return None
        return self._goal_of(first, gap, self.scope.totals)

    def _goal_of(self, level: str, gap: int, held: Held) -> Goal:
        """A level to dive for. No short gap at all is only a longer gap for each leader, a far smaller model."""
        needed = any(name == "3b" and bound for name, bound, _ in self.run.proofs)
        return Goal(level, gap, held) if level != "3b" or needed else Goal("3a", gap, (*held, ("3b", 0)))

    def _guess(self) -> Goal | None:
        """The present bound on the gap, once each, while it is being proven: as a rule it can be reached."""
        limit = -self.run.bounds["3a"]
        if limit in self._guessed or self.reached() >= limit:
            return None
        self._guessed.add(limit)
        return Goal("3a", limit, self.scope.totals)

    def _present_goals(self) -> list[Goal]:
        """The levels above their bounds, those before them at their present values; the first one twice."""
        assert self.gap is not None
        reached, totals = self.reached(), self.scope.totals
        goals: list[Goal] = []
        if reached < self.gap:
            halfway = (reached + self.gap + 1) // 2
            goals = [Goal("3a", self.gap, totals), Goal("3a", halfway, totals)]
        held = totals
        for level in self.levels:
            if not self.is_proven(level):
                goals.append(self._goal_of(level, reached, held))
            held = (*held, (level, self.run.value_of(level) or 0))
        return [*goals[:1], *goals]
