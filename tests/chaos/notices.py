"""Thousands of reminders while the sender, the scheduler and the database are killed at random moments.

    python -m tests.chaos.notices --count 20000                  # SQLite
    python -m tests.chaos.notices --count 20000 --postgresql     # a server of its own, which is killed too

On SQLite the database lives in the processes that use it, and dies with them in the middle of whatever it writes.
Half goes by mail to a real SMTP server, half as text messages to a real HTTP gateway; both refuse, hang, hang up and
answer 200 with an error. Afterwards what arrived is counted against what the outbox says. None may be lost and none
may arrive twice, except a mail that was `unknown` in between: it is repeated under the same Message-ID, and listed.
"""

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.core.database import db, transaction
from app.factory import create_app
from app.notifications import outbox
from app.notifications.models import Attempt, Notice
from tests.chaos.postgresql import Cluster, cluster
from tests.chaos.process import work
from tests.conftest import settings_for
from tests.factories import make_office
from tests.integration.notifications import support
from tests.integration.notifications.sinks import Gateway, MailSink, gateway, mail_sink

PEOPLE = 200
LONGEST_REST = (
    90.0  # seconds between two kills when nothing moves: a busy machine needs long to start a process
)


@dataclass
class Outcome:
    """What the count found. `lost` and `twice` must be empty."""

    states: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    unsettled: list[int] = field(default_factory=list)
    stale_sent: list[int] = field(default_factory=list)
    repeated_after_unknown: list[int] = field(default_factory=list)
    unknown_arrived: list[int] = field(default_factory=list)
    unknown_missing: list[int] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """None lost, none twice, none forgotten, none that was no longer true."""
        return not (self.lost or self.twice or self.unsettled or self.stale_sent)


class Processes:
    """The processes of the application, each started again when it was killed.

    They are forked from one that has read the program and never used it, so that a new one is at work at once.
    """

    def __init__(self, roles: list[str], url: str, folder: Path) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.chaos.process"])
        self._roles, self._url, self._folder = roles, url, folder
        self._running = [self._start(role) for role in roles]

    def _start(self, role: str) -> ForkServerProcess:
        process = self._context.Process(target=work, args=(role, self._url, self._folder), daemon=True)
        process.start()
        return process

    def kill_one(self, chance: random.Random) -> str:
        """SIGKILL, and a new one in its place."""
        number = chance.randrange(len(self._roles))
        self._running[number].kill()
        self._running[number].join()
        self._running[number] = self._start(self._roles[number])
        return self._roles[number]

    def end(self) -> None:
        """Kill them all: for when everything is recorded."""
        for process in self._running:
            process.kill()
            process.join()


def rude_mail(chance: random.Random) -> MailSink:
    """Refuses two in a hundred for now, and closes the connection on one."""

    def say(_number: int, _to: str) -> str | None:
        draw = chance.random()
        return "451 4.3.0 later" if draw < 0.02 else "421 4.3.2 closing" if draw < 0.03 else None

    return MailSink(say=say)


def rude_gateway(chance: random.Random) -> tuple[Gateway, Counter[str]]:
    """Fails, errs inside a 200, hangs up or hangs for some; the counter has what it delivered, by id."""
    delivered: Counter[str] = Counter()

    def answer(_number: int, body: dict[str, Any], _headers: dict[str, str]) -> tuple[int, bytes] | None:
        draw = chance.random()
        if draw < 0.01:
            return 500, b"{}"
        if draw < 0.03:
            return 200, b'{"code": 9}'
        if draw < 0.032:
            return None
        delivered[body["id"]] += 1
        if draw < 0.034:
            time.sleep(1.5)  # longer than the sender waits, though delivered
        return 200, b'{"code": 0}'

    return Gateway(answer), delivered


def prepare(app: Flask, count: int, mail_port: int, gateway_url: str) -> None:
    """An office, its channels, people who want mail or text messages, and the reminders; one in fifty no longer true."""
    with app.app_context(), transaction():
        office = make_office()
        support.set_up_mail(office, mail_port)
        options = {"provider": "gateway", "url": gateway_url, "later": "9"}
        support.set_up(office, "sms", options, {"secret": "s"}, on_unknown="ask")
        people = [
            support.a_leader_with(
                office,
                f"p{number}@example.org",
                f"138{number:08}",
                channels=["mail" if number % 2 else "sms"],
            ).id
            for number in range(PEOPLE)
        ]
        for number in range(count):
            subject = f"{'stale' if number % 50 == 49 else 'note'}:{number}"
            outbox.queue("chaos.note", subject, ("leader", people[number % PEOPLE]), office_id=office.id)


def open_notices(app: Flask) -> int:
    """How many are not settled."""
    with app.app_context():
        found = db.session.scalar(
            select(func.count()).where(Notice.state.in_(("queued", "claimed", "sending")))
        )
        db.session.remove()
        return found or 0


