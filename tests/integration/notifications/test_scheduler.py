"""One scheduler among several processes, and another within seconds when it is killed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

from app.core import background
from app.core.database import db
from app.notifications.models import Heartbeat
from app.notifications.scheduling import scheduler
from app.notifications.scheduling.election import FileLock, election_for
from app.notifications.scheduling.scheduler import Scheduler

ROOT = Path(__file__).resolve().parents[3]
CANDIDATE = """
import sys, time
from app.notifications.scheduling.election import election_for
election = election_for(sys.argv[1])
while True:
    print("elected" if election.is_won() else "waits", flush=True)
    time.sleep(0.05)
"""


def candidate(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CANDIDATE, url], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


@pytest.mark.processes
def test_one_of_three_is_elected_and_another_when_it_is_killed(app: Flask, database_url: str) -> None:
    processes = [candidate(database_url) for _ in range(3)]
    try:
        first = [process.stdout.readline().strip() for process in processes if process.stdout]
        assert sorted(first) == ["elected", "waits", "waits"]
        winner = processes.pop(first.index("elected"))
        winner.kill()
        winner.wait()
        begun = time.monotonic()
        while not any(
            process.stdout and process.stdout.readline().strip() == "elected" for process in processes
        ):
            assert time.monotonic() - begun < 5
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_resigning_lets_another_in_and_a_deleted_file_is_noticed(tmp_path: Path) -> None:
    one, two = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert (one.is_won(), two.is_won(), one.is_won()) == (True, False, True)
    one.resign()
    assert two.is_won()
    (tmp_path / "lock").unlink()
    assert one.is_won()
    assert not two.is_won()


def test_a_connection_that_was_ended_is_no_election(app: Flask, database_url: str) -> None:
    if not database_url.startswith("postgresql"):
        return
    one, two = election_for(database_url), election_for(database_url)
    assert one.is_won() and not two.is_won()
    with db.engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rota scheduler'"
            " AND datname = current_database()"
        )
    assert not one.is_won()
    assert two.is_won() or two.is_won()
    two.resign()


def test_while_elected_it_runs_the_jobs_and_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def fails() -> None:
        ran.append("fails")
        raise ZeroDivisionError

    monkeypatch.setattr(
        background,
        "jobs",
        {
            "good": background.Job("good", 60, lambda: ran.append("good")),
            "bad": background.Job("bad", 60, fails),
        },
    )
    steps = iter([False, False, True])
    monkeypatch.setattr(scheduler, "CHECK_SECONDS", 0.3)
    Scheduler(app).run(lambda: next(steps))
    scheduler.stopping.clear()
    assert sorted(ran) == ["fails", "good"]
    beats = {beat.job: beat.last_error for beat in db.session.query(Heartbeat)}
    assert beats == {"good": "", "bad": "ZeroDivisionError"}
