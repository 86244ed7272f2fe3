"""Building drafts: the database work here, the solving in child processes beside it, progress to the drafts.

One loop owns the database. Solver threads (one child process each) take jobs from a queue and put news into another,
so that a draft is being written while the next one is being solved.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.database import db, transaction
from app.core.text import Text
from app.roster import building
from app.roster.engine.process import Worker, WorkerDied
from app.roster.engine.solution import Progress, Solution, SolveOptions
from app.roster.errors import DraftNotEditable
from app.roster.models import Draft
from app.roster.problems import Planned

_TELL_EVERY = 1.0  # seconds between writes of one draft's progress
_ALIVE_EVERY = 10.0  # seconds between signs of life of the drafts still waiting
DIED = Text(
    "排班程序意外停止，请继续排班；如再次出现，请联系管理员。",
    "The solver stopped unexpectedly. Continue the build; if it happens again, tell an administrator.",
)


@dataclass(slots=True)
class Job:
    """One draft being built."""

    draft_id: int
    planned: Planned
    options: SolveOptions
    start: Mapping[str, str | None] | None
    stop: threading.Event = field(default_factory=threading.Event)
    news: Progress | None = None
    roster: Mapping[str, str | None] | None = None
    told: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a build ended: the draft's state (ready, impossible, failed) and what the solver said."""

    draft_id: int
    state: str
    planned: Planned | None
    solution: Solution | None


Message = tuple[Job, Progress | Solution | WorkerDied]


def build_drafts(
    draft_ids: Iterable[int],
    processes: int = 2,
    on_progress: Callable[[int, Progress], None] | None = None,
    on_done: Callable[[Outcome], None] | None = None,
    stop: threading.Event | None = None,
) -> list[Outcome]:
    """Build queued drafts, `processes` side by side; the outcomes in the order they are done.

    Needs an application context and no open transaction. After `stop` is set running builds keep their best roster.
    """
    waiting = list(draft_ids)
    alone = len(waiting) == 1
    outcomes: list[Outcome] = []

    def done(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if on_done is not None:
            on_done(outcome)

    with _Solvers(min(processes, len(waiting))) as solvers:
        running: dict[int, Job] = {}
        alive = time.monotonic()
        while waiting or running:
            while waiting and len(running) < processes + 1:
                job = _begin(waiting.pop(0), alone, done)
                if job is not None:
                    running[job.draft_id] = job
                    solvers.jobs.put(job)
            for job, message in solvers.messages():
                if isinstance(message, Progress):
                    _note(job, message, on_progress)
                else:
                    del running[job.draft_id]
                    done(_finish(job, message))
            for job in running.values():
                _tell(job, stop)
            if time.monotonic() - alive > _ALIVE_EVERY:
                alive = time.monotonic()
                with transaction():
                    building.keep_waiting(waiting)
    return outcomes


class _Solvers:
    """Threads with a child process each."""

    def __init__(self, count: int) -> None:
        self.jobs: queue.Queue[Job | None] = queue.Queue()
        self._news: queue.Queue[Message] = queue.Queue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(count)]

    def __enter__(self) -> _Solvers:
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
                job.planned.problem,
                job.options,
                lambda progress: self._news.put((job, progress)),
                job.stop.is_set,
                job.start,
            )
        except WorkerDied as died:
            return died


def _begin(draft_id: int, alone: bool, done: Callable[[Outcome], None]) -> Job | None:
    """The job of a queued draft; None when it cannot be built, or somebody else is building it."""
    try:
        with transaction():
            draft = db.session.get_one(Draft, draft_id)
            asked = dict(draft.progress or {})
            planned = building.begin(draft)
    except DraftNotEditable:
        done(Outcome(draft_id, "taken", None, None))
        return None
    if planned is None:
        done(Outcome(draft_id, "failed", None, None))
        return None
    options = SolveOptions(
        time_limit=float(asked.get("time_limit", building.WEB_TIME_LIMIT)),
        workers=2 if alone else 1,
        levels=planned.levels,
        deterministic=False,
    )
    # a re-plan starts from what is published, where that still keeps every rule
    return Job(draft_id, planned, options, asked.get("roster") or planned.problem.published)


def _note(job: Job, progress: Progress, on_progress: Callable[[int, Progress], None] | None) -> None:
    job.news = progress
    job.roster = progress.roster if progress.roster is not None else job.roster
    if on_progress is not None:
        on_progress(job.draft_id, progress)


def _tell(job: Job, stop: threading.Event | None) -> None:
    """Write the news at most once a second, and learn whether to stop."""
    if stop is not None and stop.is_set():
        job.stop.set()
    if time.monotonic() - job.told < _TELL_EVERY:
        return
    job.told = time.monotonic()
    with transaction():
        draft = db.session.get_one(Draft, job.draft_id)
        if building.tell(draft, _progress_json(job, draft)):
            job.stop.set()


def _progress_json(job: Job, draft: Draft) -> dict[str, Any]:
    """What the progress page shows: {"time_limit", "phase", "seconds", "levels", "roster"}."""
    shown = dict(draft.progress or {})
    if job.roster is not None:
        shown["roster"] = dict(job.roster)
    if job.news is not None:
        levels = {level.level: level.to_json() for level in job.news.levels}
        shown |= {"phase": job.news.phase, "seconds": round(job.news.seconds, 2), "levels": levels}
    return shown


def _finish(job: Job, message: Solution | WorkerDied) -> Outcome:
    solution = None if isinstance(message, WorkerDied) else message
    try:
        with transaction():
            draft = db.session.get_one(Draft, job.draft_id)
            if solution is None:
                building.fail(draft, DIED)
                state = "failed"
            else:
                state = building.finish(draft, job.planned, solution)
    except DraftNotEditable:
        return Outcome(job.draft_id, "taken", job.planned, solution)
    return Outcome(job.draft_id, state, job.planned, solution)
