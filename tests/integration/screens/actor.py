"""One of several processes: `python -m tests.integration.screens.actor URL FOLDER approve CODE | watch`.

Says "ready", waits for a line, acts, and says what came of it.
"""

import sys
from pathlib import Path

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.core.ids import hash_token
from app.directory.models import Office
from app.factory import create_app
from app.screens.jobs import check_screens
from app.screens.models import ScreenCode
from app.screens.service import enrolment
from tests.conftest import NOON, settings_for


def main(url: str, folder: str, action: str, *words: str) -> None:
    """Act once."""
    app = create_app(settings_for(url, Path(folder)), FixedClock(NOON))
    with app.app_context():
        say("ready")
        sys.stdin.readline()
        try:
            say(approve(*words) if action == "approve" else watch())
        except RotaError as error:
            say(type(error).__name__)


def approve(code: str) -> str:
    """Approve a code that was looked up before the other one was through."""
    office, found = db.session.query(Office).one(), None
    with transaction():
        found = db.session.query(ScreenCode).filter_by(code_hash=hash_token(code)).one()
        enrolment.approve(office, found, "大厅", "full")
    return "approved"


def watch() -> str:
    """Look once."""
    check_screens()
    return "looked"


def say(word: str) -> None:
    """Tell the test."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
