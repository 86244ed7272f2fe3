"""The searching child: hunts for a gap or polishes, with its own seed, beside the main process."""

from __future__ import annotations

import pickle
import queue
import random
import sys
import threading
from collections.abc import Callable

from app.roster.engine.children import answer
from app.roster.engine.instance import Instance
from app.roster.engine.jobs import SearchJob
from app.roster.engine.polish import polish
from app.roster.engine.run import Run, parse_objective
from app.roster.engine.scope import Scope
from app.roster.engine.solution import Progress, SolveOptions
from app.roster.engine.spacing import Hunt


def work(job: SearchJob, newer: Callable[[], bool]) -> None:
    """Search until done, or until there is a `newer` job, and report every better roster."""
    inst = Instance(job.problem)
    options = SolveOptions(time_limit=job.seconds, workers=1, deterministic=False, seed=job.seed)
    if job.task == "hunt":
        run = Run(inst, options, should_stop=newer)
        found = Hunt(run, job.face, job.gap, list(job.who), random.Random(job.seed), odd=True).go(
            job.seconds, run.over
        )
        if found is not None:
            answer({"who": found})
        return

    def tell(progress: Progress) -> None:
        if progress.roster is not None and run.best is not None:
            answer({"who": run.best})

    run = Run(inst, options, tell, newer)
    run.offer(job.who)
    polish(run, Scope(job.face, job.gap), [parse_objective(name) for name in job.levels], job.seconds)


class Inbox:
    """Reads jobs in a thread, so that a running search notices the next one."""

    def __init__(self) -> None:
        self.jobs: queue.Queue[SearchJob | None] = queue.Queue()
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


def main() -> None:
    """Answer jobs until the input ends. Only the newest job counts."""
    inbox = Inbox()
    while (job := inbox.jobs.get()) is not None:
        if not inbox.waiting():
            work(job, inbox.waiting)
        answer({"done": True})


if __name__ == "__main__":
    main()
