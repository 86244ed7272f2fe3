"""The journal: what was asked, and, by triggers of the database, everything that changed because of it."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from app.core import clock
from app.core.database import db, transaction
from app.core.errors import RotaError

_VISIT = ("id", "office_id", "state", "session_key", "on_date", "leader_id", "kind", "ticket", "headcount")
_WATCHED = (
    ("visit", "visits", "INSERT", "NEW", _VISIT),
    ("visit", "visits", "UPDATE", "NEW", _VISIT),
    (
        "seat",
        "visit_seats",
        "INSERT",
        "NEW",
        ("visit_id", "office_id", "session_key", "number", "hold_until"),
    ),
    (
        "seat",
        "visit_seats",
        "UPDATE",
        "NEW",
        ("visit_id", "office_id", "session_key", "number", "hold_until"),
    ),
    ("free", "visit_seats", "DELETE", "OLD", ("visit_id", "office_id", "session_key", "number")),
    ("step", "visit_steps", "INSERT", "NEW", ("visit_id", "what", "by")),
    ("revision", "revisions", "INSERT", "NEW", ("office_id", "number")),
)


def install() -> None:
    """Make the table and the triggers. Inside `transaction()`."""
    sqlite = db.session.get_bind().dialect.name == "sqlite"
    key = "INTEGER PRIMARY KEY AUTOINCREMENT" if sqlite else "BIGSERIAL PRIMARY KEY"
    db.session.execute(text(f"CREATE TABLE journal (n {key}, kind TEXT NOT NULL, data TEXT NOT NULL)"))
    for number, watched in enumerate(_WATCHED):
        for statement in (_sqlite if sqlite else _postgresql)(number, *watched):
            db.session.execute(text(statement.replace(":", r"\:")))


def _sqlite(number: int, kind: str, table: str, event: str, row: str, columns: tuple[str, ...]) -> list[str]:
    pairs = ", ".join(f"'{name}', {row}.\"{name}\"" for name in columns)
    return [
        f"CREATE TRIGGER journal_{number} AFTER {event} ON {table} BEGIN "
        f"INSERT INTO journal (kind, data) VALUES ('{kind}', json_object({pairs})); END"
    ]


def _postgresql(
    number: int, kind: str, table: str, event: str, row: str, columns: tuple[str, ...]
) -> list[str]:
    pairs = ", ".join(f"'{name}', {row}.\"{name}\"" for name in columns)
    return [
        f"CREATE FUNCTION journal_{number}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO journal (kind, data) VALUES ('{kind}', json_build_object({pairs})::text); "
        "RETURN NULL; END $$",
        f"CREATE TRIGGER journal_{number} AFTER {event} ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION journal_{number}()",
    ]


def mark(what: str, **said: Any) -> None:
    """Write what was asked, after what it changed. Inside `transaction()`."""
    data = json.dumps({"op": what, "at": clock.now().isoformat(), **said}, default=str)
    db.session.execute(text("INSERT INTO journal (kind, data) VALUES ('op', :data)"), {"data": data})


def do(what: str, action: Callable[[], dict[str, Any] | None], **said: Any) -> dict[str, Any] | None:
    """One call of a service in a transaction of its own; None, with the reason in the journal, when it is refused."""
    try:
        with transaction():
            found = action() or {}
            mark(what, **said | found)
    except RotaError as refused:
        with transaction():
            mark(what, failed=type(refused).__name__, **said)
        return None
    return found


def done(_found: object) -> None:
    """What a service returns says nothing here."""
