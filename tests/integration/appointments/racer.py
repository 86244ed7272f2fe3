"""One process of the race for seats: `racer URL FOLDER OFFICE_ID SESSION_KEY FIRST COUNT`, starts at "go".

Each of COUNT people asks once; a line says what each was told.
"""

import sys
from pathlib import Path

from app.appointments.service.booking import book
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.factory import create_app
from tests.conftest import NOON, settings_for
from tests.visit_scenario import request_for


def main() -> None:
    """Wait for the word, then ask for everybody, one after the other."""
    url, folder, office_id, session_key, first, count = sys.argv[1:]
    app = create_app(settings_for(url, Path(folder)), FixedClock(NOON))
    with app.app_context():
        say("ready")
        sys.stdin.readline()
        for number in range(int(first), int(first) + int(count)):
            say(ask(int(office_id), session_key, number))


def say(line: str) -> None:
    """A line to the test."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def ask(office_id: int, session_key: str, number: int) -> str:
    """What this person was told: "got" or the name of the error."""
    try:
        with transaction():
            book(db.session.get_one(Office, office_id), request_for(number, session_key))
    except RotaError as error:
        return type(error).__name__
    return "got"


if __name__ == "__main__":
    main()
