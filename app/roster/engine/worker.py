"""The child process: jobs come in as JSON lines, progress and solutions go out as JSON lines.

`python -m app.roster.engine.worker`. A line ``{"stop": true}`` stops the present job (it answers with the best roster
so far); the end of the input ends the process. Only `process` talks to it.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from typing import Any, TextIO

from app.roster.engine.codec import problem_from_json
from app.roster.engine.solution import LevelResult, Progress, SolveOptions
from app.roster.engine.solve import solve

FORMAT = 1


def progress_to_json(progress: Progress) -> dict[str, Any]:
    """One progress line for the pipe."""
    return {
        "seconds": progress.seconds,
        "phase": progress.phase,
        "level": progress.level.level if progress.level else None,
        "levels": [[row.level, row.value, row.bound, row.proven, row.seconds] for row in progress.levels],
        "roster": dict(progress.roster) if progress.roster is not None else None,
    }


def progress_from_json(raw: dict[str, Any]) -> Progress:
    """The other end of the pipe."""
    levels = tuple(LevelResult(*row) for row in raw["levels"])
    level = next((row for row in levels if row.level == raw["level"]), None)
    return Progress(raw["seconds"], raw["phase"], level, levels, raw["roster"])


def options_from_json(raw: dict[str, Any]) -> SolveOptions:
    """Options from the pipe."""
    return SolveOptions(**{**raw, "levels": tuple(raw["levels"])})


class Jobs:
    """Reads the input in a thread: jobs into a queue, stop requests into a flag."""

    def __init__(self, source: TextIO) -> None:
        self.source = source
        self.queue: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.stop = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.source:
            message = json.loads(line)
            if message.get("stop"):
                self.stop.set()
            else:
                self.queue.put(message)
        self.stop.set()
        self.queue.put(None)


def main(source: TextIO = sys.stdin, sink: TextIO = sys.stdout) -> None:
    """Serve jobs until the input ends."""

    def send(message: dict[str, Any]) -> None:
        sink.write(json.dumps(message, ensure_ascii=False) + "\n")
        sink.flush()

    jobs = Jobs(source)
    while (job := jobs.queue.get()) is not None:
        solution = solve(
            problem_from_json(job["problem"]),
            options_from_json(job["options"]),
            lambda progress: send({"progress": progress_to_json(progress)}),
            jobs.stop.is_set,
            job.get("start"),
        )
        jobs.stop.clear()
        send({"report": solution.report(), "roster": dict(solution.roster)})


if __name__ == "__main__":
    main()
