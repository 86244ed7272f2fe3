"""A process of its own that prepares a small demo county, as `make run` does, and may be killed in the middle.

    python -m tests.whole_app.demo_process DATABASE_URL DATA_DIR OFFICES YEARS POINT

OFFICES: how many of the demo's 27. YEARS: 2026 or 2026,2027, or none for the directory only. POINT: "never", or where the process kills itself with
SIGKILL (from outside, the moment could not be exact). Before that it prints the ids of its child processes.
"""

import datetime as dt
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil

from app.core.clock import FixedClock
from app.core.events import subscribe
from app.demo import accounts, cli, county
from app.factory import create_app
from app.roster import build_command
from app.roster.events import RosterPublished
from tests.conftest import QUICK_HASHES, settings_for

NOW = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)
SECONDS, MORE_SECONDS = 1.0, 6.0  # of solving for each roster: evenness is exact long before
WRITING, ROSTERING = ("directory", "accounts"), ("building", "built", "publishing")


def die(*_: object) -> None:
    """Name the children, and be killed."""
    children = psutil.Process().children(recursive=True)
    os.write(1, " ".join(str(child.pid) for child in children).encode())
    os.kill(os.getpid(), signal.SIGKILL)


def on_call(number: int, action: Callable[..., object] = die) -> Callable[..., None]:
    """Do nothing until the call of that number."""
    calls = iter(range(1, number + 1))

    def count(*arguments: object) -> None:
        if next(calls) == number:
            action(*arguments)

    return count


def arm(point: str) -> ExitStack:
    """Set the place of death."""
    stack = ExitStack()
    targets: dict[str, tuple[Any, str, Callable[..., Any]]] = {
        "directory": (cli, "write_rules", die),
        "accounts": (cli, "write_accounts", after(accounts.write_accounts)),
        "building": (build_command._Teller, "progress", die),
        "built": (build_command._Teller, "_publish", before_second(build_command._Teller._publish)),
    }
    if point in targets:
        holder, name, replacement = targets[point]
        stack.enter_context(patch.object(holder, name, replacement))
    if point == "publishing":
        subscribe(RosterPublished, on_call(2))
    return stack


def after(real: Callable[..., None]) -> Callable[..., None]:
    """The real thing, then death: everything is written and nothing is committed."""

    def call(*arguments: object) -> None:
        real(*arguments)
        die()

    return call


def before_second(real: Callable[..., None]) -> Callable[..., None]:
    """The real thing once, death instead of the second time."""
    count = on_call(2)

    def call(*arguments: object) -> None:
        count()
        real(*arguments)

    return call


def main() -> None:
    """Prepare, and print what the command prints."""
    url, folder, offices, years, point = sys.argv[1:6]
    app = create_app(settings_for(url, Path(folder)), FixedClock(NOW))
    app.extensions["security"].pwd_context = QUICK_HASHES
    all_offices = county._offices
    chosen = (2026,) if years == "none" else tuple(int(year) for year in years.split(","))
    with (
        patch.object(county, "_offices", lambda: all_offices()[: int(offices)]),
        patch.object(cli, "YEARS", chosen),
        patch.object(build_command, "MANY_OFFICES", SECONDS),
        patch.object(build_command, "ONE_OFFICE", MORE_SECONDS),
        patch.object(cli, "_publish", lambda *_: 0) if years == "none" else nullcontext(),
        arm(point),
        app.app_context(),
    ):
        result = app.test_cli_runner().invoke(args=["demo", "prepare"])
    sys.stdout.write(result.output)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    sys.exit(result.exit_code)


if __name__ == "__main__":
    main()
