"""One process of the races about single visits: `verb_racer URL FOLDER`; a line "verb visit session" a race.

It answers each line with "got" or the name of the error.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from app.appointments.models import Visit
from app.appointments.service import day, resident, waiting
from app.appointments.service.booking import confirm
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.factory import create_app
from tests.conftest import NOON, settings_for
from tests.integration.appointments.racer import say

VERBS: dict[str, Callable[[Visit, str], object]] = {
    "move": lambda visit, key: resident.move(visit, key, None),
    "accept": lambda visit, key: resident.accept(visit),
    "cancel": lambda visit, key: resident.cancel(visit),
    "confirm": lambda visit, key: confirm(visit, "clerk"),
    "check-in": lambda visit, key: day.check_in(visit, "clerk"),
    "expire": lambda visit, key: waiting.free_expired(),
}


def main() -> None:
    """Answer line after line until the input ends. The clock is given as hours after NOON with each line."""
    url, folder = sys.argv[1:]
    clock = FixedClock(NOON)
    app = create_app(settings_for(url, Path(folder)), clock)
    with app.app_context():
        say("ready")
        for line in sys.stdin:
            verb, visit_id, key, at = line.split()
            clock.at = clock.at.fromisoformat(at)
            say(attempt(verb, int(visit_id), key))


def attempt(verb: str, visit_id: int, key: str) -> str:
    """What this process was told."""
    try:
        with transaction():
            VERBS[verb](db.session.get_one(Visit, visit_id), key)
    except RotaError as error:
        return type(error).__name__
    return "got"


if __name__ == "__main__":
    main()
