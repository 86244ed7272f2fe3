"""From a published change to the lobby screens: 200 simulated screens against the server of `make run`.

    python -m benchmarks.screens [--screens 200] [--changes 10] [--polled 1]

Two gunicorn processes with eight threads each, as `gunicorn.conf.py` has it. Every screen holds its stream of nudges
and asks for its snapshot when nudged, as the player does. A change is one more revision of the county. Latency: from
its commit to the last byte of the new snapshot at the screen. Peer: the same screens without streams, polling every
20 to 23 seconds; and the streams through nginx, where that is installed. The second table shows what 200 held streams leave for others: 304 answers, and /healthz.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from benchmarks._nginx import in_front_of, program
from benchmarks._report import middle, print_table, print_title
from benchmarks._simulated_screen import SimulatedScreen
from benchmarks._workspace import ROOT, Workspace, free_port, wait_until_healthy, workspace

if TYPE_CHECKING:
    from app.directory.models import Leader

WAIT = 40.0
BUDGET = 2.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screens")
    parser.add_argument("--screens", type=int, default=200)
    parser.add_argument("--changes", type=int, default=10)
    parser.add_argument("--polled", type=int, default=1, help="changes measured by polling alone")
    options = parser.parse_args()
    with workspace() as place:
        place.load_directory()
        print_title(f"Lobby screens: change to screen, {options.screens} screens", place.database)
        county = County(place)
        tokens = county.enrol(options.screens)
        port = free_port()
        server = serve(place, port)
        try:
            wait_until_healthy(port)
            asyncio.run(measure(port, tokens, county, options.changes, options.polled))
            through_nginx(place, port, tokens, county, options.changes)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def through_nginx(place: Workspace, port: int, tokens: list[str], county: County, changes: int) -> None:
    """The same streams with nginx in front, as docs/scaling.md has it."""
    if program() is None:
        print("\nnginx: not installed here (apt-get install nginx-light)")
        return
    print()
    with in_front_of(port, place.folder, place.folder) as front:
        asyncio.run(measure_nudged("through nginx", front, tokens, county, changes))


async def measure_nudged(name: str, port: int, tokens: list[str], county: County, changes: int) -> None:
    """One row: the streams alone."""
    screens = [SimulatedScreen(port, token) for token in tokens]
    await asyncio.gather(*(screen.ask() for screen in screens))
    streams = [asyncio.create_task(screen.follow()) for screen in screens]
    await asyncio.sleep(3)
    print_table(HEADERS, [latencies(name, await rounds(screens, county, changes))])
    for task in streams:
        task.cancel()
    await asyncio.gather(*streams, return_exceptions=True)


def serve(place: Workspace, port: int) -> subprocess.Popen[bytes]:
    """The server as `make run` starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--no-control-socket", "wsgi:app"],
        cwd=ROOT,
        env=place.environment | {"PORT": str(port), "HOST": "127.0.0.1"},
    )


class County:
    """The office whose roster changes, reached by this process as a publishing one would be."""

    def __init__(self, place: Workspace) -> None:
        os.environ.update({key: value for key, value in place.environment.items() if key.isupper()})
        from app.factory import create_app

        self.app = create_app()
        self.days = 0

    def enrol(self, count: int) -> list[str]:
        """A published month and so many screens; their tokens."""
        from app.core import clock
        from app.core.database import db, transaction
        from app.core.ids import hash_token
        from app.directory.queries import get_office
        from app.screens.models import Screen
        from tests.published import publish_days, workdays

        tokens = [secrets.token_urlsafe(32) for _ in range(count)]
        with self.app.app_context(), transaction():
            office, today = get_office("county"), clock.today()
            publish_days(office, self._leaders(), workdays(today, today + dt.timedelta(days=180)))
            db.session.add_all(
                Screen(
                    office_id=office.id,
                    name=f"screen {number}",
                    token_hash=hash_token(token),
                    approved_at=clock.now(),
                    approved_by="benchmark",
                )
                for number, token in enumerate(tokens)
            )
        return tokens

    def change(self) -> float:
        """One more revision: another day given to another leader. The moment of its commit."""
        from app.core import clock
        from app.core.database import transaction
        from app.directory.queries import get_office
        from tests.published import replace_leader, workdays

        with self.app.app_context():
            with transaction():
                leaders = self._leaders()
                self.days += 1
                day = workdays(clock.today(), clock.today() + dt.timedelta(days=100))[self.days]
                replace_leader(get_office("county"), day, leaders[self.days % len(leaders)])
            return time.time()

    def _leaders(self) -> list[Leader]:
        from sqlalchemy import select

        from app.core.database import db
        from app.directory.models import Leader
        from app.directory.queries import get_office

        return list(db.session.scalars(select(Leader).where(Leader.office_id == get_office("county").id)))


