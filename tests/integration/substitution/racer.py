"""A process of its own that does things at the same moment as others: `python -m tests.integration.substitution.racer`.

It reads orders, one a line: {"url", "folder", "tasks": [["accept", id], …]}. For each it opens the database and says
"ready", waits for another line, does the tasks in four threads, and answers with JSON: for each task ["ok", ""] or
[the error's class, its Chinese sentence]. So a process that took seconds to start serves many races.
"""

import datetime as dt
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from flask import Flask

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.factory import create_app
from app.roster.absences import add_leave
from app.roster.substitution import jobs, service
from app.roster.substitution.models import SubstitutionAsk, SubstitutionRequest
from tests.conftest import settings_for

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
THREADS = 4


def accept(ask_id: int) -> None:
    """A candidate says yes."""
    service.accept(db.session.get_one(SubstitutionAsk, ask_id), "candidate")


def withdraw(request_id: int) -> None:
    """The leader takes the request back."""
    service.withdraw(db.session.get_one(SubstitutionRequest, request_id), "leader")


def now(office_id: int, seat_key: str, leader_id: int) -> None:
    """Staff put somebody on duty at once."""
    service.arrange_now(
        db.session.get_one(Office, office_id), seat_key, leader_id, "staff", accept_rules=True
    )


def approve(request_id: int) -> None:
    """The office approves what is agreed."""
    service.approve(db.session.get_one(SubstitutionRequest, request_id), "office")


def undo(request_id: int) -> None:
    """Staff take a done one back."""
    service.undo(db.session.get_one(SubstitutionRequest, request_id), "staff")


def leave(office_id: int, leader_id: int, day: str) -> None:
    """A leave of one day is entered."""
    on = dt.date.fromisoformat(day)
    add_leave(db.session.get_one(Office, office_id), leader_id, on, on)


VERBS: dict[str, Callable[..., None]] = {
    "accept": accept,
    "withdraw": withdraw,
    "now": now,
    "approve": approve,
    "undo": undo,
    "leave": leave,
}


def perform(app: Flask, task: list[Any]) -> tuple[str, str]:
    """One task in a transaction of its own."""
    verb, *given = task
    with app.app_context():
        try:
            if verb == "deadlines":
                jobs.process_deadlines(dt.datetime.fromisoformat(given[0]))
                return "ok", ""
            with transaction():
                VERBS[verb](*given)
            return "ok", ""
        except RotaError as error:
            return type(error).__name__, error.text.zh


def round_of(order: dict[str, Any]) -> list[tuple[str, str]]:
    """Open the database, say "ready", wait for the signal, do the tasks, close the database."""
    app = create_app(settings_for(order["url"], Path(order["folder"])), FixedClock(NOON))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda task: perform(app, task), order["tasks"]))
    with app.app_context():
        db.engine.dispose()
    return answers


def main() -> None:
    """One round for each line of input; the answers as a line of output."""
    for line in iter(sys.stdin.readline, ""):
        answers = round_of(json.loads(line))
        sys.stdout.write(json.dumps(answers, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
