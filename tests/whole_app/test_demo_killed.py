"""The demo's load killed with SIGKILL at the worst moments: nothing is half-done, and the next start goes on."""

from pathlib import Path

import psutil
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.audit import find_break
from app.core.database import db
from app.demo.accounts import ACCOUNTS
from app.directory.models import Office
from app.roster.models import Draft, Duty
from tests.whole_app.demo import CODES, Demo, assert_sign_ins, revisions, table_sizes, violations
from tests.whole_app.demo_process import ROSTERING, WRITING

pytestmark = pytest.mark.processes


@pytest.fixture
def broken_off(database_url: str, tmp_path: Path) -> Demo:
    """An empty, migrated database."""
    return Demo(database_url, tmp_path)


def killed_at(demo: Demo, point: str) -> None:
    """Begin, and be killed there; what is left is whole or absent."""
    killed = demo.prepare(3, "2026", point)
    assert killed.returncode == -9, killed.stderr
    assert_no_orphans(killed.stdout)
    assert (demo.folder / "demo-unfinished").exists(), "the next start knows"
    with demo.opened() as app:
        assert_whole_or_absent(demo, app)


@pytest.mark.parametrize("point", WRITING)
def test_killed_while_writing_the_directory_nothing_of_it_is_there(broken_off: Demo, point: str) -> None:
    killed_at(broken_off, point)
    with broken_off.opened():
        assert table_sizes()["offices"] == table_sizes()["users"] == 0
    result = broken_off.prepare(3, "none")
    assert result.returncode == 0, result.stderr
    assert not (broken_off.folder / "demo-unfinished").exists()
    assert_sign_ins(broken_off)


@pytest.mark.parametrize("point", ROSTERING)
def test_killed_while_making_rosters_it_goes_on_and_nothing_is_half_done(
    broken_off: Demo, point: str
) -> None:
    killed_at(broken_off, point)
    result = broken_off.prepare(3, "2026")
    assert result.returncode == 0, result.stderr
    assert not (broken_off.folder / "demo-unfinished").exists()
    with broken_off.opened() as app:
        assert violations(broken_off, app, CODES[:3], (2026,)) == []
        assert [revision.number for revision in revisions() if revision.kind == "publication"] == [1, 1, 1]
        states = set(db.session.scalars(select(Draft.state)))
        assert states <= {"published", "discarded"}, "no draft is left behind"
        assert find_break() is None
    assert_sign_ins(broken_off)


def assert_no_orphans(printed: str) -> None:
    """The solvers end with the process that started them."""
    children = [psutil.Process(int(pid)) for pid in printed.split() if psutil.pid_exists(int(pid))]
    _gone, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []


def assert_whole_or_absent(demo: Demo, app: Flask) -> None:
    """All offices with rules and accounts, or none; each roster of the year, or nothing of it."""
    counts = table_sizes()
    assert (counts["offices"], counts["users"]) in ((0, 0), (3, len(ACCOUNTS)))
    assert (counts["roster_rules"] > 0) is (counts["offices"] > 0)
    published = [db.session.get_one(Office, r.office_id).code for r in revisions()]
    assert counts["duties"] == (db.session.scalar(select(func.count()).where(Duty.since_revision == 1)) or 0)
    owners = set(db.session.scalars(select(Office.code).join(Duty, Duty.office_id == Office.id)))
    assert owners == set(published), "no duty without its revision, no revision without duties"
    assert violations(demo, app, tuple(published), (2026,)) == []
