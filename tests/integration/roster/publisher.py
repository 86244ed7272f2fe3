"""A process of its own that publishes one draft: `python -m tests.integration.roster.publisher URL DIR DRAFT MODE`.

It says "ready" and waits for a line before it begins. MODE "stall": it stops in the middle of the publication.
"""

import datetime as dt
import sys
from pathlib import Path

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.core.events import subscribe
from app.factory import create_app
from app.roster import publishing
from app.roster.events import RosterPublished
from app.roster.models import Draft
from tests.conftest import settings_for

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


def say(word: str) -> None:
    """One line to the parent."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def stall(_event: RosterPublished) -> None:
    """Say so, and wait for ever."""
    say("in the middle")
    sys.stdin.readline()


def main() -> None:
    """Publish, and say how it ended."""
    url, folder, draft_id, mode = sys.argv[1:5]
    app = create_app(settings_for(url, Path(folder)), FixedClock(NOON))
    if mode == "stall":
        subscribe(RosterPublished, stall)
    with app.app_context():
        say("ready")
        sys.stdin.readline()
        try:
            with transaction():
                revision = publishing.publish(db.session.get_one(Draft, int(draft_id)), "更正", "process")
            say(f"published {revision.number}")
        except RotaError as error:
            say(type(error).__name__)


if __name__ == "__main__":
    main()
