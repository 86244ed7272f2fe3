"""Threads that solve, each with a child process of its own: jobs come in by one queue, news go out by another."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.roster.engine.problem import Problem
from app.roster.engine.process import Worker, WorkerDied
from app.roster.engine.solution import Progress, Solution, SolveOptions
from app.roster.joint_plan import JointPlan
from app.roster.problems import Planned


@dataclass(slots=True)
class Job:
    """One draft being built; with `joint`, the plans of several offices together, asked for because of this draft."""

    draft_id: int
    planned: Planned
    problem: Problem
    options: SolveOptions
    start: Mapping[str, str | None] | None
    shown: dict[str, Any]
    joint: JointPlan | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    news: Progress | None = None
    told: float = field(default_factory=time.monotonic)
    asked: float = 0.0


Message = tuple[Job, Progress | Solution | WorkerDied]


class Solvers:
    """Threads with a child process each."""

    def __init__(self, count: int) -> None:
        self.jobs: queue.Queue[Job | None] = queue.Queue()
        self._news: queue.Queue[Message] = queue.Queue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(count)]

    def __enter__(self) -> Solvers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in self._threads:
            self.jobs.put(None)
        for thread in self._threads:
            thread.join(timeout=5)

    def messages(self, patience: float = 0.1) -> Iterable[Message]:
        """The news so far; waits a moment for the first."""
        try:
            yield self._news.get(timeout=patience)
            while True:
                yield self._news.get_nowait()
        except queue.Empty:
            return

    def _work(self) -> None:
        with Worker() as worker:
            worker.start()
            while (job := self.jobs.get()) is not None:
                self._news.put((job, self._solve(worker, job)))

    def _solve(self, worker: Worker, job: Job) -> Solution | WorkerDied:
        try:
            return worker.solve(
                job.problem,
                job.options,
                lambda progress: self._news.put((job, progress)),
                job.stop.is_set,
                job.start,
            )
        except WorkerDied as died:
            return died
