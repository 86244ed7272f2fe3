"""Feeds and public pages: requests per second, cold, warm and 304, beside nginx and Radicale.

    python -m benchmarks.feeds [--seconds 3]

One server process, asked over connections that stay open by as many clients as it has threads. "cold": nothing is in
the process's memory and the file is not written yet; "warm": the bytes again; "304": with the validators of the first
answer. Then the configuration of docs/scaling.md as it stands there, with nginx before the program: the limit. Peer: Radicale 3 serving a calendar of as many events,
installed into a folder of this run; left out, with a line that says so, where it cannot be had.
"""

from __future__ import annotations

import argparse
import http.client
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks._many_events import EVENTS
from benchmarks._many_events import OFFICE as MANY
from benchmarks._nginx import in_front_of, program
from benchmarks._report import print_table, print_title
from benchmarks._workspace import Workspace, free_port, workspace

CLIENTS = 4
ANYBODY = {"Authorization": "Basic YmVuY2g6"}  # Radicale without accounts still wants a name: "bench"
OFFICE = "county"
PAGES = (
    ("calendar.ics", f"/o/{OFFICE}/calendar.ics"),
    ("schedule.json", f"/o/{OFFICE}/schedule.json"),
    ("changes.atom", f"/o/{OFFICE}/changes.atom"),
    (f"{EVENTS} events", f"/o/{MANY}/calendar.ics"),
    ("public page", f"/o/{OFFICE}"),
)


@dataclass(frozen=True, slots=True)
class Rate:
    """Answers per second, the share of 304 among them, and the size of one in bytes."""

    per_second: float
    unchanged: float
    size: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feeds")
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds
    with workspace() as place:
        place.load_directory()
        place.run(*place.build_command(2026, "--office", OFFICE, "--publish", "--time-limit", "5"))
        place.run("-m", "benchmarks._many_events")
        print_title("Feeds and public pages", place.database)
        content = place.folder / "public" / "current"
        with place.served() as port:
            rows = [row for name, path in PAGES for row in of_page(port, name, path, seconds)]
            rows += list(of_nginx(place.folder, content, port, seconds))
        rows += list(of_radicale(place, content / "o" / OFFICE / "calendar.ics", seconds))
    print_table(("", "requests/s", "304", "bytes"), rows)


def of_page(port: int, name: str, path: str, seconds: float) -> Iterator[tuple[object, ...]]:
    """Cold, warm and 304 of one address."""
    began = time.perf_counter()
    first = once(port, path, {})
    cold = time.perf_counter() - began
    yield f"{name}, cold (1 request)", f"{1 / cold:.0f}", "", first[2]
    yield row(f"{name}, warm", measure(port, path, {}, seconds))
    yield row(f"{name}, 304", measure(port, path, {"If-None-Match": first[1]}, seconds))


def row(name: str, rate: Rate) -> tuple[object, ...]:
    """A line of the table."""
    return name, f"{rate.per_second:.0f}", f"{rate.unchanged:.0%}", rate.size


def once(port: int, path: str, headers: dict[str, str]) -> tuple[int, str, int]:
    """Status, ETag and size of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
    answer = connection.getresponse()
    size = len(answer.read())
    connection.close()
    return answer.status, answer.headers.get("ETag", ""), size


def measure(port: int, path: str, headers: dict[str, str], seconds: float) -> Rate:
    """Ask from several clients at once for some seconds."""
    until = time.perf_counter() + seconds
    counts, unchanged, sizes = [0] * CLIENTS, [0] * CLIENTS, [0] * CLIENTS

    def ask(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < until:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
            answer = connection.getresponse()
            sizes[number] = len(answer.read())
            counts[number] += 1
            unchanged[number] += answer.status == 304
        connection.close()

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    total = sum(counts)
    return Rate(total / seconds, sum(unchanged) / max(total, 1), max(sizes))


def of_nginx(folder: Path, content: Path, program_port: int, seconds: float) -> Iterator[tuple[object, ...]]:
    """The documented web server before the program: files it serves itself, pages it keeps for 30 seconds."""
    if program() is None:
        yield "nginx: not installed here (apt-get install nginx-light)", "", "", ""
        return
    with in_front_of(program_port, folder, content) as port:
        for name, path in PAGES:
            tag = patiently(port, path)
            yield row(f"nginx: {name}", measure(port, path, {}, seconds))
            if path.endswith(".ics"):
                yield row(f"nginx: {name}, 304", measure(port, path, {"If-None-Match": tag}, seconds))


def of_radicale(place: Workspace, calendar: Path, seconds: float) -> Iterator[tuple[object, ...]]:
    """Radicale with the same events."""
    with radicale(place, calendar) as port:
        if port is None:
            yield "Radicale: cannot be installed here", "", "", ""
            return
        path = "/bench/roster/"
        tag = once(port, path, ANYBODY)[1]
        yield row("Radicale: calendar, warm", measure(port, path, ANYBODY, seconds))
        yield row(
            "Radicale: calendar, with If-None-Match",
            measure(port, path, ANYBODY | {"If-None-Match": tag}, seconds),
        )


@contextmanager
def radicale(place: Workspace, calendar: Path) -> Iterator[int | None]:
    """Radicale in an environment of this run, with the calendar put into it; None when it cannot be had."""
    environment = place.folder / "peer"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    command = [
        str(environment / "bin" / "pip"),
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "radicale>=3,<4",
    ]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    port, storage = free_port(), place.folder / "collections"
    server = subprocess.Popen(
        [
            *(str(environment / "bin" / "python"), "-m", "radicale", "--config", ""),
            *("--server-hosts", f"127.0.0.1:{port}", "--auth-type", "none", "--rights-type", "authenticated"),
            *("--storage-filesystem-folder", str(storage), "--logging-level", "critical"),
        ],
        env={**place.environment, "RADICALE_CONFIG": ""},
        stderr=subprocess.DEVNULL,
    )
    try:
        patiently(port, "/.web/")
        yield port if put(port, calendar.read_bytes()) else None
    except TimeoutError:
        yield None
    finally:
        server.terminate()
        server.wait()


def put(port: int, content: bytes) -> bool:
    """Put a whole calendar; whether it was taken."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(
        "PUT", "/bench/roster/", body=content, headers={"Content-Type": "text/calendar", **ANYBODY}
    )
    return connection.getresponse().status in (200, 201, 204)


def patiently(port: int, path: str) -> str:
    """The ETag of an address once its server answers. Raises TimeoutError after 20 seconds."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            status, tag, _size = once(port, path, {})
            if status < 500:
                return tag
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(path)


if __name__ == "__main__":
    main()
