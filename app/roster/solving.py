"""Building drafts: the database work here, the solving in child processes beside it, progress to the drafts.

One loop owns the database. Solver threads (one child process each) take jobs from a queue and put news into another,
so that a draft is being written while the next one is being solved. Any number of such loops, in any number of
processes on any machines, may be given the same drafts: each draft is taken by one of them (see `claims`), and one
that is taken by another is looked at again until it has ended, or until its builder has fallen silent.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.core.database import db, transaction
from app.core.text import Text
from app.roster import claims
from app.roster.building import WEB_TIME_LIMIT
from app.roster.engine.process import WorkerDied
from app.roster.engine.solution import Progress, Solution, SolveOptions
from app.roster.errors import DraftNotEditable
from app.roster.joint import waits_for
from app.roster.joint_plan import JointPlan, find_joint_plan, use_joint_roster
from app.roster.models import Draft
from app.roster.problems import Planned
from app.roster.solver_threads import Job, Solvers

_TELL_EVERY = 1.0  # seconds between writes of one draft's progress
_ASK_EVERY = 0.2  # seconds between looks whether to stop: a stop is obeyed within a second
_ALIVE_EVERY = 10.0  # seconds between signs of life of the drafts still waiting
_LOOK_EVERY = 1.0  # seconds between looks at drafts that others are building
DIED = Text(
    "排班程序意外停止，请继续排班；如再次出现，请联系管理员。",
    "The solver stopped unexpectedly. Continue the build; if it happens again, tell an administrator.",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a build ended: the draft's state (ready, impossible, failed; taken: others did it; queued: it still waits
    because this builder was told to stop), and what the solver said."""

    draft_id: int
    state: str
    planned: Planned | None
    solution: Solution | None


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
    wanted = list(draft_ids)
    with Solvers(min(processes, len(wanted))) as solvers:
        return _Builder(wanted, processes, solvers, on_progress, on_done, stop).run()