async def measure(port: int, tokens: list[str], county: County, changes: int, polled: int) -> None:
    """Streams first, then polling alone, then what is left for others."""
    screens = [SimulatedScreen(port, token) for token in tokens]
    await asyncio.gather(*(screen.ask() for screen in screens))
    streams = [asyncio.create_task(screen.follow()) for screen in screens]
    await asyncio.sleep(3)
    print_table(
        HEADERS,
        [latencies("nudged", await rounds(screens, county, changes))],
    )
    await others(screens)
    if sum(task.done() for task in streams):
        print(f"\n{sum(task.done() for task in streams)} streams had ended")
    for task in streams:
        task.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    if polled:
        polls = [asyncio.create_task(screen.poll()) for screen in screens]
        found = await rounds(screens, county, polled)
        print()
        print_table(HEADERS, [latencies("peer: polling alone", found)])
        for task in polls:
            task.cancel()
        await asyncio.gather(*polls, return_exceptions=True)


HEADERS = [
    "change to screen",
    "changes",
    "median s",
    "95 % s",
    "slowest s",
    "missed",
    f"under {BUDGET:.0f} s",
]


async def rounds(screens: list[SimulatedScreen], county: County, changes: int) -> list[list[float | None]]:
    """Seconds for every screen and change; None for a screen that did not hear of it in 40 seconds."""
    found: list[list[float | None]] = []
    for _ in range(changes):
        before = [len(screen.arrivals) for screen in screens]
        committed = await asyncio.to_thread(county.change)
        until = time.time() + WAIT
        while time.time() < until and any(
            len(s.arrivals) == count for s, count in zip(screens, before, strict=True)
        ):
            await asyncio.sleep(0.02)
        found.append(
            [
                s.arrivals[count] - committed if len(s.arrivals) > count else None
                for s, count in zip(screens, before, strict=True)
            ]
        )
        await asyncio.sleep(random.uniform(0.5, 1.5))
    return found


def latencies(name: str, found: list[list[float | None]]) -> list[object]:
    """A row of the table."""
    every = sorted(one for changed in found for one in changed if one is not None)
    missed = sum(one is None for changed in found for one in changed)
    kept = not missed and every[-1] < BUDGET
    return [
        name,
        len(found),
        middle(every),
        every[int(len(every) * 0.95)],
        every[-1],
        missed,
        "yes" if kept else "no",
    ]


async def others(screens: list[SimulatedScreen]) -> None:
    """Milliseconds of a request beside the held streams, one after the other."""
    rows: list[list[object]] = []
    for name, path in (("unchanged snapshot (304)", "/screen/own/state.json"), ("peer: healthz", "/healthz")):
        took = []
        for screen in screens[:100]:
            began = time.perf_counter()
            await screen.request(path)
            took.append(1000 * (time.perf_counter() - began))
        rows.append([name, len(took), middle(took), max(took)])
    print(f"\nbeside {len(screens)} held streams")
    print_table(["request", "times", "median ms", "slowest ms"], rows)


if __name__ == "__main__":
    main()
