"""The proving child: lower bounds from linear relaxations with HiGHS, and dives from them, in a process of its own.

HiGHS and OR-tools bring the same native symbols and cannot live in one process. Jobs come from `children.Child`, answers go
out as JSON lines ``{"name": "3a", "bound": -37}``.
The interior point method without crossover is used: the simplex method takes minutes on these degenerate models, and
`relax.safe_bound` makes a valid bound of any duals.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

from app.roster.engine.children import Inbox, answer
from app.roster.engine.diving import Dive, Relaxation
from app.roster.engine.exact_shares import prove_shares
from app.roster.engine.flow import Face
from app.roster.engine.highs import NO_WAY, load, solve_again
from app.roster.engine.instance import Instance
from app.roster.engine.jobs import DiveJob, Goal, Job, ProofJob, ShareJob
from app.roster.engine.relax import level_model, safe_bound
from app.roster.engine.repair import Repair

DIVE_PARTS = (0.2, 0.1, 0.3, 0.06)  # of the slots fixed at once: larger is faster, smaller surer
REPAIR_SECONDS = 8.0


class Prover:
    """The relaxations of one face; the last one is kept, because dives start from it."""

    def __init__(self, inst: Instance, face: Face) -> None:
        self.inst, self.face = inst, face
        self.root: Relaxation | None = None

    def relax(self, goal: Goal, until: float) -> Relaxation:
        """The relaxation for a goal, solved, with its safe bound (0 when there was no time)."""
        if self.root is not None and self.root.goal == goal:
            return self.root
        model, x = level_model(self.inst, self.face, goal)
        highs = load(model, until - time.monotonic())
        highs.setOptionValue("solver", "ipm")
        highs.setOptionValue("run_crossover", "off")
        values, price = solve_again(highs, until)
        duals = list(highs.getSolution().row_dual)
        bound = max(safe_bound(model, duals), 0) if len(duals) == len(model.rows) else 0
        self.root = Relaxation(self.inst, self.face, goal, model, x, highs, values, price, bound)
        return self.root

    def floor(self, goal: Goal, until: float) -> int:
        """A lower bound of the level of a goal. For short gaps, first the cheap question whether any is needed."""
        if goal.level == "3b":
            none = Goal("3a", goal.gap, (*goal.held, ("3b", 0)))
            return max(self.relax(goal, until).bound, 1) if self.relax(none, until).bound else 0
        return self.relax(goal, until).bound


def prove_chain(prover: Prover, job: ProofJob) -> None:
    """Bounds of the smallest gap and of the levels after it, each reported at once."""
    until = time.monotonic() + job.seconds
    gap = prove_gap(prover, job, until)
    answer({"gap": gap})
    held = job.goal.held
    for level in job.levels:
        value = prover.floor(Goal(level, gap, held), until)
        answer({"name": level, "bound": value, "held": (("3a", -gap), *held)})
        held = (*held, (level, value))
    if job.chain:
        answer({"chain": held})


def prove_gap(prover: Prover, job: ProofJob, until: float) -> int:
    """The largest gap that the relaxation allows, from the top with growing steps, then bisection; each success is
    reported at once. The top is close to the answer as a rule."""
    low, high, step = job.low, job.goal.gap, 1
    answer({"name": "3a", "bound": -high})
    probe = high
    while low < high and time.monotonic() < until:
        if prover.relax(replace(job.goal, gap=probe), until).bound > 0:
            high = probe - 1
            answer({"name": "3a", "bound": -high})
            step *= 2
            probe = max(high - step // 2, low + 1)
        else:
            low = probe
            probe = (low + high + 1) // 2
    return high


def dive(prover: Prover, job: DiveJob, newer: Callable[[], bool]) -> None:
    """One dive and the repair of what it missed; the roster is answered even when it still misses something."""
    until = time.monotonic() + job.seconds
    goal, root = job.goal, prover.relax(job.goal, until)
    if goal.level != "3a":
        answer({"name": goal.level, "bound": root.bound, "held": (("3a", -goal.gap), *goal.held)})
    elif root.bound > 0:
        if "3b" not in dict(goal.held):
            answer({"name": "3a", "bound": 1 - goal.gap})
        return
    if root.price >= NO_WAY:
        return
    rng = random.Random(job.number)
    course = Dive(root, DIVE_PARTS[job.number % len(DIVE_PARTS)], rng)
    who = course.run(until, newer)
    if who is None:
        return
    answer({"who": who, "level": goal.level, "gap": goal.gap})
    repair = Repair(root, who, course.price, rng)
    if not repair.met():
        repair.run(min(until, time.monotonic() + REPAIR_SECONDS), newer)
        answer({"who": repair.who, "level": goal.level, "gap": goal.gap})


def work(job: Job, prover: Prover, newer: Callable[[], bool]) -> None:
    """Prove something, or dive, and report it."""
    if isinstance(job, DiveJob):
        dive(prover, job, newer)
    elif isinstance(job, ShareJob):
        prove_shares(prover.inst, job, newer)
    else:
        prove_chain(prover, job)


def main() -> None:
    """Answer jobs until the input ends."""
    inbox, prover = Inbox(), None
    while isinstance(job := inbox.jobs.get(), ShareJob | ProofJob | DiveJob):
        if prover is None or prover.face != job.face:
            prover = Prover(Instance(job.problem), job.face)
        work(job, prover, inbox.waiting)
        answer({"done": True})


if __name__ == "__main__":
    main()
