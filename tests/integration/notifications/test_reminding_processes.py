"""The same tick in several processes: every reminder once, also when one of them dies in the middle."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.notifications.models import Notice
from app.notifications.reminding import queue_due
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days

pytestmark = pytest.mark.processes
DAY = dt.date(2026, 3, 5)
EVE = dt.datetime(2026, 3, 4, 8, 0, tzinfo=dt.UTC)  # 16:00 in Shanghai
OFFICES, LEADERS = 4, 15


def start(url: str, folder: Path, at: dt.datetime = EVE) -> subprocess.Popen[str]:
    """A ticker, waiting for the word."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.notifications.ticker", url, str(folder), at.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    return process


def county() -> None:
    """Offices whose leaders all have a duty on one day."""
    with transaction():
        for number in range(OFFICES):
            office = make_office(f"office-{number}")
            make_user(f"staff-{number}", "scheduler", office)
            for _ in range(LEADERS):
                publish_days(office, [make_leader(office)], [DAY + dt.timedelta(days=_)])
    queue_due()


def test_the_same_tick_in_three_processes(
    app: Flask, clock: FixedClock, database_url: str, tmp_path: Path
) -> None:
    """What they queue together is what one alone would."""
    county()
    processes = [start(database_url, tmp_path) for _ in range(3)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    new = [int(process.communicate(timeout=120)[0].strip() or 0) for process in processes]
    db.session.rollback()
    kept = db.session.scalar(select(func.count(Notice.id)))
    assert sum(new) == kept
    clock.at = EVE
    assert queue_due() == 0
    eves = db.session.scalars(select(Notice).where(Notice.lead == "eve")).all()
    assert len(eves) == OFFICES
    assert len({(row.office_id, row.recipient_id) for row in eves}) == OFFICES


def test_a_process_that_dies_leaves_everything_to_the_next(
    app: Flask, clock: FixedClock, database_url: str, tmp_path: Path
) -> None:
    """The mark and the reminders are one transaction: killed at any moment nothing is lost and nothing doubled."""
    county()
    for pause in (0.0, 0.05, 0.15):
        process = start(database_url, tmp_path)
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        try:
            process.wait(pause)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    clock.at = EVE
    queue_due()
    db.session.rollback()
    eves = db.session.scalars(select(Notice).where(Notice.lead == "eve")).all()
    assert sorted(row.office_id for row in eves) == sorted({row.office_id for row in eves})
    assert len(eves) == OFFICES
