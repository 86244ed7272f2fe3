"""Two real processes publish at once; one dies in the middle."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db, transaction
from app.roster import publishing, queries
from app.roster.models import Draft, Duty, Revision
from tests.factories import make_leader, make_office
from tests.integration.roster.helpers import days_from, make_draft

pytestmark = pytest.mark.processes
WEEK = days_from(dt.date(2026, 3, 9), 5)


def start(url: str, folder: Path, draft: Draft, mode: str = "plain") -> subprocess.Popen[str]:
    """A publisher, waiting for the word."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.roster.publisher", url, str(folder), str(draft.id), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert line_of(process) == "ready"
    return process


def line_of(process: subprocess.Popen[str]) -> str:
    """The next thing it says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(process: subprocess.Popen[str]) -> None:
    """The word."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def race(url: str, folder: Path, drafts: list[Draft]) -> list[str]:
    """Start all, then let all go; what each said, sorted."""
    processes = [start(url, folder, draft) for draft in drafts]
    for process in processes:
        go(process)
    return sorted(process.communicate(timeout=60)[0].strip() for process in processes)


def test_the_same_draft_is_published_once(app: Flask, database_url: str, tmp_path: Path) -> None:
    with transaction():
        office = make_office()
        draft = make_draft(office, WEEK, [make_leader(office)])
    assert race(database_url, tmp_path, [draft, draft]) == ["PublishedMeanwhile", "published 1"]
    db.session.rollback()
    assert db.session.query(Revision).count() == 1
    assert db.session.query(Duty).count() == 5


def test_of_two_drafts_one_wins(app: Flask, database_url: str, tmp_path: Path) -> None:
    with transaction():
        office = make_office()
        leader = make_leader(office)
        drafts = [make_draft(office, WEEK, [leader]), make_draft(office, WEEK[:3], [leader])]
    assert race(database_url, tmp_path, drafts) == ["PublishedMeanwhile", "published 1"]
    db.session.rollback()
    states = sorted(db.session.scalars(select(Draft.state)))
    assert states == ["published", "ready"]


def test_two_offices_do_not_give_one_leader_two_places(app: Flask, database_url: str, tmp_path: Path) -> None:
    with transaction():
        county = make_office()
        leader = make_leader(county)
        town = make_office("town-01", "township", county)
        drafts = [make_draft(county, WEEK, [leader]), make_draft(town, WEEK, [leader])]
    assert race(database_url, tmp_path, drafts) == ["CannotPublish", "published 1"]


def test_killed_in_the_middle_nothing_is_published(app: Flask, database_url: str, tmp_path: Path) -> None:
    with transaction():
        office = make_office()
        draft = make_draft(office, WEEK, [make_leader(office)])
    process = start(database_url, tmp_path, draft, "stall")
    go(process)
    assert line_of(process) == "in the middle"
    process.kill()
    process.wait()
    db.session.rollback()
    assert queries.current_revision(office.id) is None
    assert db.session.query(Duty).count() == 0
    with transaction():
        assert draft.state == "ready"
        assert publishing.publish(draft, "", "anna").number == 1
