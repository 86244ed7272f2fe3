"""A run over several offices built by several real processes, some of which are killed at random moments."""

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from app.core import clock
from app.core.clock import SystemClock
from app.core.database import db, transaction
from app.directory.models import Office
from app.roster import queries, runs
from app.roster.background import ROOT, environment
from app.roster.models import Draft
from tests.factories import make_leader, make_office
from tests.integration.roster.helpers import make_rule

pytestmark = pytest.mark.processes
FIRST, LAST = dt.date(2031, 3, 1), dt.date(2031, 4, 30)
TOWNS, SEATS = 8, 43


class Crew:
    """Processes of one kind; a killed one is replaced at once, as a supervisor does."""

    def __init__(self, arguments: list[str], count: int, folder: Path) -> None:
        self.arguments, self.folder = arguments, folder
        self.processes = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", *self.arguments],
            cwd=ROOT,
            env=environment(current_app.extensions["settings"]),
            stdout=(self.folder / "crew.log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill_one(self, chance: random.Random) -> None:
        """As the kernel does when memory is short: without a word."""
        number = chance.randrange(len(self.processes))
        os.killpg(self.processes[number].pid, signal.SIGKILL)
        self.processes[number].wait()
        self.processes[number] = self._start()

    def end(self) -> None:
        """All of them."""
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def crews(app: Flask) -> Iterator[list[Crew]]:
    """Crews started by a test, ended after it."""
    found: list[Crew] = []
    yield found
    for crew in found:
        crew.end()


@pytest.fixture
def county(app: Flask) -> Office:
    """A county and townships with four leaders each, one every working day; the real clock, which all have."""
    clock.install(SystemClock())
    with transaction():
        county = make_office()
        for number in range(TOWNS + 1):
            office = make_office(f"town-{number:02}", "township", county) if number else county
            for name in "甲乙丙丁":
                make_leader(office, name)
            make_rule(office)
    return county


def start_run(county: Office) -> str:
    """The drafts of all; nobody builds them yet but for workers."""
    with transaction():
        return runs.start_run(county, FIRST, LAST, "anna", 3)


def drafts_of(key: str) -> list[Draft]:
    """As other processes left them."""
    db.session.rollback()
    return list(db.session.scalars(select(Draft).where(Draft.run_key == key).order_by(Draft.id)))


def until_all_end(key: str, seconds: float, meanwhile: Callable[[], None]) -> None:
    """Wait until no draft waits or is being built; `meanwhile` is called about twice a second."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(draft.state not in ("queued", "building") for draft in drafts_of(key)):
            return
        meanwhile()
        time.sleep(0.5)  # other processes are at work; there is nothing to listen to
    states = [(draft.id, draft.state, draft.heartbeat_at) for draft in drafts_of(key)]
    raise AssertionError(f"not all have ended: {states}")


def kill_now_and_then(crew: Crew, times: int, seed: int) -> Callable[[], None]:
    """Kills one at random moments, `times` in all."""
    chance, left = random.Random(seed), [times]

    def maybe() -> None:
        if left[0] and chance.random() < 0.25:
            left[0] -= 1
            crew.kill_one(chance)

    return maybe


def all_built_once(key: str) -> None:
    """Each draft has its roster, and was written by one builder only, once."""
    for draft in drafts_of(key):
        assert draft.state == "ready", (draft.id, draft.progress)
        assert (draft.version, draft.builder) == (2, None)
        duties = queries.draft_duties(draft.id)
        assert len(duties) == SEATS
        assert all(duty.leader_id for duty in duties)


def test_three_builders_killed_at_random(
    county: Office, crews: list[Crew], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.roster.background.spawn_run", lambda *_: None)
    key = start_run(county)
    crew = Crew(["roster", "build", "--run", key, "--processes", "1"], 3, tmp_path)
    crews.append(crew)
    until_all_end(key, 150, kill_now_and_then(crew, 5, seed=3))
    all_built_once(key)


def test_three_workers_killed_at_random(
    app: Flask,
    county: Office,
    crews: list[Crew],
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Workers of several machines on PostgreSQL, with a scheduler that notices the dead; on SQLite the schedulers
    themselves, of which one at a time is elected."""
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], builds="workers"))
    key = start_run(county)
    if database_url.startswith("postgresql"):
        crew = Crew(["worker", "--queues", "solves", "--concurrency", "1"], 3, tmp_path)
        crews.append(Crew(["scheduler", "run"], 1, tmp_path))
    else:
        crew = Crew(["scheduler", "run"], 3, tmp_path)
    crews.append(crew)
    until_all_end(key, 200, kill_now_and_then(crew, 5, seed=5))
    all_built_once(key)
