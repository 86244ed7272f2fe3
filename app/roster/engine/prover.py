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

import highspy
import numpy as np

from app.roster.engine.children import Inbox, answer
from app.roster.engine.diving import NO_WAY, Dive, Relaxation, solve_again
from app.roster.engine.flow import Face
from app.roster.engine.instance import Instance
from app.roster.engine.jobs import DiveJob, Goal, Job, ProofJob, ShareJob
from app.roster.engine.relax import Linear, level_model, safe_bound, share_model
from app.roster.engine.repair import Repair

DIVE_PARTS = (0.2, 0.1, 0.3, 0.06)  # of the slots fixed at once: larger is faster, smaller surer
REPAIR_SECONDS = 8.0


def load(model: Linear, seconds: float) -> highspy.Highs:
    """HiGHS with the model passed in: one thread, silent, limited in time."""
    lp = highspy.HighsLp()
    columns, rows = len(model.cost), len(model.rows)
    lp.num_col_, lp.num_row_ = columns, rows
    lp.col_cost_ = np.array(model.cost, dtype=np.float64)
    lp.col_lower_ = np.zeros(columns)
    lp.col_upper_ = np.array(model.upper, dtype=np.float64)
    lp.row_lower_ = np.array(model.low, dtype=np.float64)
    lp.row_upper_ = np.array(model.high, dtype=np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row) for row in model.rows])]).astype(np.int32)
    lp.a_matrix_.index_ = np.array([column for row in model.rows for column, _ in row], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for row in model.rows for _, value in row], dtype=np.float64)
    if model.whole:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[upper == 1] for upper in model.upper]
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("time_limit", max(seconds, 0.1))
    highs.passModel(lp)
    return highs


def prove_shares(inst: Instance, job: ShareJob) -> None:
    """Exact minima of the share levels in order, by branch and bound; each is held before the next.

    Answers every proven level, and at last the roster; ``impossible`` when the rules exclude every roster.
    """
    deadline = time.monotonic() + job.seconds
    model, x, terms_of = share_model(inst, job.face, max(inst.gap, 1))
    model.whole = True
    solution: list[float] = []
    for level in job.levels:
        columns = set(terms_of[level])
        model.cost = [int(column in columns) for column in range(len(model.cost))]
        highs = load(model, deadline - time.monotonic())
        highs.run()
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            answer({"impossible": True})
            return
        if status != highspy.HighsModelStatus.kOptimal:
            return
        value = round(highs.getInfo().objective_function_value)
        solution = list(highs.getSolution().col_value)
        model.row([(column, 1) for column in terms_of[level]], 0, value)
        answer({"name": level, "bound": value, "exact": True})
    who = inst.blank()
    for p in range(inst.n):
        for s, column in x[p].items():
            if solution and solution[column] > 0.5:
                who[s] = p
    answer({"who": who})


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
    if root.price >= NO_WAY or (goal.level == "3a" and root.bound > 0):
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
        prove_shares(prover.inst, job)
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
