"""Child processes and clocks: the same seed, the time limit, stopping, the best roster kept, many problems at once."""

import subprocess
import sys
import threading
import time

import pytest

from app.roster.engine import Progress, SolveOptions, conflicts_of, solve
from app.roster.engine.process import ROOT, solve_in_process, solve_many
from tests.unit.engine.cases import office, read

BIG = office(leaders=30, days=365, seed=4)


def test_looking_at_rosters_and_starting_children_needs_no_solver() -> None:
    heavy = "{'numpy', 'pandas', 'ortools', 'highspy', 'flask', 'sqlalchemy'}"
    code = f"import sys, app.roster.engine, app.roster.engine.process; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_one_worker_and_a_seed_give_the_same_roster_again() -> None:
    problem = read(office(leaders=12, days=100))
    shares = ("1a", "1b", "2a", "2b", "2c", "2d")
    options = SolveOptions(time_limit=30, workers=1, seed=7, levels=shares)
    assert solve(problem, options).roster == solve(problem, options).roster
    small = read(office(leaders=4, days=30))
    whole = SolveOptions(time_limit=30, workers=1, seed=7)
    assert whole.repeatable
    assert solve(small, whole).roster == solve(small, whole).roster


def test_the_time_limit_is_kept() -> None:
    begun = time.monotonic()
    solution = solve(read(BIG), SolveOptions(time_limit=4.5, workers=2))
    took = time.monotonic() - begun
    assert took < 4.5 * 1.1 + 1.5  # a busy machine may take a moment to end the children
    assert conflicts_of(read(BIG), solution.roster) == []
    assert all(row.proven for row in solution.levels if row.level[0] in "12")


@pytest.mark.processes
def test_a_child_stops_within_a_second_and_gives_its_best() -> None:
    asked: list[float] = []
    first = threading.Event()

    def hear(progress: Progress) -> None:
        if progress.roster is not None:
            first.set()

    def stop() -> bool:
        if first.is_set() and not asked:
            asked.append(time.monotonic())
        return first.is_set()

    solution = solve_in_process(read(BIG), SolveOptions(time_limit=120), hear, stop)
    assert time.monotonic() - asked[0] < 1.5
    assert solution.status == "feasible"
    assert conflicts_of(read(BIG), solution.roster) == []


@pytest.mark.processes
def test_many_problems_side_by_side_in_their_order() -> None:
    problems = [read(office(leaders=6, days=40, seed=seed)) for seed in range(4)]
    done: list[int] = []
    options = SolveOptions(time_limit=4)
    solutions = solve_many(problems, options, 2, on_done=lambda number, _: done.append(number))
    assert sorted(done) == [0, 1, 2, 3]
    for problem, solution in zip(problems, solutions, strict=True):
        assert conflicts_of(problem, solution.roster) == []


def test_a_solve_continues_from_an_earlier_roster() -> None:
    problem = read(office(leaders=6, days=40))
    first = solve(problem, SolveOptions(time_limit=1.5, workers=1, deterministic=False))
    told: list[Progress] = []
    solve(
        problem, SolveOptions(time_limit=1.5, workers=1, deterministic=False), told.append, start=first.roster
    )
    assert told[0].phase == "start"
    assert told[0].roster == first.roster
