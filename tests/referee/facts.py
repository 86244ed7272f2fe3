"""The facts of every office as JSON, read straight from the tables: `python -m tests.referee.facts [DATABASE_URL]`.

Without an address it takes DATABASE_URL, or the SQLite file of DATA_DIR. Nothing of the program is imported.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, create_engine, text


def dump_facts(database_url: str) -> str:
    """The facts file (see `office`) of a database."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            offices = _rows(connection, "SELECT * FROM offices ORDER BY id")
            found = {office["code"]: _office(connection, office, offices) for office in offices}
    finally:
        engine.dispose()
    return json.dumps({"offices": found}, ensure_ascii=False, indent=1, default=str)


def rows_of(database_url: str, statement: str) -> list[dict[str, Any]]:
    """The rows of one SELECT, by column name."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return _rows(connection, statement)
    finally:
        engine.dispose()


def _rows(connection: Connection, statement: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(statement), values).mappings()]


def _office(
    connection: Connection, office: Mapping[str, Any], offices: list[dict[str, Any]]
) -> dict[str, Any]:
    path = _office_and_above(office, offices)
    periods = [row for one in path for row in _rows(connection, PERIODS, office=one)]
    days = [row for one in path for row in _rows(connection, DAYS, office=one)]
    suspensions = [row for row in periods if row["kind"] == "suspension" and not row["by_appointment_only"]]
    return {
        "kind": office["kind"],
        "timezone": office["timezone"],
        "rooms": [row["name"] for row in _rows(connection, ROOMS, office=office["id"])],
        "leaders": [_leader(connection, row) for row in _rows(connection, LEADERS, office=office["id"])],
        "rules": [
            {"kind": row["kind"], "spec": _plain(row["spec"])}
            for row in _rows(connection, RULES, office=office["id"])
        ],
        "days_off": [_day(row["on_date"]) for row in days if row["off"]],
        "days_on": [_day(row["on_date"]) for row in days if not row["off"]],
        "special_periods": [_pair(row) for row in periods if row["kind"] == "special"],
        "suspensions": [_pair(row) for row in suspensions],
    }


ROOMS = "SELECT name FROM rooms WHERE office_id = :office AND closed_on IS NULL ORDER BY name"
LEADERS = "SELECT * FROM leaders WHERE office_id = :office ORDER BY position, sort_key, id"
RULES = "SELECT * FROM roster_rules WHERE office_id = :office ORDER BY position, id"
PERIODS = "SELECT * FROM calendar_periods WHERE office_id = :office AND withdrawn_at IS NULL ORDER BY id"
DAYS = "SELECT * FROM day_overrides WHERE office_id = :office AND withdrawn_at IS NULL ORDER BY id"
TERMS = "SELECT * FROM leader_terms WHERE leader_id = :leader"
LEAVES = "SELECT * FROM leaves WHERE leader_id = :leader AND withdrawn_at IS NULL ORDER BY first_day, id"
POSTS = "SELECT * FROM leader_facets WHERE leader_id = :leader AND kind = 'post' ORDER BY position, id"


def _leader(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    terms = next(iter(_rows(connection, TERMS, leader=row["id"])), {})
    return {
        "name": row["name"],
        "role": row["role"],
        "share": terms.get("share_percent", 100),
        "first": _day(row["first_day"]),
        "last": _day(row["last_day"]),
        "leave": [_pair(away) for away in _rows(connection, LEAVES, leader=row["id"])],
        "forbidden_weekdays": _plain(terms.get("forbidden_weekdays", [])),
        "month_min": terms.get("month_min", 0),
        "month_max": terms.get("month_max"),
        "posts": [[post["value"], *_pair(post)] for post in _rows(connection, POSTS, leader=row["id"])],
    }


def _office_and_above(office: Mapping[str, Any], offices: list[dict[str, Any]]) -> list[int]:
    """What is decreed above holds below."""
    by_id, path, current = {row["id"]: row for row in offices}, [], office
    while True:
        path.append(current["id"])
        if current["parent_id"] is None:
            return path
        current = by_id[current["parent_id"]]


def _pair(row: Mapping[str, Any]) -> list[str | None]:
    return [_day(row["first_day"]), _day(row["last_day"])]


def _day(value: dt.date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, dt.date) else value


def _plain(value: Any) -> Any:
    """JSON columns: PostgreSQL hands over values, SQLite their text."""
    return json.loads(value) if isinstance(value, str) else value


def _address() -> str:
    if len(sys.argv) > 1:
        return sys.argv[1]
    return os.environ.get("DATABASE_URL") or f"sqlite:///{os.environ.get('DATA_DIR', 'var')}/rota.sqlite3"


if __name__ == "__main__":
    sys.stdout.write(dump_facts(_address()) + "\n")
