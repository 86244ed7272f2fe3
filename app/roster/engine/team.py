"""The children of one solve: a prover for bounds, and with two workers or more a helper that searches too.

In repeatable solves there is no helper, and the prover is waited for, so that nothing depends on who is faster.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import TracebackType

from app.roster.engine.children import Child
from app.roster.engine.flow import Face
from app.roster.engine.jobs import ProofJob, SearchJob
from app.roster.engine.run import Run
from app.roster.engine.violations import find_violations

PROVER, HELPER = "app.roster.engine.prover", "app.roster.engine.helper"
PROOF_CHARGE = 2.0


class Team:
    """Use as a context manager; `listen` takes in whatever the children have found."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._prover: Child | None = None
        self._helper: Child | None = None
        self._jobs = 0

    def start(self) -> None:
        """Start the helper, so that its imports are done when it is needed."""
        if self.helped and self._helper is None:
            self._helper = Child(HELPER)

    def __enter__(self) -> Team:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in (self._prover, self._helper):
            if child is not None:
                child.close()

    @property
    def helped(self) -> bool:
        return self.run.options.workers > 1 and not self.run.clock.counted

    # -- proofs ------------------------------------------------------------------------------------------------

    def prove(self, task: str, face: Face, low: int, high: int) -> None:
        """Ask for a bound; it arrives by `listen`, or at once in a repeatable solve."""
        if self._prover is None:
            self._prover = Child(PROVER)
        run = self.run
        seconds = run.clock.limit - run.clock.wall()
        self._prover.send(ProofJob(task, run.inst.problem, face, low, high, seconds))
        if run.clock.counted:
            while self._prover.busy and not run.over():
                self._take_bounds(self._prover.poll(0.2))
                run.pulse("bounds")
            run.clock.charge(PROOF_CHARGE)

    def _take_bounds(self, answers: list[dict[str, object]]) -> None:
        for row in answers:
            self.run.bound(str(row["name"]), int(str(row["bound"])), "bounds")

    def shares(self, face: Face, levels: tuple[str, ...]) -> tuple[bool, list[int] | None]:
        """Exact minima of share levels under all rules: (impossible, roster on the last of them).

        Bounds are recorded as they come. Returns (False, None) when time ran out first.
        """
        if self._prover is None:
            self._prover = Child(PROVER)
        run = self.run
        seconds = run.clock.limit - run.clock.wall()
        self._prover.send(ProofJob("shares", run.inst.problem, face, 0, 0, seconds, levels))
        impossible, who = False, None
        while self._prover.busy and not run.over():
            for row in self._prover.poll(0.1):
                impossible = impossible or "impossible" in row
                who = row.get("who", who)
                if "name" in row:
                    self._take_bounds([row])
            run.pulse("fair shares")
        run.clock.charge(PROOF_CHARGE)
        return impossible, who

    # -- search ------------------------------------------------------------------------------------------------

    def hunt(self, face: Face, gap: int, who: Sequence[int], seconds: float) -> None:
        """Let the helper look for a roster at this gap."""
        self._search("hunt", face, gap, who, (), seconds)

    def polish(
        self, face: Face, gap: int, who: Sequence[int], levels: tuple[str, ...], seconds: float
    ) -> None:
        """Let the helper improve a roster."""
        self._search("polish", face, gap, who, levels, seconds)

    def _search(
        self, task: str, face: Face, gap: int, who: Sequence[int], levels: tuple[str, ...], seconds: float
    ) -> None:
        if not self.helped or seconds < 1.0:
            return
        self.start()
        assert self._helper is not None
        self._jobs += 1
        seed = self.run.options.seed * 1000 + self._jobs
        problem = self.run.inst.problem
        self._helper.send(SearchJob(task, problem, face, gap, tuple(who), levels, seed, seconds))

    @property
    def searching(self) -> bool:
        return self._helper is not None and self._helper.busy

    def listen(self) -> None:
        """Take in bounds and rosters."""
        if self._prover is not None:
            self._take_bounds(self._prover.poll())
        if self._helper is not None:
            for row in self._helper.poll():
                if not find_violations(self.run.inst, row["who"]):
                    self.run.offer(row["who"], "helper")


def usable_processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
