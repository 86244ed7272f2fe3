"""Every level against brute force: the solver finds the best roster of small problems and proves it."""

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from app.roster.engine import SolveOptions, solve
from tests.unit.engine import outside
from tests.unit.engine.cases import read, small_problems

OPTIONS = SolveOptions(time_limit=20, workers=1, deterministic=False)
NO_SHRINKING = (Phase.explicit, Phase.generate)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def compare(raw: dict[str, Any], options: SolveOptions, order: list[str] | None = None) -> None:
    solution = solve(read(raw), options)
    truth = outside.best(raw, order)
    if truth is None:
        # What is past may break rules without making the rest impossible; otherwise nothing is possible.
        assert solution.status == "infeasible" or "published" in raw
        return
    assert solution.roster, solution.status
    hard, values = outside.score(raw, dict(solution.roster))
    assert hard == 0
    assert {row.level: row.value for row in solution.levels} == {
        row.level: values[row.level] for row in solution.levels
    }
    names = order or list(values)
    assert [values[name] for name in names] == [truth[0][name] for name in names]
    assert solution.status == "optimal"
    assert all(row.bound == row.value for row in solution.levels)


@settings(max_examples=30, deadline=None, derandomize=True, phases=NO_SHRINKING, suppress_health_check=SLOW)
@given(small_problems())
def test_every_level_is_the_best_there_is(raw: dict[str, Any]) -> None:
    compare(raw, OPTIONS)


@settings(max_examples=15, deadline=None, derandomize=True, phases=NO_SHRINKING, suppress_health_check=SLOW)
@given(small_problems(replan=True))
def test_a_new_plan_changes_as_little_as_possible_first(raw: dict[str, Any]) -> None:
    compare(raw, OPTIONS)


@settings(max_examples=12, deadline=None, derandomize=True, phases=NO_SHRINKING, suppress_health_check=SLOW)
@given(small_problems())
def test_levels_can_be_reordered(raw: dict[str, Any]) -> None:
    order = ["5", "1b", "3a", "4", "2b"]
    compare(raw, SolveOptions(time_limit=20, workers=1, deterministic=False, levels=tuple(order)), order)
