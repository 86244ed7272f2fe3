"""The elected process: APScheduler calls every registered job, each of which only looks for what is due.

The clock of APScheduler lives in memory; what is to be done lives in tables. So a process that takes over needs to
know nothing of the one before, and a job that runs twice finds nothing the second time.
"""

import datetime as dt
import logging
import os
import socket
import threading
from collections.abc import Callable

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.core import background, clock
from app.core.background import Job
from app.core.database import db, transaction
from app.notifications.models import Heartbeat
from app.notifications.scheduling.election import Election, election_for
from config import Settings

log = structlog.get_logger("scheduler")
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a job longer than its interval is no warning here
CHECK_SECONDS = 1.0
HEARTBEAT = dt.timedelta(seconds=15)
PARALLEL = {"background.deferred": 3}  # a long task must not hold up the next one
stopping = threading.Event()  # long jobs look at it between two steps


class Scheduler:
    """Stands for election until told to stop, and runs the jobs while it is elected."""

    def __init__(self, app: Flask, election: Election | None = None) -> None:
        settings: Settings = app.extensions["settings"]
        self._app = app
        self._election = election or election_for(settings.database_url)
        self._clockwork: BackgroundScheduler | None = None
        self._last_written: dict[str, dt.datetime] = {}

    def run(self, finished: Callable[[], bool] = lambda: False) -> None:
        """Until `stopping` is set or `finished()`."""
        try:
            while not stopping.is_set() and not finished():
                self.step()
                stopping.wait(CHECK_SECONDS)
        finally:
            stopping.set()
            self._stop_clockwork(wait=True)
            self._election.resign()

    def step(self) -> bool:
        """Stand for election once, and act on the result; whether this process is elected."""
        won = self._election.is_won()
        if won and self._clockwork is None:
            self._start_clockwork()
        elif not won and self._clockwork is not None:
            log.warning("another process may be the scheduler now")
            self._stop_clockwork(wait=False)
        return self._clockwork is not None

    def _start_clockwork(self) -> None:
        try:
            with self._app.app_context(), transaction():
                background.reopen_deferred()
        except DBAPIError as error:
            log.warning("elected, but the database does not answer", error=type(error).__name__)
            self._election.resign()
            return
        log.info("elected", process=process_name(), jobs=len(background.jobs))
        clockwork = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(12)},
            job_defaults={"coalesce": True, "misfire_grace_time": None},
            timezone=dt.UTC,
        )
        for job in background.jobs.values():
            clockwork.add_job(
                self._run,
                "interval",
                seconds=job.every_seconds,
                args=[job],
                id=job.name,
                max_instances=PARALLEL.get(job.name, 1),
                next_run_time=dt.datetime.now(dt.UTC),
            )
        clockwork.start()
        self._clockwork = clockwork

    def _stop_clockwork(self, wait: bool) -> None:
        if self._clockwork is not None:
            self._clockwork.shutdown(wait=wait)
            self._clockwork = None

    def _run(self, job: Job) -> None:
        """One call of a job; what goes wrong is logged and shown, and the next call tries again."""
        with self._app.app_context():
            error = ""
            try:
                job.function()
            except Exception as problem:  # one job's mistake must not stop the clock for the others
                log.exception("job failed", job=job.name)
                error = type(problem).__name__
            finally:
                db.session.remove()
            self._beat(job, error)

    def _beat(self, job: Job, error: str) -> None:
        """Say that the job ran, at most every few seconds."""
        now = clock.now()
        last = self._last_written.get(job.name)
        if last is not None and now - last < HEARTBEAT and not error:
            return
        try:
            with transaction():
                db.session.merge(
                    Heartbeat(job=job.name, process=process_name(), at=now, last_error=error[:200])
                )
        except DBAPIError:
            log.warning("heartbeat not written", job=job.name)
            return
        self._last_written[job.name] = now


def process_name() -> str:
    """Machine and process, as the pages show them."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]
