"""Bookings per second with contention, beside "lock the table, count, insert"; and the pages over 100,000 visits.

`python -m benchmarks.bookings [--visits N] [--seconds S] [--server URL]`: the address of a PostgreSQL server whose data
may be thrown away; without it SQLite.
"""

import argparse
import datetime as dt
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, text

from app.appointments.bookable import get_planned, policy_of
from app.appointments.finding import Filter, count_groups, list_visits
from app.appointments.models import Seat
from app.appointments.service import steps
from app.appointments.service.booking import add_visit, book
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Office
from benchmarks._database import fresh, opened
from benchmarks._many_visits import fill
from benchmarks._report import print_title
from tests.factories import make_user
from tests.visit_scenario import make_visit_scenario, request_for

PROCESSES = 4
DAYS = [dt.date(2026, 3, day) for day in (10, 11, 12, 13, 16, 17)]  # three rounds for each way
PASSWORD = "correct horse battery"  # of the clerk made here
BUDGET = 150  # milliseconds for a list page with 100,000 visits
WHOLE_PAGES = {
    "to decide": "",
    "waiting": "?group=waiting",
    "confirmed": "?group=confirmed",
    "ended": "?group=ended",
    "all": "?group=all",
    "all, page 200": "?group=all&page=200",
    "by channel": "?group=all&channel=phone",
    "by kind": "?group=all&kind=invited",
    "by township": "?group=all&township=柳河镇",
    "by sector": "?group=all&sector=教育",
    "by leader": "?group=all&leader_id={leader}",
    "by dates": "?group=all&first=2025-01-01&last=2025-01-31",
    "none found": "?group=all&township=示例乡&kind=invited",
    "search: reference": "?words=0001-2345",
    "search: name": "?words=示例居民",
    "search: phone": "?words=13800138000",
    "readiness board": "/board",
    "today": "/today",
}


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--server", help="a PostgreSQL server whose data may be thrown away")
    wanted = parser.parse_args()
    print_title(
        "Bookings with contention, and pages over many visits", "PostgreSQL" if wanted.server else "SQLite"
    )
    with fresh(wanted.server) as (url, folder):
        app = opened(url, folder)
        with app.app_context(), transaction():
            scenario = make_visit_scenario(places=2000, per_person_and_day=10)
            make_user("clerk", "reception", scenario.office)
            office_id, keys = scenario.office.id, [scenario.key(day) for day in DAYS]
            leaders = [leader.id for leader in scenario.leaders]
        races(url, folder, office_id, keys, wanted.seconds)
        with app.app_context():
            fill(office_id, leaders, wanted.visits)
            pages(office_id)
        whole_pages(app, leaders[0])


def races(url: str, folder: Path, office_id: int, keys: list[str], seconds: float) -> None:
    """Rounds in turn, each on a session of its own, because what else the machine does changes by the minute."""
    rates: dict[str, list[float]] = {name: [] for name in VERBS}
    for number, key in enumerate(keys):
        name = list(VERBS)[number % len(VERBS)]
        rates[name].append(race(url, folder, office_id, key, name, seconds))
    for name, found in rates.items():
        each = ", ".join(f"{rate:.0f}" for rate in found)
        print(
            f"{name:<28} {statistics.median(found):8.0f} bookings/s (rounds: {each}), "
            f"{PROCESSES} processes on one session"
        )


def race(url: str, folder: Path, office_id: int, key: str, name: str, seconds: float) -> float:
    """Bookings of all processes per second."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        asked = [(url, str(folder), office_id, key, name, seconds) for _ in range(PROCESSES)]
        return sum(pool.starmap(runner, asked)) / seconds


def runner(url: str, folder: str, office_id: int, key: str, name: str, seconds: float) -> int:
    """Book as often as possible; how often it worked."""
    app = opened(url, Path(folder))
    number, done = os.getpid() * 10_000, 0
    with app.app_context():
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            number += 1
            try:
                with transaction():
                    office = db.session.get_one(Office, office_id)
                    VERBS[name](office, key, number)
            except RotaError:
                continue
            done += 1
    return done


def naive(office: Office, key: str, number: int) -> None:
    """What most booking systems do right: nobody else may book while one counts and inserts."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE visit_seats IN EXCLUSIVE MODE"))
    taken = db.session.scalar(select(func.count()).select_from(Seat).where(Seat.session_key == key)) or 0
    plan = get_planned(office, key, policy_of(office.id))
    visit = add_visit(office, request_for(number, key), plan, "AAAA-AAAA")
    db.session.add(Seat(office_id=office.id, session_key=key, number=taken + 20_000, visit_id=visit.id))
    db.session.flush()
    steps.tell(visit, "received")  # the same history, audit trail and events


def ours(office: Office, key: str, number: int) -> None:
    """The booking of the application, with history, audit trail and events."""
    book(office, request_for(number, key))


VERBS: dict[str, Callable[[Office, str, int], None]] = {
    "seats as rows": ours,
    "table lock, count, insert": naive,
}


def pages(office_id: int) -> None:
    """The list of every group, a search and the counts: the time of the queries and of decrypting a page."""
    cases: dict[str, Callable[[], object]] = {
        group: lambda group=group: list_visits(office_id, Filter(group=group))  # type: ignore[misc]
        for group in ("to_decide", "waiting", "confirmed", "ended", "all")
    }
    cases["page 200 of all"] = lambda: list_visits(office_id, Filter(group="all"), 200)
    cases["search by name"] = lambda: list_visits(office_id, Filter(words="示例居民"))
    cases["counts"] = lambda: count_groups(office_id)
    for name, ask in cases.items():
        times = []
        for _ in range(7):
            db.session.rollback()
            db.session.expunge_all()
            began = time.perf_counter()
            ask()
            times.append((time.perf_counter() - began) * 1000)
        print(f"{name:<28} {statistics.median(times):8.1f} ms, slowest {max(times):.1f} ms")


def whole_pages(app: Flask, leader_id: int) -> None:
    """Every filter and search of the queue, the board and the day as the clerk gets them: the whole request."""
    app.config.update(WTF_CSRF_ENABLED=False)
    clerk = app.test_client()
    clerk.post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    for name, address in WHOLE_PAGES.items():
        times, busy = [], []
        for _ in range(7):
            began, used = time.perf_counter(), time.process_time()
            answer = clerk.get(f"/offices/county/visits{address.format(leader=leader_id)}")
            times.append((time.perf_counter() - began) * 1000)
            busy.append((time.process_time() - used) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")
        kept = "yes" if statistics.median(times) < BUDGET else "NO"
        print(
            f"page: {name:<22} {statistics.median(times):8.1f} ms, {statistics.median(busy):.1f} ms of the processor; "
            f"under {BUDGET} ms: {kept}"
        )


if __name__ == "__main__":
    main()
