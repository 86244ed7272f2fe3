"""A process of its own that queues reminders at one moment: `python -m tests.integration.notifications.ticker URL DIR AT`.

It says "ready", waits for a line, ticks twice and says how many notices were new.
"""

import datetime as dt
import sys
from pathlib import Path

from app.core.clock import FixedClock
from app.factory import create_app
from app.notifications.reminding import queue_due
from tests.conftest import settings_for


def main() -> None:
    """Tick when told."""
    url, folder, at = sys.argv[1:4]
    app = create_app(settings_for(url, Path(folder)), FixedClock(dt.datetime.fromisoformat(at)))
    with app.app_context():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(f"{queue_due() + queue_due()}\n")


if __name__ == "__main__":
    main()
