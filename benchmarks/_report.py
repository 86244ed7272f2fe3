"""What every benchmark prints: the machine it ran on, and a table. No number in it is typed by hand."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil


def machine_line(database: str = "") -> str:
    """Processor, cores, memory, system, Python, the load at the moment, the time; the database where one is used."""
    gigabytes = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    parts = [
        f"{_processor()}, {os.cpu_count()} cores, {gigabytes:.0f} GB",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        *([database] if database else []),
        f"load before {load:.1f}{' (busy: figures are too high)' if load > (os.cpu_count() or 1) / 2 else ''}",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    ]
    return " · ".join(parts)


def sqlite_version() -> str:
    """The embedded database, as the machine line names it."""
    return f"SQLite {sqlite3.sqlite_version}"


def print_title(title: str, database: str = "") -> None:
    """What is measured, and where."""
    print(f"\n{title}\n{machine_line(database)}\n")


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns side by side: the first to the left, the others to the right."""
    cells = [list(headers), *([_shown(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headers))]
    for number, row in enumerate(cells):
        print(
            "  ".join(_aligned(text, width, first) for first, (text, width) in _columns(row, widths)).rstrip()
        )
        if number == 0:
            print("  ".join("-" * width for width in widths))


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def _columns(row: Sequence[str], widths: Sequence[int]) -> Sequence[tuple[bool, tuple[str, int]]]:
    pairs = zip(row, widths, strict=True)
    return [(number == 0, pair) for number, pair in enumerate(pairs)]


def _aligned(text: str, width: int, first: bool) -> str:
    return text.ljust(width) if first else text.rjust(width)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()
