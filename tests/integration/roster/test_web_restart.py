"""The web server is killed while a roster is being built: the build goes on, and the next server shows it."""

import datetime as dt
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from flask import Flask, current_app
from sqlalchemy import select

from app.core import clock
from app.core.clock import SystemClock
from app.core.database import db, transaction
from app.directory.models import Office
from app.roster import queries
from app.roster.background import ROOT, environment
from app.roster.models import Draft, Leave
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import make_rule

pytestmark = pytest.mark.processes
PASSWORD = "correct horse battery"


@pytest.fixture
def office(app: Flask) -> Office:
    """Enough leaders, many away now and then, that no machine proves the last level at once; the real clock."""
    clock.install(SystemClock())
    with transaction():
        office = make_office()
        make_rule(office)
        make_user("scheduler", "scheduler", office, PASSWORD)
        for number in range(25):
            leader = make_leader(office)
            for month in range(1, 13):
                first = dt.date(2031, month, 1 + (number * 7 + month * 3) % 22)
                away = Leave(
                    leader_id=leader.id, first_day=first, last_day=first + dt.timedelta(days=3), reason=""
                )
                db.session.add(away)
        return office


@contextmanager
def web_server() -> Iterator[str]:
    """`flask run`, killed without a word at the end; its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = str(found.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "run", "-p", port],
        cwd=ROOT,
        env=environment(current_app.extensions["settings"]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(address))
        yield address
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def answers(address: str) -> bool:
    """Whether somebody listens there."""
    try:
        return requests.get(f"{address}/healthz", timeout=5).ok
    except requests.ConnectionError:
        return False


def until(reached: Callable[[], object], seconds: float = 60) -> None:
    """Wait for other processes; there is nothing to listen to."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def send(person: requests.Session, page: str, action: str, **values: str) -> requests.Response:
    """Fill in a form of a page and send it."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', person.get(page).text)
    assert token
    return person.post(action, data={**values, "csrf_token": token[1]})


def progress(column: str) -> Any:
    """A column of the only draft, as other processes left it."""
    db.session.rollback()
    return db.session.scalar(select(getattr(Draft, column)))


def test_a_build_outlives_the_web_server_and_is_stopped_and_continued_in_the_next(office: Office) -> None:
    person = requests.Session()
    with web_server() as address:
        send(person, f"{address}/sign-in", f"{address}/sign-in", username="scheduler", password=PASSWORD)
        new = f"{address}/offices/county/drafts/new"
        shown = send(person, new, new, first="2031-01-01", last="2031-12-31", keep_invited="y")
        assert shown.url.endswith("/progress")
        page = shown.url.removeprefix(address)
        until(lambda: "roster" in (progress("progress") or {}))
    heard = progress("heartbeat_at")
    until(lambda: progress("heartbeat_at") != heard)
    assert progress("state") == "building"
    with web_server() as address:
        person = requests.Session()
        send(person, f"{address}/sign-in", f"{address}/sign-in", username="scheduler", password=PASSWORD)
        live = person.get(f"{address}{page}.json").json()
        assert (live["running"], live["done"]) == (True, False)
        action = f"{address}{page.removesuffix('progress')}cancel"
        send(person, address + page, action)
        until(lambda: progress("state") == "ready", 30)
        best = [duty.leader_id for duty in queries.draft_duties(draft_id())]
        assert all(best)
        shown = send(person, address + page, action.replace("cancel", "rebuild"))
        assert shown.url == address + page
        assert "roster" in (progress("progress") or {})
        send(person, address + page, action)
        until(lambda: progress("state") == "ready", 30)


def draft_id() -> int:
    """The only draft's."""
    db.session.rollback()
    return db.session.scalars(select(Draft.id)).one()
