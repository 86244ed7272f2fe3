"""Several processes act on one visit at the same moment: one of them wins, and the seat and the state always agree.

`VISIT_RACES=200` runs that many rounds of each race instead of a few.
"""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.audit import find_break
from app.appointments.models import Seat, Visit
from app.appointments.service import resident
from app.appointments.service.booking import book, confirm
from app.core.database import db, transaction
from tests.conftest import NOON
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for

pytestmark = pytest.mark.processes
ROUNDS = int(os.environ.get("VISIT_RACES", "4"))
DAYS = [dt.date(2026, 3, day) for day in (3, 4, 5, 6)]
TODAY = dt.datetime(2026, 3, 3, 1, 0, tzinfo=dt.UTC)
AFTER_THE_HOLD = NOON + dt.timedelta(hours=21)  # the session of 3 March has begun: the hold is over


class Racers:
    """Three processes that stand ready for a line each."""

    def __init__(self, url: str, folder: Path, stack: ExitStack) -> None:
        command = [sys.executable, "-m", "tests.integration.appointments.verb_racer", url, str(folder)]
        self.processes = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(3)
        ]
        for process in self.processes:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"

    def run(self, at: dt.datetime, *lines: tuple[str, int, str]) -> list[str]:
        """Give each process its line, as good as at once; what each was told."""
        used = self.processes[: len(lines)]
        for process, (verb, visit_id, key) in zip(used, lines, strict=True):
            assert process.stdin is not None
            process.stdin.write(f"{verb} {visit_id} {key} {at.isoformat()}\n")
            process.stdin.flush()
        return [process.stdout.readline().strip() for process in used if process.stdout]

    def stop(self) -> None:
        """No more races."""
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.close()


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    with transaction():
        return make_visit_scenario(places=1, open_per_person=20, per_person_and_day=10)


@pytest.fixture
def racers(scenario: VisitScenario, database_url: str, tmp_path: Path) -> Iterator[Racers]:
    with ExitStack() as stack:
        racers = Racers(database_url, tmp_path, stack)
        yield racers
        racers.stop()


def fresh(scenario: VisitScenario, number: int, day: dt.date, sure: bool = False) -> Visit:
    """A visit with its seat, all others gone."""
    with transaction():
        for old in db.session.scalars(
            select(Visit).where(Visit.state.in_(("received", "offered", "confirmed")))
        ):
            resident.cancel(old)
        visit, _code = book(scenario.office, request_for(number, scenario.key(day)))
        if sure:
            confirm(visit, "clerk")
    return visit


def now_as_it_is(visit: Visit) -> tuple[str, str | None, list[tuple[str, dt.datetime | None]]]:
    """State, session, and the seats the visit holds: session and limit."""
    db.session.rollback()
    db.session.expire_all()
    seats = db.session.execute(
        select(Seat.session_key, Seat.hold_until).where(Seat.visit_id == visit.id)
    ).all()
    return visit.state, visit.session_key, [(row[0], row[1]) for row in seats]


def test_one_visit_one_seat_whatever_happens_at_once(scenario: VisitScenario, racers: Racers) -> None:
    keys = [scenario.key(day) for day in DAYS]
    for number in range(ROUNDS):
        visit = fresh(scenario, 10 * number, DAYS[0])
        told = racers.run(NOON, *(("move", visit.id, key) for key in keys[1:]))
        state, at, seats = now_as_it_is(visit)
        assert "got" in told
        assert (state, [key for key, _until in seats]) == ("received", [at]), told

        visit = fresh(scenario, 10 * number + 1, DAYS[0])
        told = racers.run(AFTER_THE_HOLD, ("confirm", visit.id, "-"), ("expire", visit.id, "-"))
        state, at, seats = now_as_it_is(visit)
        assert (state, seats) in (("confirmed", [(keys[0], None)]), ("expired", [])), told

        visit = fresh(scenario, 10 * number + 2, DAYS[0], sure=True)
        told = racers.run(TODAY, ("cancel", visit.id, "-"), ("check-in", visit.id, "-"))
        state, at, seats = now_as_it_is(visit)
        assert (state, len(seats)) in (("cancelled", 0), ("checked_in", 1)), told
        assert sorted(told) == ["ChangedMeanwhile", "got"]
        if state == "checked_in":
            with transaction():  # the desk is done, the place is free for the next round
                db.session.delete(db.session.scalars(select(Seat).where(Seat.visit_id == visit.id)).one())

        holder = fresh(scenario, 10 * number + 3, DAYS[1], sure=True)
        with transaction():
            waiting = [
                book(scenario.office, request_for(10 * number + n, scenario.key(DAYS[1]), waiting=True))[0]
                for n in (4, 5)
            ]
        told = racers.run(NOON, *[("cancel", holder.id, "-")] * 2)
        assert sorted(told) == ["ChangedMeanwhile", "got"]
        assert [now_as_it_is(one)[0] for one in waiting] == ["offered", "waiting"], "one place, one offer"
        told = racers.run(NOON, *[("accept", waiting[0].id, "-")] * 2, ("accept", waiting[1].id, "-"))
        assert sorted(told) == ["ChangedMeanwhile", "ChangedMeanwhile", "got"]
        assert now_as_it_is(waiting[0])[2] == [(keys[1], None)]
        with transaction():
            for one in waiting:
                resident.cancel(db.session.get_one(Visit, one.id))
    assert find_break() is None
