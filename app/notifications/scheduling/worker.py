"""`flask worker`: Procrastinate does the deferred tasks, on any number of machines (PostgreSQL).

A worker that dies leaves its job in "doing". Its heartbeat stops, and `retry_stalled`, a job of the elected
scheduler, puts the job back; every task looks at the state in the tables first, so a second start is harmless.
"""

import asyncio
import signal
import threading
from contextlib import suppress
from functools import partial
from typing import Any

import procrastinate
import psycopg
import structlog
from flask import Flask, current_app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.retry import RetryDecision
from sqlalchemy.engine import make_url

from app.core import background
from app.core.background import Task
from app.core.database import db, transaction
from config import Settings

log = structlog.get_logger("worker")
HEARTBEAT_SECONDS = 3.0
STALLED_SECONDS = 12.0
KEPT_HOURS = 24 * 30
SUCCESSOR_SECONDS = 60


def connect(app: Flask) -> procrastinate.App:
    """Procrastinate on the application's database, with every registered task."""
    settings: Settings = app.extensions["settings"]
    url = make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    queue = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=6))
    for task in background.tasks.values():
        queue.task(name=task.name, queue=task.queue, retry=_Retry(), pass_context=True)(
            partial(_run, app, task)
        )
    return queue


class _Retry(procrastinate.BaseRetryStrategy):
    """Five tries with growing pauses; a task with a key gets a successor instead (`_run`)."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Procrastinate cannot put a task back while another of its key waits, and would leave it begun for ever."""
        del exception
        if job.queueing_lock is not None or job.attempts + 1 >= background.TRIES:
            return None
        return RetryDecision(retry_in={"seconds": 4 ** (job.attempts + 1)})


def _run(app: Flask, task: Task, context: JobContext, **arguments: Any) -> None:
    with app.app_context():
        try:
            task.function(**arguments)
        except Exception:
            key = context.job.queueing_lock
            if key is not None:
                db.session.rollback()
                with transaction():
                    background.defer(task.name, once=key, after_seconds=SUCCESSOR_SECONDS, **arguments)
            raise
        finally:
            db.session.remove()


def work(app: Flask, queues: list[str] | None, concurrency: int, stop: threading.Event) -> None:
    """Work until SIGTERM or Ctrl+C; when the database goes away, wait for it."""
    while not stop.is_set():
        try:
            asyncio.run(_work(connect(app), queues, concurrency, stop))
        except (ConnectorException, psycopg.Error) as error:
            log.warning("the database went away", error=type(error).__name__)
            stop.wait(1)


async def _work(
    queue: procrastinate.App, queues: list[str] | None, concurrency: int, stop: threading.Event
) -> None:
    """One worker; told to stop, it takes no new task and waits for those it has begun."""
    async with queue.open_async():
        worker = asyncio.create_task(
            queue.run_worker_async(
                queues=queues,  # type: ignore[arg-type]  # None means all of them
                concurrency=concurrency,
                install_signal_handlers=False,
                fetch_job_polling_interval=2.0,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
            )
        )

        def end() -> None:
            stop.set()
            worker.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, end)
        with suppress(asyncio.CancelledError):
            await worker


def retry_stalled() -> None:
    """Start again what was begun by workers that are gone (a job of the scheduler on PostgreSQL)."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    asyncio.run(_retry_stalled(connect(app)))


async def _retry_stalled(queue: procrastinate.App) -> None:
    async with queue.open_async():
        for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            log.warning("a worker stopped half-way, its task starts again", task=job.task_name, job=job.id)
            try:
                await queue.job_manager.retry_job(job)
            except UniqueViolation:  # another of its key waits already, and does the same work
                await queue.job_manager.finish_job(job, Status.FAILED, delete_job=True)


def purge_done() -> None:
    """Forget tasks that failed for good a month ago (a job of the scheduler on PostgreSQL)."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    asyncio.run(_purge(connect(app)))


async def _purge(queue: procrastinate.App) -> None:
    async with queue.open_async():
        await queue.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_failed=True)
