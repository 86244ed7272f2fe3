"""400 people race for 40 seats from 8 processes: exactly 40 get one, every other is told, nothing is left over."""

import datetime as dt
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.audit import find_break
from app.appointments.models import Seat, Visit, VisitStep
from app.core.database import db, transaction
from tests.visit_scenario import make_visit_scenario

pytestmark = pytest.mark.processes
PROCESSES, PEOPLE, PLACES = 8, 400, 40
DAY = dt.date(2026, 3, 10)


def start(url: str, folder: Path, office_id: int, key: str, number: int) -> subprocess.Popen[str]:
    """A process that stands ready."""
    share = PEOPLE // PROCESSES
    arguments = [url, str(folder), str(office_id), key, str(number * share), str(share)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.appointments.racer", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    return process


def test_exactly_as_many_as_there_are_seats(app: Flask, database_url: str, tmp_path: Path) -> None:
    with transaction():
        scenario = make_visit_scenario(places=PLACES)
        office_id, key = scenario.office.id, scenario.key(DAY)
    processes = [start(database_url, tmp_path, office_id, key, number) for number in range(PROCESSES)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = Counter(line for process in processes for line in process.communicate(timeout=200)[0].split())
    assert told == {"got": PLACES, "SessionFull": PEOPLE - PLACES}
    db.session.rollback()
    numbers = db.session.scalars(select(Seat.number).order_by(Seat.number)).all()
    assert numbers == list(range(1, PLACES + 1))
    holders = set(db.session.scalars(select(Seat.visit_id)))
    assert holders == set(db.session.scalars(select(Visit.id))), (
        "no visit of a loser, no seat without a visit"
    )
    assert db.session.scalar(select(func.count()).select_from(VisitStep)) == PLACES, "nothing told of losers"
    assert find_break() is None
