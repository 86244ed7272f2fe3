"""The proving child: lower bounds from linear relaxations with HiGHS, in a process of its own.

HiGHS and OR-tools bring the same native symbols and cannot live in one process. Jobs come from `children.Child`, answers go
out as JSON lines ``{"name": "3a", "bound": -37}``.
The interior point method without crossover is used: the simplex method takes minutes on these degenerate models, and
`relax.safe_bound` makes a valid bound of any duals.
"""

from __future__ import annotations

import pickle
import sys
import time

import highspy
import numpy as np

from app.roster.engine.children import answer
from app.roster.engine.flow import Face
from app.roster.engine.instance import Instance
from app.roster.engine.jobs import ProofJob
from app.roster.engine.relax import (
    Linear,
    safe_bound,
    share_model,
    short_gap_model,
    spacing_model,
    weekday_model,
    wish_model,
)


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


def duals_of(model: Linear, seconds: float) -> list[float] | None:
    """Row duals of the relaxation by the interior point method; None when it found none in time."""
    highs = load(model, seconds)
    highs.setOptionValue("solver", "ipm")
    highs.setOptionValue("run_crossover", "off")
    highs.run()
    duals = list(highs.getSolution().row_dual)
    return duals if len(duals) == len(model.rows) else None


def prove_shares(inst: Instance, job: ProofJob) -> None:
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
    who = [inst.published[s] if inst.past[s] and inst.published else -1 for s in range(inst.m)]
    for p in range(inst.n):
        for s, column in x[p].items():
            if solution and solution[column] > 0.5:
                who[s] = p
    answer({"who": who})


def impossible_gap(inst: Instance, face: Face, gap: int, seconds: float) -> bool:
    """Whether the relaxation proves that no roster on the face has this smallest gap."""
    model = spacing_model(inst, face, gap)
    duals = duals_of(model, seconds)
    return duals is not None and safe_bound(model, duals) > 0


def prove_gap(inst: Instance, job: ProofJob) -> None:
    """The largest gap in [low, high] that the relaxation allows, from the top with growing steps, then bisection;
    each success is reported at once. The top is close to the answer as a rule."""
    deadline = time.monotonic() + job.seconds
    low, high, step = job.low, job.high, 1
    answer({"name": "3a", "bound": -high})
    probe = high
    while low < high and time.monotonic() < deadline:
        if impossible_gap(inst, job.face, probe, deadline - time.monotonic()):
            high = probe - 1
            answer({"name": "3a", "bound": -high})
            step *= 2
            probe = max(high - step // 2, low + 1)
        else:
            low = probe
            probe = (low + high + 1) // 2


MODELS = {"3b": short_gap_model, "4": weekday_model, "5": wish_model}


def work(job: ProofJob) -> None:
    """Prove one thing and report it."""
    inst = Instance(job.problem)
    if job.task == "3a":
        prove_gap(inst, job)
        return
    if job.task == "shares":
        prove_shares(inst, job)
        return
    model = MODELS[job.task](inst, job.face, job.low)
    duals = duals_of(model, job.seconds)
    if duals is not None:
        answer({"name": job.task, "bound": max(safe_bound(model, duals), 0)})


def main() -> None:
    """Answer jobs until the input ends."""
    while True:
        try:
            job = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent process
        except EOFError:
            return
        work(job)
        answer({"done": True})


if __name__ == "__main__":
    main()
