"""Several real processes: one code, one screen; one darkness, one notice; streams under the real gunicorn."""

import datetime as dt
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.database import db, transaction
from app.notifications.models import Notice
from app.screens.models import Screen
from app.screens.service import enrolment
from tests.integration.screens.helpers import MONDAY, make_hall, make_screen
from tests.published import replace_leader

pytestmark = pytest.mark.processes
ROOT = Path(__file__).resolve().parents[3]
COUNT = 3


def race(url: str, folder: Path, *words: str) -> list[str]:
    """Start several, then let all go; what each said, sorted."""
    command = [sys.executable, "-m", "tests.integration.screens.actor", url, str(folder), *words]
    actors = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(COUNT)
    ]
    for actor in actors:
        assert actor.stdout is not None and actor.stdout.readline().strip() == "ready"
    for actor in actors:
        assert actor.stdin is not None
        actor.stdin.write("go\n")
        actor.stdin.flush()
    return sorted(actor.communicate(timeout=60)[0].strip() for actor in actors)


def test_a_code_approved_by_several_at_once_makes_one_screen(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    with transaction():
        make_hall()
        code, _token, _ends = enrolment.ask_for_code("192.0.2.1")
    assert race(database_url, tmp_path, "approve", code) == ["CodeUsed", "CodeUsed", "approved"]
    db.session.rollback()
    assert db.session.query(Screen).count() == 1


def test_several_watches_tell_of_a_dark_screen_once(app: Flask, database_url: str, tmp_path: Path) -> None:
    with transaction():
        office, _leaders = make_hall()
        screen = make_screen(office, condition="fresh")
        screen.last_contact_at = clock.now() - dt.timedelta(minutes=10)
    assert race(database_url, tmp_path, "watch") == ["looked"] * COUNT
    db.session.rollback()
    assert list(db.session.scalars(select(Notice.kind))) == ["screen_dark"]


@pytest.fixture
def gunicorn(app: Flask, database_url: str, tmp_path: Path) -> Iterator[int]:
    """The port of the server of `make run`, with one process, on the test's database."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    settings = app.extensions["settings"]
    environment = os.environ | {
        "SECRET_KEY": settings.secret_key,
        "PASSWORD_SALT": settings.password_salt,
        "FIELD_KEY": "1:a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
        "DATABASE_URL": database_url,
        "DATA_DIR": str(tmp_path),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "wsgi:app"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield port
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=30)


def test_streams_hold_no_thread_and_bring_a_nudge_soon(app: Flask, gunicorn: int) -> None:
    """Forty streams on eight threads, kept past gunicorn's keep-alive; then a change, and other requests besides."""
    with transaction():
        office, leaders = make_hall()
        make_screen(office, "t1")
    streams = [stream(gunicorn) for _ in range(40)]
    assert all(one.recv(65536).startswith(b"HTTP/1.1 200") for one in streams)
    time.sleep(4)  # gunicorn has closed its own copies of the connections by now
    drain(streams)
    db.session.rollback()
    with transaction():
        replace_leader(office, MONDAY, leaders[1])
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", gunicorn, timeout=10)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    for one in streams:
        one.settimeout(10)
        assert b"data: look" in one.recv(65536)
    assert time.monotonic() - began < 5  # far below the polling of 20 seconds, on any machine
    for one in streams:
        one.close()


def stream(port: int) -> socket.socket:
    """A screen's stream of nudges, asked for."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(b"GET /screen/own/nudges HTTP/1.1\r\nHost: x\r\nX-Screen-Token: t1\r\n\r\n")
    return connection


def drain(streams: list[socket.socket]) -> None:
    """Read what has come so far; a stream that ended is an error."""
    for one in streams:
        one.settimeout(0.05)
        try:
            assert one.recv(65536) != b"", "the server ended a stream"
        except TimeoutError:
            continue
