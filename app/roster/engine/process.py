"""Solving in child processes: cancellable within a second, progress streamed, best roster so far always kept.

The engine's native libraries cannot be interrupted from within, and two of them must not share a process; a child can
simply be told to stop, and be killed when it does not listen. Nothing here imports a solver.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from app.roster.engine.encode import problem_to_json
from app.roster.engine.problem import Problem
from app.roster.engine.solution import Progress, Solution, SolveOptions, solution_from_json
from app.roster.engine.worker import progress_from_json

ROOT = Path(__file__).resolve().parents[3]
POLL = 0.05
GRACE = 0.7
STARTING = 0.5  # seconds until a new child reads its job
LATE = 0.05  # of the time limit: later than this the child is asked to stop, and killed after its grace
REASONS = 15.0  # seconds for the reasons of an impossible problem, which are found after the time limit


class WorkerDied(RuntimeError):
    """The child ended by itself (killed, out of memory); its last words are in the message."""


class Worker:
    """A child process that solves one job after another. Use as a context manager."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the child early, so that its imports are done when the first job comes."""
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._lines = queue.Queue()
        self._child = subprocess.Popen(
            [sys.executable, "-m", "app.roster.engine.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )
        threading.Thread(target=_pump, args=(self._child, self._lines), daemon=True).start()

    def close(self) -> None:
        """End the child and everything it started."""
        if self._child is None:
            return
        child, self._child = self._child, None
        _kill_group(child)
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe is not None and pipe is not child.stdout:
                _close_quietly(pipe)

    def solve(
        self,
        problem: Problem,
        options: SolveOptions,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        start: Mapping[str, str | None] | None = None,
    ) -> Solution:
        """Solve one problem in the child; WorkerDied when it ends without an answer and without a roster.

        After `should_stop` says so, or the time limit has passed, the child has a moment to answer; then it is killed
        and the best roster it had reported is returned.
        """
        if self._child is None or self._child.poll() is not None:
            self.close()
            self.start()
        job = {
            "problem": problem_to_json(problem),
            "options": asdict(options),
            "start": start and dict(start),
        }
        self._send(job)
        return self._listen(options, on_progress, should_stop)

    def _send(self, message: dict[str, Any]) -> None:
        assert self._child is not None and self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(message, ensure_ascii=False) + "\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            return  # the listener notices that the child has ended

    def _listen(
        self,
        options: SolveOptions,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> Solution:
        began = time.monotonic()
        patience = began + options.time_limit * (1 + LATE) + STARTING
        grace = min(GRACE, max(LATE * options.time_limit, 0.2))
        last: Progress | None = None
        best: Mapping[str, str | None] | None = None
        stopping: float | None = None
        while True:
            now = time.monotonic()
            if stopping is None and ((should_stop is not None and should_stop()) or now > patience):
                stopping = now
                self._send({"stop": True})
            if stopping is not None and now > stopping + grace:
                self.close()
                return _from_progress(last, best, options, now - began)
            try:
                message = self._lines.get(timeout=POLL)
            except queue.Empty:
                continue
            if message is None:
                self.close()
                if best is None and stopping is None:
                    raise WorkerDied("the solver process ended without an answer")
                return _from_progress(last, best, options, now - began)
            if "report" in message:
                if stopping is not None:
                    self.close()  # the request to stop may still be on its way and must not reach the next job
                return solution_from_json(message["report"], message["roster"])
            last = progress_from_json(message["progress"])
            patience += REASONS if last.phase == "conflict" else 0.0
            best = last.roster if last.roster is not None else best
            if on_progress is not None:
                on_progress(last)


def _pump(child: subprocess.Popen[str], lines: queue.Queue[dict[str, Any] | None]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        lines.put(json.loads(line))
    lines.put(None)


def _kill_group(child: subprocess.Popen[str]) -> None:
    """Kill the child with its own children (the proving process), which share its process group."""
    if child.poll() is None:
        try:
            os.killpg(child.pid, 9)
        except (ProcessLookupError, PermissionError):
            child.kill()
    child.wait()


def _close_quietly(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return


def _from_progress(
    last: Progress | None, best: Mapping[str, str | None] | None, options: SolveOptions, seconds: float
) -> Solution:
    """What can be said after a child was killed."""
    if best is None or last is None:
        return Solution("stopped", {}, (), seconds, options.seed)
    return Solution("feasible", best, last.levels, seconds, options.seed)


def solve_in_process(
    problem: Problem,
    options: SolveOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: Mapping[str, str | None] | None = None,
) -> Solution:
    """`solve` in a child process of its own."""
    with Worker() as worker:
        return worker.solve(problem, options or SolveOptions(), on_progress, should_stop, start)


def solve_many(
    problems: Sequence[Problem],
    options: SolveOptions | None = None,
    processes: int = 2,
    on_progress: Callable[[int, Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    starts: Sequence[Mapping[str, str | None] | None] | None = None,
    on_done: Callable[[int, Solution], None] | None = None,
) -> list[Solution]:
    """Solve independent problems side by side in `processes` children; the solutions in the order of the problems.

    `options.time_limit` is for each problem; each child uses one solver thread, without becoming deterministic by
    that. Callbacks get the number of the problem and come from several threads, one at a time. After `should_stop`
    the problems not yet begun come back as stopped.
    """
    options = options or SolveOptions()
    if options.deterministic is None:
        options = replace(options, workers=1, deterministic=False)
    lock = threading.Lock()
    idle: queue.Queue[Worker] = queue.Queue()
    workers = [Worker() for _ in range(min(processes, len(problems)))]
    for worker in workers:
        idle.put(worker)

    def one(number: int) -> Solution:
        if should_stop is not None and should_stop():
            return Solution("stopped", {}, (), 0.0, options.seed)
        worker = idle.get()

        def tell(progress: Progress) -> None:
            if on_progress is not None:
                with lock:
                    on_progress(number, progress)

        try:
            begin = starts[number] if starts is not None else None
            solution = worker.solve(problems[number], options, tell, should_stop, begin)
        finally:
            idle.put(worker)
        if on_done is not None:
            with lock:
                on_done(number, solution)
        return solution

    try:
        with ThreadPoolExecutor(max(len(workers), 1)) as pool:
            return list(pool.map(one, range(len(problems))))
    finally:
        for worker in workers:
            worker.close()
