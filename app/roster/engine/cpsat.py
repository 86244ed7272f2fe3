"""Running CP-SAT: limits, stopping within a fraction of a second, repeatable results."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from ortools.sat.python import cp_model

from app.roster.engine.run import Run

PULSE = 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    """`status`: optimal, feasible, infeasible or unknown; `bound` is the proven lower bound of the objective."""

    status: str
    solver: Any
    bound: int | None

    @property
    def found(self) -> bool:
        return self.status in ("optimal", "feasible")


class _Watch(threading.Thread):
    """Stops the solver when the run is cancelled or out of time, and keeps the progress lines coming."""

    def __init__(
        self, run: Run, solver: cp_model.CpSolver, phase: str, stop: Callable[[], bool] | None
    ) -> None:
        super().__init__(daemon=True)
        self.run_, self.solver, self.phase, self.stop = run, solver, phase, stop
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(PULSE):
            self.run_.pulse(self.phase)
            late = self.run_.cancelled or self.run_.clock.wall() >= self.run_.clock.limit
            if late or (self.stop is not None and self.stop()):
                self.solver.stop_search()
                return


def solve_model(
    run: Run,
    model: cp_model.CpModel,
    seconds: float,
    *,
    workers: int = 1,
    seed: int = 0,
    phase: str = "",
    assumptions: Sequence[Any] = (),
    light: bool = False,
    stop: Callable[[], bool] | None = None,
) -> Answer:
    """Solve within `seconds`. In repeatable runs the limit is CP-SAT's own deterministic time and one worker.

    `light` turns off what costs more than it brings in the small models of a neighbourhood search.
    """
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1 if run.clock.counted else workers
    parameters.random_seed = seed & 0x7FFFFFFF
    if run.clock.counted:
        parameters.max_deterministic_time = max(seconds, 0.001)
    parameters.max_time_in_seconds = (
        max(min(seconds, run.clock.left()), 0.01)
        if not run.clock.counted
        else max(run.clock.limit - run.clock.wall(), 0.01)
    )
    if light:
        parameters.cp_model_probing_level = 0
        parameters.linearization_level = 2
        parameters.symmetry_level = 0
    watch = _Watch(run, solver, phase, stop)
    watch.start()
    status = solver.solve(model)
    watch.done.set()
    watch.join()
    run.clock.charge(solver.response_proto.deterministic_time)
    name = {
        cp_model.OPTIMAL: "optimal",
        cp_model.FEASIBLE: "feasible",
        cp_model.INFEASIBLE: "infeasible",
        cp_model.MODEL_INVALID: "invalid",
    }.get(status, "unknown")
    if name == "invalid":
        raise RuntimeError(f"the CP-SAT model is invalid: {model.validate()}")
    bound = (
        ceil(solver.best_objective_bound - 1e-6) if name != "infeasible" and model.has_objective() else None
    )
    return Answer(name, solver, bound)
