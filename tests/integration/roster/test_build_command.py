"""`flask roster build` and the web's start of a build, with real processes."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from app.core import clock
from app.core.clock import SystemClock
from app.core.database import db, transaction
from app.directory.models import Office
from app.roster import building, claims, queries, runs
from app.roster.background import ROOT, environment
from app.roster.models import Draft, Revision
from tests.factories import make_leader, make_office
from tests.integration.roster.helpers import make_rule

pytestmark = pytest.mark.processes
RANGE = ["--from", "2031-03-01", "--to", "2031-04-30"]


@pytest.fixture
def office(app: Flask) -> Office:
    """A county with three leaders, one every working day; the real clock, which the other process has too."""
    clock.install(SystemClock())
    with transaction():
        office = make_office()
        for name in "甲乙丙":
            make_leader(office, name)
        make_rule(office)
        return office


def command(*arguments: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "roster", "build", *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it against the test's database."""
    settings = current_app.extensions["settings"]
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def state_of(draft_id: int) -> str:
    """The state now, as another process left it."""
    db.session.rollback()
    return db.session.scalar(select(Draft.state).where(Draft.id == draft_id)) or ""


def wait_for(draft_id: int, states: set[str], seconds: float = 90) -> str:
    """Wait until the draft is in one of the states."""
    deadline = time.monotonic() + seconds
    while state_of(draft_id) not in states and time.monotonic() < deadline:
        time.sleep(0.1)  # another process is at work; there is nothing to listen to
    return state_of(draft_id)


def test_build_and_publish_several_offices(office: Office) -> None:
    with transaction():
        town = make_office("town-01", "township", db.session.merge(office), "城关镇")
        for name in "丁戊己":
            make_leader(town, name)
        make_rule(town, when={"type": "every_day"})
    done = run("--under", "county", *RANGE, "--publish", "--time-limit", "3")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "2 of 2 built, 2 published" in done.stdout
    db.session.rollback()
    assert sorted(db.session.scalars(select(Revision.office_id))) == [office.id, town.id]
    again = run("--office", "county,town-01", *RANGE, "--publish", "--time-limit", "3")
    assert again.returncode in (0, 2)
    assert "--reason" not in again.stderr


def test_exit_codes_say_how_it_ended(office: Office) -> None:
    assert run("--office", "nowhere", *RANGE).returncode == 2
    assert run(*RANGE).returncode == 2
    assert run("--office", "county", "--from", "2031-03-02", "--to", "2031-03-01").returncode == 2
    with transaction():
        make_rule(db.session.merge(office), "limit", "每周三次", period="week", min=3)
    impossible = run("--office", "county", *RANGE, "--time-limit", "20")
    assert impossible.returncode == 3
    assert "impossible" in impossible.stdout


def test_the_web_starts_a_build_that_outlives_it(office: Office) -> None:
    with transaction():
        draft = building.start(office, dt.date(2031, 3, 1), dt.date(2031, 4, 30), "anna", 3)
    assert wait_for(draft.id, {"ready"}) == "ready"
    assert len(queries.draft_duties(draft.id)) == 43


def test_the_web_starts_a_whole_county_in_one_process(office: Office) -> None:
    with transaction():
        town = make_office("town-01", "township", db.session.merge(office), "城关镇")
        make_leader(town, "丁")
        make_rule(town)
        first, last = dt.date(2031, 3, 1), dt.date(2031, 3, 31)
        key = runs.start_run(office, first, last, "anna", publication=runs.Publication(True, "全年"))
    drafts = [draft.id for draft in runs.get_drafts(office, key)]
    assert [wait_for(draft, {"published"}) for draft in drafts] == ["published"] * 2
    db.session.rollback()
    assert set(db.session.scalars(select(Revision.published_by))) == {"anna"}
    again = run("--run", key)
    assert (again.returncode, "is waiting" in again.stderr) == (2, True)


def test_a_build_that_is_killed_leaves_a_draft_that_goes_on(office: Office) -> None:
    with transaction():
        draft = building.create(office, dt.date(2031, 1, 1), dt.date(2031, 12, 31), "anna", 60)
    settings = current_app.extensions["settings"]
    process = subprocess.Popen(
        command("--draft", str(draft.id)),
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert wait_for(draft.id, {"building"}) == "building"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert state_of(draft.id) == "building"
    assert queries.draft_duties(draft.id) == []
    with transaction():
        db.session.get_one(Draft, draft.id).heartbeat_at = clock.now() - dt.timedelta(minutes=1)
    with transaction():
        kept = db.session.get_one(Draft, draft.id)
        assert claims.is_stopped(kept)
        building.queue_again(kept, "anna", 3)
    assert run("--draft", str(draft.id)).returncode == 0
    assert state_of(draft.id) == "ready"


def test_solve_needs_neither_database_nor_secrets(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "roster", "solve", "--help"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "--time-limit" in done.stdout
