"""HiGHS in a child process: passing a model in, and solving it again after its bounds were changed."""

from __future__ import annotations

import time
from typing import Any

import highspy
import numpy as np

from app.roster.engine.relax import Linear

NO_WAY = 1e6


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


def solve_again(highs: Any, until: float) -> tuple[np.ndarray, float]:
    """Values and price; a price of `NO_WAY` when there is no solution (or no time)."""
    highs.setOptionValue("time_limit", highs.getRunTime() + max(until - time.monotonic(), 0.1))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return np.zeros(0), NO_WAY
    return np.array(highs.getSolution().col_value), highs.getInfo().objective_function_value
