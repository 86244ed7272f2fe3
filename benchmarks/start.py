"""How long `make run` takes until /healthz answers: the first time (with the demo county), and again.

    python -m benchmarks.start

The virtual environment is there already; the data folder is new. Peer: the bare interpreter importing Flask.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from benchmarks._report import middle, print_table, print_title
from benchmarks._workspace import ROOT, Workspace, free_port, wait_until_healthy, workspace

BUDGET = 8.0  # seconds, the second time
AGAIN = 3


def main() -> None:
    """Measure and print."""
    with workspace() as place:
        print_title("`make run` until /healthz answers", place.database)
        first = start_once(place)
        again = [start_once(place) for _ in range(AGAIN)]
        peer = middle([import_flask() for _ in range(AGAIN)])
    second = middle(again)
    print_table(
        ["start", "seconds", "budget s", "kept", "ratio to peer"],
        [
            ["first, loads the demo county", first, None, None, first / peer],
            [f"again, median of {AGAIN}", second, BUDGET, "yes" if second <= BUDGET else "NO", second / peer],
            ["peer: python imports flask", peer, None, None, 1.0],
        ],
    )


def start_once(place: Workspace) -> float:
    """Seconds from the command to the first answer; the server is stopped again."""
    port = free_port()
    environment = place.environment | {"HOST": "127.0.0.1", "PORT": str(port)}
    began = time.monotonic()
    server = subprocess.Popen(
        ["make", "--no-print-directory", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until_healthy(port)
        return time.monotonic() - began
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def import_flask() -> float:
    """Seconds a bare interpreter needs to import Flask."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import flask"], check=True)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
