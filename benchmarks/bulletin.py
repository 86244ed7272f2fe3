"""The bulletin over 100,000 visits and the list of matters: milliseconds.

    python -m benchmarks.bulletin [--visits 100000] [--server URL]

A database of its own, SQLite or on a PostgreSQL server whose data may be thrown away, with a simulated four years of one
county. Peer: the same figures counted by a loop over the rows in memory, which reads nothing from a database.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable

from sqlalchemy import text

from app.core.database import db, transaction
from app.core.dates import DateRange
from app.followup import queries
from app.followup.bulletin import queries as bulletin_queries
from app.followup.bulletin.making import make_bulletin
from benchmarks._database import fresh, opened
from benchmarks._report import middle, print_table, print_title, sqlite_version
from tests.bulletin_scenario import count_by_hand, simulate, store
from tests.integration.followup.scenario import make_scene

DAYS = 1000
FIRST = dt.date(2023, 1, 1)
MARCH = DateRange.of_month(2025, 3)
TIMES = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulletin")
    parser.add_argument("--visits", type=int, default=100_000)
    parser.add_argument("--server", help="a PostgreSQL server whose data may be thrown away")
    given = parser.parse_args()
    with fresh(given.server) as (url, folder), opened(url, folder).app_context():
        measure(given.visits, "PostgreSQL" if given.server else sqlite_version())


def measure(visits: int, database: str) -> None:
    """Fill the database, ask, print."""
    with transaction():
        scene = make_scene()
        leaders, units = [leader.id for leader in scene.leaders], [unit.id for unit in scene.units]
        rows = simulate(scene.office.id, leaders, units, FIRST, DAYS, -(-visits // DAYS), seed=1)
        store(rows)
    with transaction():
        db.session.execute(text("ANALYZE"))
    office = scene.office
    year = DateRange.of_year(2025)
    peer = timed(lambda: count_by_hand(rows, MARCH.first_day, MARCH.last_day))
    found = bulletin_queries.totals([office.id], MARCH)
    assert found == count_by_hand(rows, MARCH.first_day, MARCH.last_day)
    today = dt.date(2025, 3, 15)
    cases = {
        "bulletin of a month, compared, by unit and leader": timed(lambda: make_bulletin(office, MARCH)),
        "bulletin of a year, compared, by unit and leader": timed(lambda: make_bulletin(office, year)),
        "rows behind one figure": timed(lambda: bulletin_queries.rows_behind("due", [office.id], MARCH)),
        "list of matters, first page": timed(
            lambda: queries.list_matters(office.id, queries.Filters(), today)
        ),
        "list of matters, words": timed(
            lambda: queries.list_matters(office.id, queries.Filters(words="示例"), today)
        ),
    }
    title = f"Follow-through with {len(rows['visits']):,} visits and {len(rows['matters']):,} matters"
    print_title(title, database)
    table = [[name, milliseconds, milliseconds / peer] for name, milliseconds in cases.items()]
    print_table(["", "ms", "× peer"], [*table, ["peer: one loop over the rows in memory", peer, 1.0]])


def timed(ask: Callable[[], object]) -> float:
    """The median of a few times, in milliseconds."""
    seconds = []
    for _ in range(TIMES):
        start = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - start)
    return 1000 * middle(seconds)


if __name__ == "__main__":
    main()
