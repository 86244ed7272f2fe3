"""The processes beside the web server of `make run`: the scheduler, and on PostgreSQL a worker.

One that dies is started again; all stop when the process that started this one, the web server, is gone.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parent.parent
PAUSE_SECONDS = 1.0
START_SECONDS = 2.0  # the web server comes first


def commands(database_url: str) -> list[list[str]]:
    """What runs beside the web server."""
    flask = str(BIN / "flask")
    found = [[flask, "scheduler", "run", "--with-parent"]]
    if database_url.startswith("postgresql"):
        found.append([flask, "worker", "--with-parent"])
    return found


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """One of them."""
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)


def main() -> None:
    """Keep them running as long as the parent does."""
    parent = os.getppid()
    wanted = True

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal wanted
        wanted = False

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    os.nice(5)  # nobody waits for a notice as he waits for a page
    time.sleep(START_SECONDS)
    to_run = commands(os.environ.get("DATABASE_URL", ""))
    running = [start(command) for command in to_run]
    while wanted and os.getppid() == parent:
        time.sleep(PAUSE_SECONDS)
        running = [
            process if process.poll() is None else start(command)
            for process, command in zip(running, to_run, strict=True)
        ]
    for process in running:
        process.terminate()
    for process in running:
        process.wait()


if __name__ == "__main__":
    main()