def judge(app: Flask, delivered: Counter[str]) -> Outcome:
    """Count what arrived against what the outbox says."""
    found = Outcome()
    with app.app_context():
        doubtful = set(db.session.scalars(select(Attempt.notice_id).where(Attempt.outcome == "unknown")))
        for notice in db.session.scalars(select(Notice).order_by(Notice.id)):
            found.states[notice.state] += 1
            arrived = delivered[notice.message_id] if notice.message_id else 0
            stale = notice.subject.startswith("stale")
            if notice.state in {"queued", "claimed", "sending"}:
                found.unsettled.append(notice.id)
            if stale and (arrived or notice.state != "superseded"):
                found.stale_sent.append(notice.id)
            if notice.state == "unknown":
                (found.unknown_arrived if arrived else found.unknown_missing).append(notice.id)
            elif not stale and not arrived:
                found.lost.append(notice.id)
            if arrived > 1:
                repeated = notice.channel == "mail" and notice.id in doubtful
                (found.repeated_after_unknown if repeated else found.twice).append(notice.id)
    return found


def kill_connections(server: str | None, url: str) -> None:
    """End every connection of the application's database (PostgreSQL)."""
    if server is None:
        return
    engine = create_engine(make_url(server).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": make_url(url).database},
        )
    engine.dispose()


@contextmanager
def database(server: str | None, folder: Path) -> Iterator[str]:
    """An empty database that nothing else uses."""
    if server is None:
        yield f"sqlite:///{folder / 'rota.sqlite3'}"
        return
    name = f"rota_chaos_{os.getpid()}"
    address = make_url(server).set(database="postgres")  # no pool: the server may die in between
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def run(
    count: int,
    seed: int = 1,
    server: str | None = None,
    every: tuple[float, float] = (2.0, 12.0),
    patience: float = 3 * 3600,
    most_kills: int = 10**6,
    own_server: bool = False,
    processes: int = 4,
    say: Callable[[str], object] = lambda _line: None,
) -> Outcome:
    """The whole thing: so many processes, kills at random moments until nothing is open, then the count."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rota-chaos-")))
        folder.chmod(0o755)  # the server of PostgreSQL runs as another user
        own = stack.enter_context(cluster(folder)) if own_server else None
        server = own.url if own else server
        url = stack.enter_context(database(server, folder))
        sink = rude_mail(random.Random(seed + 1))
        state, delivered = rude_gateway(random.Random(seed + 2))
        port = stack.enter_context(mail_sink(sink))
        address = stack.enter_context(gateway(state))
        app = create_app(settings_for(url, folder))
        with app.app_context():
            upgrade()
            db.session.remove()
        prepare(app, count, port, address)
        say(f"{count} queued")
        begun = time.monotonic()
        second = "scheduler" if server is None else "worker"
        running = Processes([("scheduler", second)[number % 2] for number in range(processes)], url, folder)
        kills: Counter[str] = Counter()
        left = count
        while time.monotonic() - begun < patience:
            left = _wait(app, chance.uniform(*every), left)
            say(f"{time.monotonic() - begun:6.0f} s: {left} open, killed {dict(kills)}")
            if not left:
                break
            if kills.total() < most_kills:
                kills[_kill(running, own, server, url, chance)] += 1
        running.end()
        found = judge(app, delivered + Counter(sink.ids))
        found.kills, found.seconds = kills, time.monotonic() - begun
        with app.app_context():
            db.engine.dispose()
    return found


def _wait(app: Flask, seconds: float, before: int) -> int:
    """Until something was sent and then so long, or until nothing is open; how many are."""
    begun = time.monotonic()
    moved: float | None = None
    while True:
        left = open_notices_patiently(app)
        now = time.monotonic()
        if moved is None and left < before:
            moved = now
        if not left or now - begun > LONGEST_REST or (moved is not None and now - moved > seconds):
            return left
        time.sleep(min(0.3, seconds / 4))


def _kill(
    running: Processes, own: Cluster | None, server: str | None, url: str, chance: random.Random
) -> str:
    """One of the processes, or the database: the whole server where it is ours, else every connection to it."""
    if server is None or chance.random() > 0.3:
        return running.kill_one(chance)
    if own is None:
        kill_connections(server, url)
        return "connections"
    own.crash()
    time.sleep(chance.uniform(0, 2))
    own.start()
    return "database server"


def open_notices_patiently(app: Flask) -> int:
    """The same over a connection that may just have been ended."""
    for _ in range(200):
        try:
            return open_notices(app)
        except DBAPIError:
            time.sleep(0.1)
    return open_notices(app)


def report(found: Outcome) -> None:
    """A table."""
    print(f"seconds                      {found.seconds:.0f}")
    print(f"killed                       {dict(found.kills)}")
    print(f"states                       {dict(found.states)}")
    for name in ("lost", "twice", "unsettled", "stale_sent"):
        print(f"{name:28} {len(getattr(found, name))} {getattr(found, name)[:10]}")
    for name in ("repeated_after_unknown", "unknown_arrived", "unknown_missing"):
        print(f"{name:28} {len(getattr(found, name))} {getattr(found, name)[:40]}")
    print("GOOD" if found.is_good else "BAD")


def main() -> None:
    """Read the arguments, run, print, exit 1 when something was lost or came twice."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own; without it SQLite")
    parser.add_argument("--server", help="on this PostgreSQL server; only connections are ended")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument(
        "--every", type=float, nargs=2, default=(2.0, 12.0), help="seconds of work between kills"
    )
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ends the servers too
    found = run(
        chosen.count,
        chosen.seed,
        chosen.server,
        tuple(chosen.every),
        own_server=chosen.postgresql,
        processes=chosen.processes,
        say=lambda line: print(line, file=sys.stderr, flush=True),
    )
    report(found)
    sys.exit(not found.is_good)


if __name__ == "__main__":
    main()
