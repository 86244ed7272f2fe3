"""Child processes of a solve: one that proves (HiGHS), one that searches beside the main process.

A child is started as a module, gets pickled jobs on its standard input and answers with JSON lines; a line with
``done`` ends the answer to one job. Children end when their input ends, so none outlives its parent.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def child_environment() -> dict[str, str]:
    """The environment of a child: the same, with this project importable."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }


class Child:
    """A running child. `busy` while `poll` has not read a ``done`` for every job sent; `dead` when it ended by itself
    (killed, out of memory) before that."""

    def __init__(self, module: str) -> None:
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
        )
        self._open = 0
        self.dead = False
        self._jobs: queue.Queue[object] = queue.Queue()
        threading.Thread(target=self._write, daemon=True).start()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(json.loads(line))
        self._answers.put(None)

    def _write(self) -> None:
        """A busy child does not read; writing in a thread keeps a full pipe from holding up the solve."""
        assert self._process.stdin is not None
        while True:
            try:
                pickle.dump(self._jobs.get(), self._process.stdin)
                self._process.stdin.flush()
            except (BrokenPipeError, ValueError):
                return  # the child has ended, or was closed

    def send(self, job: object) -> None:
        """Give the child a job; a child that has died stays silent until `poll` notices."""
        self._open += 1
        self._jobs.put(job)

    @property
    def busy(self) -> bool:
        return self._open > 0

    def poll(self, wait: float = 0.0) -> list[dict[str, Any]]:
        """Answers that have come; with `wait`, at least one if it comes within that many seconds."""
        found: list[dict[str, Any]] = []
        while self.busy:
            try:
                answer = self._answers.get(timeout=wait) if wait and not found else self._answers.get_nowait()
            except queue.Empty:
                break
            if answer is None:
                self._open, self.dead = 0, True
            elif "done" in answer:
                self._open -= 1
            else:
                found.append(answer)
        return found

    def close(self) -> None:
        """End the child at once."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


def answer(message: dict[str, Any]) -> None:
    """In a child: send one line to the parent."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


class Inbox:
    """Reads jobs in a thread, so that a running search notices the next one."""

    def __init__(self) -> None:
        self.jobs: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                self.jobs.put(pickle.load(sys.stdin.buffer))  # noqa: S301 - written by our own parent process
            except EOFError:
                self.jobs.put(None)
                return

    def waiting(self) -> bool:
        return not self.jobs.empty()
