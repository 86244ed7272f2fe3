"""Notices per second through the outbox, beside a plain loop over smtplib to the same server as the limit.

    python -m benchmarks.notices [--count 1000]            # SQLite; and PostgreSQL when TEST_DATABASE_URL names one

Every notice is claimed, looked at again (is it still true), written in its own words, handed over to a real SMTP server
in a process of its own, and recorded, in two transactions. The loop does nothing but compose and hand over.
"""

from __future__ import annotations

import argparse
import os
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from app.core import clock
from app.core.database import db, transaction
from app.factory import create_app
from app.notifications import kinds, outbox
from app.notifications.channels.base import Message
from app.notifications.channels.mail import Server, compose
from app.notifications.sending import Sender
from benchmarks._report import print_table, print_title, sqlite_version
from tests.chaos.notices import database
from tests.chaos.process import NOTE
from tests.conftest import settings_for
from tests.factories import make_office
from tests.integration.notifications import support

PEOPLE = 100


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.notices")
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    server = os.environ.get("TEST_DATABASE_URL") or None
    kinds.register(NOTE)
    with smtp_server() as port:
        limit = plain_loop(port, count)
        rows = [["plain loop over smtplib, one connection", count, count / limit, 1.0]]
        for name, address in [("SQLite", None), *([("PostgreSQL", server)] if server else [])]:
            rows += measured(name, address, port, count, limit)
    print_title(f"{count:,} notices by mail", sqlite_version() + (" and PostgreSQL" if server else ""))
    print_table(["", "notices", "a second", "of the limit"], rows)


def measured(name: str, server: str | None, port: int, count: int, limit: float) -> list[list[object]]:
    """Queueing, then sending in one lane and in four, on one database."""
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder, database(server, Path(folder)) as url:
        app = create_app(settings_for(url, Path(folder)))
        with app.app_context():
            upgrade()
            people = set_up(port)
            seconds = timed(lambda: queue(people, count, "a"))
            rows.append([f"{name}: queued in one transaction", count, count / seconds, None])
            for lanes in (1, 4):
                if lanes > 1:
                    queue(people, count, "b")
                seconds = timed(lambda wanted=lanes: send(app, wanted, count))  # type: ignore[misc]
                rows.append([f"{name}: sent, {lanes} at once", count, count / seconds, limit / seconds])
            db.session.remove()
            db.engine.dispose()
    return rows


def set_up(port: int) -> list[tuple[int, int]]:
    """An office that sends by mail, and people with addresses: (office id, leader id)."""
    with transaction():
        office = make_office()
        support.set_up_mail(office, port)
        return [
            (office.id, support.a_leader_with(office, f"p{number}@example.org").id)
            for number in range(PEOPLE)
        ]


def queue(people: list[tuple[int, int]], count: int, prefix: str) -> None:
    """All in one transaction, as publishing a roster does."""
    with transaction():
        for number in range(count):
            office_id, leader_id = people[number % len(people)]
            outbox.queue("chaos.note", f"{prefix}:{number}", ("leader", leader_id), office_id=office_id)


def send(app: Flask, lanes: int, count: int) -> None:
    """Everything, by one process."""
    counts = Sender(lanes=lanes).run(app)
    if counts["sent"] != count:
        raise SystemExit(f"expected {count} sent, found {dict(counts)}")


def plain_loop(port: int, count: int) -> float:
    """Seconds for composing and handing over as many mails, and nothing else."""
    to_server = Server("127.0.0.1", port, "rota@example.org", security="none")
    at, html = clock.SystemClock().now(), "<!DOCTYPE html><p>note</p>"

    def loop() -> None:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            for number in range(count):
                message = Message(
                    f"p{number % PEOPLE}@example.org", "note", "note", "", f"<{number}@x>", at, html
                )
                smtp.send_message(compose(message, to_server))

    return timed(loop)


def timed(work: Callable[[], None]) -> float:
    """Seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@contextmanager
def smtp_server() -> Iterator[int]:
    """aiosmtpd in a process of its own, which throws everything away; the port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "aiosmtpd",
        "-n",
        "-c",
        "aiosmtpd.handlers.Sink",
        "-l",
        f"127.0.0.1:{port}",
    ]
    process = subprocess.Popen(command)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
