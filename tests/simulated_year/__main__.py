"""Run a year of simulated visits and judge it.

    python -m tests.simulated_year [--visits 50000] [--offices 10] [--days 365] [--seed 1] [--processes 2]

Each process has its share of the offices on a SQLite file of its own. With `--database URL`, the address of an empty
PostgreSQL database, one process does everything there.
"""

import argparse
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.simulated_year.judge import Verdict
from tests.simulated_year.shares import one, say


def main() -> int:
    """Simulate, judge, print; 1 when the judge found something."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulated_year")
    parser.add_argument("--visits", type=int, default=50_000)
    parser.add_argument("--offices", type=int, default=10)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--database", default="")
    parser.add_argument("--keep", default="", help="a folder in which the SQLite files stay")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = simulate(given, Path(given.keep or folder))
    for line in found.lines():
        say(line)
    return 1 if found.problems else 0


def simulate(given: argparse.Namespace, folder: Path) -> Verdict:
    """All processes; what they found, together."""
    many = 1 if given.database else given.processes
    with ProcessPoolExecutor(many, get_context("spawn")) as pool:
        parts = [
            pool.submit(
                one,
                given.database,
                folder / str(number),
                given.visits // many,
                -(-given.offices // many),
                given.days,
                given.seed + number,
            )
            for number in range(many)
        ]
        found = Verdict()
        for part in parts:
            found.add(part.result())
    return found


if __name__ == "__main__":
    sys.exit(main())
