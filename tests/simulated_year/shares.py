"""The share of one process in a simulated year."""

import gc
import sys
from pathlib import Path

from tests.simulated_year.judge import Verdict
from tests.simulated_year.run import run


def one(url: str, folder: Path, visits: int, offices: int, days: int, seed: int) -> Verdict:
    """What one process does."""
    gc.set_threshold(100_000, 50, 50)  # millions of short-lived rows
    folder.mkdir(parents=True, exist_ok=True)
    address = url or f"sqlite:///{folder / 'year.sqlite3'}"
    return run(address, folder, visits, offices, days, seed, lambda line: say(f"{folder.name}: {line}"))


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
