"""Who could take a duty: 45 leaders and a year of published duties, ranked with reasons: milliseconds.

    python -m benchmarks.candidates [--leaders 45] [--times 20]

In one process on a database of its own (SQLite, or TEST_DATABASE_URL), reading included: every time begins with an
empty session. "candidates": all leaders for one duty, with load, gaps, rules and reasons, those excluded too.
"exchanges": all swaps of one duty against the rest of the year that break no rule. "a fortnight away": every duty of
a leader in two weeks, with who could take how many. Peer: the straightforward way, which publishes nothing but asks
the fairness ledger anew with each candidate in the duty's place.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.factory import create_app
from app.roster import queries
from app.roster.ledger import ledger
from app.roster.models import Duty, Rule
from app.roster.substitution.candidates import Situation
from benchmarks._report import middle, print_table, print_title, sqlite_version
from tests.conftest import settings_for
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, workdays

BUDGET = 200.0  # milliseconds
PASSWORD = "correct horse battery"  # of the account made here
MORNING = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.candidates")
    parser.add_argument("--leaders", type=int, default=45)
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url, name = _database(Path(folder))
        app = create_app(settings_for(url, Path(folder)), FixedClock(MORNING))
        with app.app_context():
            upgrade()
            office_id, seat_key = _fill(given.leaders)
            print_title(f"Substitutes: {given.leaders} leaders, a year of published duties", name)
            _measure(app, office_id, seat_key, given.times)
            db.session.remove()
        _measure_page(app, seat_key, given.times)
        with app.app_context():
            db.engine.dispose()


def _database(folder: Path) -> tuple[str, str]:
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        return f"sqlite:///{folder / 'rota.sqlite3'}", sqlite_version()
    fresh = f"rota_bench_{os.getpid()}"
    engine = create_engine(make_url(server).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {fresh} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {fresh}"))
        version = str(connection.execute(text("SHOW server_version")).scalar())
    return make_url(server).set(database=fresh).render_as_string(hide_password=False), f"PostgreSQL {version}"


def _fill(count: int) -> tuple[int, str]:
    """The office and the duty of which the substitute is looked for, in June."""
    with transaction():
        office = make_office()
        leaders = [make_leader(office) for _ in range(count)]
        spacing = {"min_gap": 3, "window_days": 10, "window_k": 2}
        most = {"period": "month", "min": 0, "max": 3, "leaders": [], "role": None, "needs": 1}
        for kind, spec in (("spacing", spacing), ("limit", most)):
            db.session.add(Rule(office_id=office.id, kind=kind, name=kind, spec=spec, position=1))
        publish_days(office, leaders, workdays(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
        make_user("staff", "scheduler", office)
        duty = queries.current_duties(office.id, dt.date(2026, 6, 10), dt.date(2026, 6, 10))[0]
        return office.id, duty.seat_key


def _measure(app: Flask, office_id: int, seat_key: str, times: int) -> None:
    peer, peer_cpu = _middle_of(lambda: _by_the_ledger(office_id, seat_key), max(times // 10, 2))
    rows: list[list[object]] = []
    works: list[tuple[str, Callable[[], int]]] = [
        (
            "candidates with reasons",
            lambda: len(_situation(office_id, [seat_key]).candidates(_duty(seat_key))),
        ),
        (
            "exchanges that break no rule",
            lambda: len(_situation(office_id, [seat_key]).exchanges(_duty(seat_key))),
        ),
        ("a fortnight away, offers", lambda: len(_fortnight(office_id, seat_key).offers())),
    ]
    for name, work in works:
        count = work()
        wall, cpu = _middle_of(work, times)
        within = "yes" if wall <= BUDGET else "NO"
        rows.append([name, count, wall, cpu, BUDGET, within, peer_cpu / cpu])
    rows.append(["peer: the ledger for each candidate", "", peer, peer_cpu, None, "", 1.0])
    print_table(["", "found", "ms", "processor ms", "budget", "within", "times faster"], rows)


def _measure_page(app: Flask, seat_key: str, times: int) -> None:
    """The page of the duty as a browser gets it: candidates, those left out, exchanges, effects on visits."""
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    browser.post("/sign-in", data={"username": "staff", "password": PASSWORD})
    page = f"/offices/county/substitution/duty?seat={seat_key}"
    if browser.get(page).status_code != 200:
        raise RuntimeError("the page of the duty does not open")
    walls, cpus = [], []
    for _ in range(times):
        begin, cpu = time.perf_counter(), time.process_time()
        browser.get(page)
        walls.append((time.perf_counter() - begin) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    wall = middle(walls)
    within = "yes" if wall <= BUDGET else "NO"
    print_table(
        ["over HTTP", "ms", "processor ms", "budget", "within"],
        [["page of a duty: candidates and exchanges", wall, middle(cpus), BUDGET, within]],
    )


def _middle_of(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Milliseconds of the clock, and of this process's processor: the second does not depend on the neighbours."""
    walls, cpus = [], []
    for _ in range(times):
        db.session.remove()
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return middle(walls), middle(cpus)


def _duty(seat_key: str) -> Duty:
    return db.session.query(Duty).filter_by(seat_key=seat_key, until_revision=None).one()


def _situation(office_id: int, seat_keys: list[str]) -> Situation:
    return Situation(db.session.get_one(Office, office_id), [_duty(key) for key in seat_keys])


def _fortnight(office_id: int, seat_key: str) -> Situation:
    first = _duty(seat_key).on_date
    rows = queries.current_duties(office_id, first, first + dt.timedelta(days=13))
    return Situation(db.session.get_one(Office, office_id), rows[:3])


def _by_the_ledger(office_id: int, seat_key: str) -> list[tuple[int, int]]:
    """For each leader: put him in the duty's place, read the whole ledger, put it back."""
    office, row = db.session.get_one(Office, office_id), _duty(seat_key)
    own, found = row.leader_id, []
    with db.session.no_autoflush:
        for leader in db.session.query(Leader).filter_by(office_id=office_id).all():
            row.leader_id = leader.id
            balances = ledger(office, row.on_date.year).balances("all")
            found.append((balances[leader.id], leader.id))
            row.leader_id = own
    db.session.rollback()
    return sorted(found)


if __name__ == "__main__":
    main()