class _Builder:
    """The loop. `key` is what its drafts are marked with while it builds them."""

    def __init__(
        self,
        draft_ids: list[int],
        processes: int,
        solvers: Solvers,
        on_progress: Callable[[int, Progress], None] | None,
        on_done: Callable[[Outcome], None] | None,
        stop: threading.Event | None,
    ) -> None:
        self.key = secrets.token_hex(16)
        self.alone = len(draft_ids) == 1
        self.waits_for = waits_for(draft_ids)
        # what must come first and nobody has begun is built here, too
        first = sorted(set().union(*self.waits_for.values()) - set(draft_ids)) if self.waits_for else []
        self.others = set(first)
        self.waiting = [*first, *draft_ids]
        self.processes = processes
        self.solvers = solvers
        self.on_progress, self.on_done, self.stop = on_progress, on_done, stop
        self.running: dict[int, Job] = {}
        self.outcomes: list[Outcome] = []
        self._look_again = 0.0
        self._alive = time.monotonic()

    def run(self) -> list[Outcome]:
        """Until every draft has ended."""
        while self.waiting or self.running:
            if self.stop is not None and self.stop.is_set():
                self._leave_waiting()
            self._begin_some()
            for job, message in self.solvers.messages():
                if isinstance(message, Progress):
                    self._note(job, message)
                else:
                    self._end(job, message)
            for job in self.running.values():
                self._tell(job)
            self._keep_waiting()
        return self.outcomes

    # -- taking drafts -------------------------------------------------------------------------------------------

    def _begin_some(self) -> None:
        if time.monotonic() < self._look_again:
            return
        while self.waiting and len(self.running) < self.processes + 1:
            draft_id = self._next()
            if draft_id is None:
                self._look_again = time.monotonic() + _LOOK_EVERY
                return
            self.waiting.remove(draft_id)
            job = self._begin(draft_id)
            if job is not None:
                self.running[draft_id] = job
                self.solvers.jobs.put(job)

    def _next(self) -> int | None:
        """The first draft that can be taken now; those that have ended elsewhere are crossed off."""
        asked = {
            *self.waiting,
            *(one for draft_id in self.waiting for one in self.waits_for.get(draft_id, ())),
        }
        db.session.rollback()  # a fresh look
        rows = db.session.execute(
            select(Draft.id, Draft.state, Draft.builder, Draft.heartbeat_at).where(Draft.id.in_(asked))
        ).all()
        states = {row.id: row.state for row in rows}
        silent = {row.id for row in rows if row.state == "building" and claims.is_silent(row.heartbeat_at)}
        for draft_id in [one for one in self.waiting if states.get(one) not in claims.RUNNING]:
            self.waiting.remove(draft_id)
            self._done(Outcome(draft_id, "taken", None, None))
        for draft_id in self.waiting:
            first = any(states.get(one) in claims.RUNNING for one in self.waits_for.get(draft_id, ()))
            if not first and (states[draft_id] == "queued" or draft_id in silent):
                return draft_id
        return None

    def _begin(self, draft_id: int) -> Job | None:
        """The job of a draft; None when it cannot be built, or another builder was faster."""
        try:
            with transaction():
                draft = db.session.get_one(Draft, draft_id)
                asked = dict(draft.progress or {})
                planned = claims.claim(draft, self.key)
        except DraftNotEditable:
            self.waiting.append(draft_id)  # looked at again until it has ended
            return None
        if planned is None:
            self._done(Outcome(draft_id, "failed", None, None))
            return None
        options = SolveOptions(
            time_limit=float(asked.get("time_limit", WEB_TIME_LIMIT)),
            workers=2 if self.alone else 1,
            levels=planned.levels,
            deterministic=False,
        )
        # a re-plan starts from what is published, where that still keeps every rule
        start = asked.get("roster") or planned.problem.published
        return Job(draft_id, planned, planned.problem, options, start, asked)

    # -- drafts being built --------------------------------------------------------------------------------------

    def _note(self, job: Job, news: Progress) -> None:
        job.news = news
        if job.joint is None and news.roster is not None:
            job.shown["roster"] = dict(news.roster)
        if self.on_progress is not None:
            self.on_progress(job.draft_id, news)

    def _tell(self, job: Job) -> None:
        """Write the news at most once a second, and learn more often whether to stop."""
        if self.stop is not None and self.stop.is_set():
            job.stop.set()
        now = time.monotonic()
        if now - job.told >= _TELL_EVERY:
            job.told = job.asked = now
            with transaction():
                if claims.tell(job.draft_id, self.key, _progress_json(job)):
                    job.stop.set()
        elif now - job.asked >= _ASK_EVERY and not job.stop.is_set():
            job.asked = now
            with transaction():
                if claims.must_stop(job.draft_id, self.key):
                    job.stop.set()

    def _keep_waiting(self) -> None:
        if time.monotonic() - self._alive > _ALIVE_EVERY:
            self._alive = time.monotonic()
            with transaction():
                claims.keep_waiting(self.waiting)

    def _leave_waiting(self) -> None:
        """Told to stop: what was not begun stays for others, or for later."""
        for draft_id in self.waiting:
            self._done(Outcome(draft_id, "queued", None, None))
        self.waiting.clear()

    # -- results -------------------------------------------------------------------------------------------------

    def _end(self, job: Job, message: Solution | WorkerDied) -> None:
        del self.running[job.draft_id]
        if job.joint is not None:
            self._end_joint(job, job.joint, message)
            return
        if isinstance(message, Solution) and message.status == "infeasible" and not job.shown.get("joint"):
            plan = self._plan_jointly(job)
            if plan is not None:
                together = Job(job.draft_id, job.planned, plan.problem, plan.options, None, job.shown, plan)
                together.news = job.news
                self.running[job.draft_id] = together
                plan.alone = message
                self.solvers.jobs.put(together)
                return
        self._done(self._finish(job, message))

    def _plan_jointly(self, job: Job) -> JointPlan | None:
        """When the finished plans of other offices stand in the way: all of them as one problem."""
        with transaction():
            return find_joint_plan(db.session.get_one(Draft, job.draft_id))

    def _end_joint(self, job: Job, plan: JointPlan, message: Solution | WorkerDied) -> None:
        """Room for everybody: the plans are made again around it, each as even as it can be. Else: impossible."""
        if isinstance(message, Solution) and message.roster:
            try:
                with transaction():
                    again = use_joint_roster(
                        db.session.get_one(Draft, job.draft_id), self.key, plan, message.roster
                    )
            except DraftNotEditable:
                again = []
            if again:
                self.others |= {one for one in again if one != job.draft_id}
                self.waits_for |= waits_for(again)
                self.waiting = [*again, *(one for one in self.waiting if one not in again)]
                return
        self._done(self._finish(job, plan.explained(message)))

    def _finish(self, job: Job, message: Solution | WorkerDied) -> Outcome:
        solution = None if isinstance(message, WorkerDied) else message
        try:
            with transaction():
                draft = db.session.get_one(Draft, job.draft_id)
                if solution is None:
                    claims.fail(draft, DIED, self.key)
                    state = "failed"
                else:
                    state = claims.finish(draft, self.key, job.planned, solution)
        except DraftNotEditable:
            return Outcome(job.draft_id, "taken", job.planned, solution)
        return Outcome(job.draft_id, state, job.planned, solution)

    def _done(self, outcome: Outcome) -> None:
        if outcome.draft_id in self.others:
            return  # built for the sake of another, or again: whoever was given it tells of it
        self.outcomes.append(outcome)
        if self.on_done is not None:
            self.on_done(outcome)


def _progress_json(job: Job) -> dict[str, Any]:
    """What the progress page shows: {"time_limit", "phase", "seconds", "levels", "roster"}."""
    if job.news is not None and job.joint is None:
        levels = {level.level: level.to_json() for level in job.news.levels}
        job.shown |= {"phase": job.news.phase, "seconds": round(job.news.seconds, 2), "levels": levels}
    elif job.joint is not None:
        job.shown |= {"phase": "joint"}
    return job.shown
