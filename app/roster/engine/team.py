"""The other processes of a solve: provers for bounds and dives, beside the main process that searches.

One for each solver thread of the options. In repeatable solves there is one, and it is waited for, so that nothing
depends on who is faster.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

from app.roster.engine.children import Child
from app.roster.engine.flow import Face
from app.roster.engine.jobs import DiveJob, Job, ShareJob
from app.roster.engine.run import Run
from app.roster.engine.violations import find_violations
from app.roster.engine.words import Text

PROVER = "app.roster.engine.prover"
MOST = 2  # proving processes of one solve: more would not find more, and cost memory
PROOF_CHARGE, DIVE_CHARGE = 4.0, 3.0
LIVES = 3  # times that a dead process is replaced
DIED = Text(
    "证明进程意外结束（可能内存不足），已重新启动；尚未证明的目标仍为未证明。",
    "A proving process ended by itself (perhaps out of memory) and was replaced; what it had not proven stays unproven.",
)
Row = dict[str, Any]


class Team:
    """Use as a context manager; `poll` takes in whatever the provers have found."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.size = 1 if run.clock.counted else min(max(run.options.workers, 1), MOST)
        self._children: list[Child | None] = [None] * self.size
        self._deaths = 0
        self._rows: list[Row] = []
        self.near: tuple[int, list[int]] | None = None
        self.shares = "unknown"

    def start(self) -> None:
        """Start the provers, so that their imports are done when they are needed."""
        for number in range(self.size):
            self._get(number)

    def _get(self, number: int) -> Child:
        child = self._children[number] or Child(PROVER)
        self._children[number] = child
        return child

    def __enter__(self) -> Team:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children:
            if child is not None:
                child.close()

    # -- jobs --------------------------------------------------------------------------------------------------

    def is_idle(self, number: int) -> bool:
        """Whether a prover has nothing to do; one that died too often is never idle again."""
        child = self._children[number]
        return self._deaths < LIVES and (child is None or not child.busy)

    def seconds(self) -> float:
        """Until the time limit."""
        return self.run.clock.limit - self.run.clock.wall()

    def ask(self, number: int, job: Job) -> None:
        """Give a prover a job; the answers arrive by `poll`, in a repeatable solve before this returns."""
        run, child = self.run, self._get(number)
        child.send(job)
        if run.clock.counted:
            while child.busy and not run.over():
                self._rows += self._take(child.poll(0.2))
                run.pulse("bounds")
            run.clock.charge(DIVE_CHARGE if isinstance(job, DiveJob) else PROOF_CHARGE)

    def poll(self) -> list[Row]:
        """Take in bounds and rosters; other news are returned."""
        rows, self._rows = self._rows, []
        for number, child in enumerate(self._children):
            if child is not None:
                rows += self._take(child.poll())
                self._bury(number, child)
        return rows

    def _bury(self, number: int, child: Child) -> None:
        if child.dead:
            self._deaths += 1
            self._children[number] = None
            self.run.note(DIED)

    @property
    def deaths(self) -> int:
        """Provers that ended by themselves so far."""
        return self._deaths

    def _take(self, answers: list[Row]) -> list[Row]:
        """Bounds are recorded; rosters are offered when they are valid, else kept in `near` to be mended."""
        news = []
        for row in answers:
            if "bound" in row:
                held = tuple((level, value) for level, value in row.get("held", ()))
                self.run.bound(row["name"], row["bound"], "bounds", held)
            elif "who" in row and "level" in row:
                self._take_roster(row)
            else:
                news.append(row)
        return news

    def _take_roster(self, row: Row) -> None:
        if not find_violations(self.run.inst, row["who"]):
            self.run.offer(row["who"], row["level"])
        elif row["level"] == "3a":
            self.near = (row["gap"], row["who"])

    # -- exact minima of the share levels ------------------------------------------------------------------------

    def ask_shares(self, face: Face, levels: tuple[str, ...]) -> None:
        """Ask for the exact minima of share levels under all rules. Bounds are recorded and rosters offered as they
        come; `shares` has the outcome."""
        self.shares = "unknown"
        self._get(0).send(ShareJob(self.run.inst.problem, face, levels, self.seconds()))

    def shares_known(self) -> bool:
        """Whether the answer to `ask_shares` is complete; `shares` is then "exact" when the best roster attains it,
        "impossible" when the rules exclude every roster, and stays "unknown" when the child gave up."""
        child = self._get(0)
        for row in child.poll():
            if "impossible" in row:
                self.shares = "impossible"
            elif "who" in row:
                valid = not find_violations(self.run.inst, row["who"])
                if valid:
                    self.run.offer(row["who"], "fair shares")
                if valid and row["last"]:
                    self.shares = "exact"
            else:
                self._take([row])
        self._bury(0, child)
        return not child.busy

    def await_shares(self) -> None:
        """Wait for the answer to `ask_shares`, or until the time is over."""
        while not self.shares_known() and not self.run.over():
            self.run.pulse("fair shares")
            time.sleep(0.02)
        self.run.clock.charge(PROOF_CHARGE)

    def restart(self) -> None:
        """Give up whatever the first prover is doing."""
        child, self._children[0] = self._children[0], None
        if child is not None:
            child.close()
        self._get(0)
