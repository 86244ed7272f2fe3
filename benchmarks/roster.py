"""The roster engine beside its baselines: one table of scores, bounds, proofs, seconds and memory.

python -m benchmarks.roster                        seeded offices that come with the benchmark
python -m benchmarks.roster case.json folder/      problem files
options: --cases county,township-1 (only ids that begin so) --methods engine,round,greedy,weighted --time-limit 60
         --baseline-limit 60 --workers 2 --rows rows.json (kept after every row; what is in it is not measured again)
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from app.roster.engine import (
    LEVELS,
    Problem,
    Solution,
    SolveOptions,
    load_problem,
    problem_from_json,
    score,
    solve,
)
from benchmarks._baselines import longest_waiting, round_robin, weighted_sum
from benchmarks._roster_cases import SHAPES, make_case

METHODS = ("engine", "round", "greedy", "weighted")


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one case."""

    case: str
    method: str
    hard: int | None
    values: dict[str, int]
    bounds: dict[str, int | None]
    note: str
    seconds: float
    megabytes: float


def chosen_cases(paths: list[str], wanted: str) -> Iterator[Problem]:
    """The cases whose id begins with one of the wanted texts; all without any."""
    for problem in read_cases(paths):
        if not wanted or problem.id.startswith(tuple(wanted.split(","))):
            yield problem


def read_cases(paths: list[str]) -> Iterator[Problem]:
    """Problem files and folders of them, or the seeded offices."""
    if not paths:
        for shape in SHAPES:
            yield problem_from_json(make_case(shape, 1))
    for path in map(Path, paths):
        for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            yield load_problem(file)


class MemoryWatch(threading.Thread):
    """Peak resident memory of this process and its children together, sampled ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak, self.over = 0, threading.Event()

    def run(self) -> None:
        me = psutil.Process()
        while not self.over.wait(0.1):
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.peak = max(self.peak, total)

    def megabytes(self) -> float:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return max(self.peak, own) / 1e6


def measure(problem: Problem, method: str, options: argparse.Namespace) -> Row:
    """Run one method in this process (which is a fresh one)."""
    watch = MemoryWatch()
    watch.start()
    begun = time.perf_counter()
    solution: Solution | None = None
    if method == "engine":
        limits = SolveOptions(time_limit=options.time_limit, workers=options.workers)
        solution = solve(problem, limits)
        roster: Any = dict(solution.roster)
    elif method == "weighted":
        roster = weighted_sum(problem, options.baseline_limit, options.workers)
    else:
        roster = (round_robin if method == "round" else longest_waiting)(problem)
    seconds = time.perf_counter() - begun
    watch.over.set()
    return as_row(problem, method, roster, solution, seconds, watch.megabytes())


def as_row(
    problem: Problem, method: str, roster: Any, solution: Solution | None, seconds: float, megabytes: float
) -> Row:
    if not roster:
        note = solution.status if solution is not None else "no roster"
        if solution is not None and solution.conflict is not None:
            note += ": " + "; ".join(reason.text.en for reason in solution.conflict.reasons)
        return Row(problem.id, method, None, {}, {}, note, seconds, megabytes)
    values = score(problem, roster)
    rows = solution.levels if solution is not None else ()
    proven = [row.level for row in rows if row.proven]
    note = f"proven {' '.join(proven)}" if rows else ""
    bounds = {row.level: row.bound for row in rows}
    return Row(problem.id, method, values.pop("hard"), values, bounds, note, seconds, megabytes)


def _child(connection: Any, problem: Problem, method: str, options: argparse.Namespace) -> None:
    connection.send(measure(problem, method, options))


def measure_apart(problem: Problem, method: str, options: argparse.Namespace) -> Row:
    """Run one method in a process of its own, so that memory and imports are its own too."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_child, args=(theirs, problem, method, options))
    process.start()
    row: Row = ours.recv()
    process.join()
    return row


def machine() -> str:
    """What the figures were measured on."""
    memory = psutil.virtual_memory().total / 1e9
    load = os.getloadavg()[0]
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, {memory:.0f} GB, "
        f"Python {platform.python_version()}, load {load:.1f} at the start"
    )


def cell(row: Row, level: str) -> str:
    """A value, with its bound when they differ."""
    value, bound = row.values.get(level), row.bounds.get(level)
    if value is None:
        return ""
    return str(value) if bound in (None, value) else f"{value} ({bound})"


def print_table(rows: list[Row]) -> None:
    """Markdown, bounds in brackets where they are not met."""
    names = [name for name in LEVELS if any(name in row.values for row in rows)]
    print(f"| case | method | hard | {' | '.join(names)} | s | MB | |")
    print("|" + "---|" * (len(names) + 6))
    for row in rows:
        cells = " | ".join(cell(row, name) for name in names)
        hard = "–" if row.hard is None else row.hard
        print(
            f"| {row.case} | {row.method} | {hard} | {cells} | {row.seconds:.1f} | {row.megabytes:.0f} | {row.note} |"
        )


def measured_rows(path: Path | None) -> list[Row]:
    """Rows of an earlier run that was broken off."""
    if path is None or not path.exists():
        return []
    return [Row(**row) for row in json.loads(path.read_text())]


def main() -> None:
    """Measure every case with every method and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--cases", default="", help="only cases whose id begins with one of these")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--baseline-limit", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--rows", type=Path, help="keep the rows here, and go on from them")
    options = parser.parse_args()
    print(machine(), "\n")
    rows = measured_rows(options.rows)
    for problem in chosen_cases(options.files, options.cases):
        for method in options.methods.split(","):
            if any((row.case, row.method) == (problem.id, method) for row in rows):
                continue
            rows.append(measure_apart(problem, method, options))
            print(f"{problem.id} {method} {rows[-1].seconds:.1f} s", file=sys.stderr)
            if options.rows:
                options.rows.write_text(json.dumps([asdict(row) for row in rows]))
    print_table(rows)


if __name__ == "__main__":
    main()
