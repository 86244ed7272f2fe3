"""The other process of a solve: a prover for bounds and dives, beside the main process that searches.

In repeatable solves the prover is waited for, so that nothing depends on who is faster.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

from app.roster.engine.children import Child
from app.roster.engine.flow import Face
from app.roster.engine.jobs import DiveJob, Goal, ProofJob
from app.roster.engine.run import Run
from app.roster.engine.scope import Scope
from app.roster.engine.violations import find_violations

PROVER = "app.roster.engine.prover"
PROOF_CHARGE = 2.0


class Team:
    """Use as a context manager; `listen` takes in whatever the prover has found."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._prover: Child | None = None
        self._dives = 0
        self._rows: list[dict[str, Any]] = []
        self.near: tuple[int, list[int]] | None = None

    def start(self) -> None:
        """Start the prover, so that its imports are done when it is needed."""
        if self._prover is None:
            self._prover = Child(PROVER)

    def __enter__(self) -> Team:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._prover is not None:
            self._prover.close()

    # -- proofs ------------------------------------------------------------------------------------------------

    def prove(self, scope: Scope, goal: Goal, low: int = 0) -> None:
        """Ask for a bound; it arrives by `listen`, or at once in a repeatable solve."""
        problem, face = self.run.inst.problem, scope.proof or scope.face
        self._ask(ProofJob(problem, face, goal, self._seconds(), low))

    @property
    def idle(self) -> bool:
        """Whether the prover has nothing to do."""
        return self._prover is None or not self._prover.busy

    def dive(self, scope: Scope, goal: Goal) -> None:
        """Let the prover look for a roster at the bound of a goal. Another dive each time."""
        problem, face = self.run.inst.problem, scope.proof or scope.face
        self._ask(DiveJob(problem, face, goal, self._seconds(), self._dives))
        self._dives += 1

    def _seconds(self) -> float:
        return self.run.clock.limit - self.run.clock.wall()

    def _ask(self, job: ProofJob | DiveJob) -> None:
        self.start()
        assert self._prover is not None
        run = self.run
        self._prover.send(job)
        if run.clock.counted:
            while self._prover.busy and not run.over():
                self._take(self._prover.poll(0.2))
                run.pulse("bounds")
            run.clock.charge(PROOF_CHARGE)

    def _take(self, answers: list[dict[str, Any]]) -> None:
        """Bounds are recorded; rosters are offered when they are valid, else kept in `near` to be mended."""
        for row in answers:
            if "bound" in row:
                held = tuple((level, value) for level, value in row.get("held", ()))
                self.run.bound(row["name"], row["bound"], "bounds", held)
            elif not find_violations(self.run.inst, row["who"]):
                self.run.offer(row["who"], row["level"])
            elif row["level"] == "3a":
                self.near = (row["gap"], row["who"])

    def ask_shares(self, face: Face, levels: tuple[str, ...]) -> None:
        """Ask for the exact minima of share levels under all rules."""
        self.start()
        assert self._prover is not None
        self._rows = []
        goal = Goal(levels[0], 0)
        self._prover.send(ProofJob(self.run.inst.problem, face, goal, self._seconds(), shares=levels))

    def shares_known(self) -> bool:
        """Whether the answer to `ask_shares` is there."""
        assert self._prover is not None
        self._rows += self._prover.poll()
        return not self._prover.busy

    def shares(self) -> tuple[bool, list[int] | None]:
        """The answer to `ask_shares`: (impossible, roster on the last level). Bounds are recorded.

        Returns (False, None) when time ran out first.
        """
        run = self.run
        while not self.shares_known() and not run.over():
            run.pulse("fair shares")
            time.sleep(0.02)
        self._take([row for row in self._rows if "name" in row])
        run.clock.charge(PROOF_CHARGE)
        who = next((row["who"] for row in self._rows if "who" in row), None)
        return any("impossible" in row for row in self._rows), who

    def restart(self) -> None:
        """Give up whatever the prover is doing."""
        if self._prover is not None:
            self._prover.close()
        self._prover = None
        self.start()

    def listen(self) -> None:
        """Take in bounds and rosters."""
        if self._prover is not None:
            self._take(self._prover.poll())
