"""A whole year with every consumer that is installed, and what each did.

    python -m tests.feed_consumers [--days 365] [--seed 7] [--changes-a-refresh 3]

Programs of this machine refresh after every third change on average, at moments of their own; stores and packages after
every change. What is not installed is named: it was not checked. Exit 1 when a consumer showed anything but the truth.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from app.core.clock import FixedClock
from app.factory import create_app
from tests.conftest import NOON, Browser, _migrate, settings_for
from tests.feed_consumers.installed import missing, readers
from tests.feed_consumers.year import Subscription, live


def main() -> int:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.feed_consumers")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--changes-a-refresh", type=int, default=3)
    asked = parser.parse_args()
    began, found = time.monotonic(), readers()
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(f"sqlite:///{folder}/rota.sqlite3", Path(folder))
        _migrate(settings)
        clock = FixedClock(NOON)
        app = create_app(settings, clock_to_use=clock)
        app.test_client_class = Browser
        try:
            with app.app_context():
                pace = asked.changes_a_refresh
                county, everybody = live(app.test_client(), clock, found, asked.days, asked.seed, pace)
        except AssertionError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    say = sys.stdout.write
    say(f"{asked.days} days, {county.done.total()} changes: {dict(county.done)}\n\n")
    say(f"{'consumer':28} {'refreshes':>9} {'200':>6} {'304':>6} {'wrong':>6}\n")
    for name, answers in _by_consumer(everybody).items():
        say(f"{name:28} {answers.total():9} {answers[200]:6} {answers[304]:6} {0:6}\n")
    say(f"\nnot installed, so not checked: {', '.join(missing()) or 'nothing'}\n")
    say(f"{time.monotonic() - began:.0f} s on {os.cpu_count()} cores\n")
    return 0


def _by_consumer(everybody: list[Subscription]) -> dict[str, Counter[int]]:
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for one in everybody:
        found[one.name.partition(":")[0]] += one.answers
    return found


if __name__ == "__main__":
    sys.exit(main())
