"""The command `flask roster solve`: a problem file in, a roster and a report out. No database, no web application.

Exit codes: 0 solved, 2 bad file or option, 3 impossible (the report says why), 4 stopped without a roster.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from app.roster.engine.codec import load_problem
from app.roster.engine.problem import Problem, ProblemError
from app.roster.engine.process import solve_in_process
from app.roster.engine.run import parse_objective
from app.roster.engine.score import LEVELS
from app.roster.engine.solution import LevelResult, Progress, Solution, SolveOptions

SOLVED, BAD_FILE, IMPOSSIBLE, NO_ROSTER = 0, 2, 3, 4


def in_chinese() -> bool:
    """Whether the terminal's language is Chinese."""
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return language.startswith("zh")


def read_levels(text: str | None) -> tuple[str, ...]:
    """Levels from "1a,1b,3a,4*2+5", none without a text; click's usage error when one is unknown."""
    if not text:
        return ()
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        for name in names:
            parse_objective(name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--levels") from error
    return names


def read_problem(path: Path) -> Problem:
    """The problem file, or exit 2 with one sentence."""
    try:
        return load_problem(path)
    except ProblemError as error:
        sentence = error.text_zh if in_chinese() else error.text_en
        click.echo(
            f"{path.name}: {error.path}: {sentence}" if error.path else f"{path.name}: {sentence}", err=True
        )
    except OSError as error:
        click.echo(f"{path}: {error.strerror}", err=True)
    raise SystemExit(BAD_FILE)


def read_start(path: Path | None) -> Mapping[str, str | None] | None:
    """An earlier roster to continue from, or exit 2."""
    if path is None:
        return None
    try:
        roster = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        click.echo(f"{path}: {error}", err=True)
        raise SystemExit(BAD_FILE) from error
    if not isinstance(roster, dict) or not all(
        value is None or isinstance(value, str) for value in roster.values()
    ):
        click.echo(f"{path}: must be an object of slot ids and leader ids", err=True)
        raise SystemExit(BAD_FILE)
    return roster


class Printer:
    """Progress lines: time, level, value, bound, gap. Nothing is said twice."""

    def __init__(self) -> None:
        self.said: dict[str, tuple[int, int | None]] = {}
        self.pulse = 0.0

    def __call__(self, progress: Progress) -> None:
        for row in progress.levels:
            if self.said.get(row.level) != (row.value, row.bound):
                self.said[row.level] = (row.value, row.bound)
                self.line(progress.seconds, row)
                self.pulse = progress.seconds
        if progress.seconds - self.pulse >= 1.0:
            self.pulse = progress.seconds
            click.echo(f"{progress.seconds:7.1f} s  … {progress.phase}", err=True)

    @staticmethod
    def line(seconds: float, row: LevelResult) -> None:
        bound = "?" if row.bound is None else str(row.bound)
        gap = "?" if row.gap is None else str(row.gap)
        proven = "  proven" if row.proven else ""
        click.echo(
            f"{seconds:7.1f} s  {row.level:>8}  value {row.value:>7}  bound {bound:>7}  gap {gap}{proven}",
            err=True,
        )


@contextmanager
def stop_signals() -> Iterator[list[bool]]:
    """Ctrl-C and SIGTERM set a flag instead of ending the process; a second Ctrl-C ends it."""
    flag: list[bool] = []

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if flag:
            raise KeyboardInterrupt
        flag.append(True)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield flag
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def write_json(path: Path, value: object) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)


def report_end(solution: Solution) -> int:
    """Say how it ended; the exit code."""
    zh = in_chinese()
    if solution.status == "infeasible":
        click.echo("没有可行的排班：" if zh else "There is no roster:", err=True)
        conflict = solution.conflict
        for reason in conflict.reasons if conflict else ():
            click.echo(f"  - {reason.text.zh if zh else reason.text.en}", err=True)
        for way in conflict.ways_out if conflict else ():
            click.echo(f"  > {way.text.zh if zh else way.text.en}", err=True)
        return IMPOSSIBLE
    if not solution.roster:
        click.echo("停止时还没有找到排班" if zh else "Stopped before a roster was found", err=True)
        return NO_ROSTER
    proven = sum(level.proven for level in solution.levels)
    click.echo(
        f"{solution.status}: {proven}/{len(solution.levels)} levels proven, {solution.seconds:.1f} s",
        err=True,
    )
    return SOLVED


@click.command("solve")
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the roster here (default: standard output)."
)
@click.option("--report", type=click.Path(path_type=Path), help="Write the report here.")
@click.option(
    "--time-limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds."
)
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="1: repeatable.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--explain", is_flag=True, help="Explain every slot in the report.")
@click.option(
    "--levels", help="Order of the objectives, e.g. 1a,1b,3a,4*2+5; a level left out is switched off."
)
@click.option("--start", type=click.Path(path_type=Path), help="Continue from this roster.")
def solve_command(problem: Path, out: Path | None, report: Path | None, **settings: Any) -> None:
    """Solve a roster PROBLEM (JSON file) without database or web application."""
    levels = read_levels(settings["levels"])
    loaded, start = read_problem(problem), read_start(settings["start"])
    options = SolveOptions(
        time_limit=settings["time_limit"],
        workers=settings["workers"],
        seed=settings["seed"],
        explain=settings["explain"],
        levels=levels or loaded.levels or LEVELS,
    )
    with stop_signals() as stopped:
        solution = solve_in_process(loaded, options, Printer(), lambda: bool(stopped), start)
    if report is not None:
        write_json(report, solution.report())
    if solution.roster and out is not None:
        write_json(out, dict(solution.roster))
    elif solution.roster:
        click.echo(json.dumps(dict(solution.roster), ensure_ascii=False))
    sys.exit(report_end(solution))


if __name__ == "__main__":
    solve_command()
