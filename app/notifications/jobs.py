"""What the elected scheduler does for notices and for deferred tasks. Thin: each looks for what is due."""

import datetime as dt
import time

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from app.core import background, clock
from app.core.database import db, transaction
from app.notifications import outbox
from app.notifications.channels import files
from app.notifications.scheduling.scheduler import stopping
from app.notifications.sending import Sender, persistently, recover
from config import Settings

log = structlog.get_logger("notices")
LANES = 8  # senders at once over all machines (PostgreSQL); a mail server takes no more kindly
LEASE = dt.timedelta(seconds=90)  # longer than any channel waits
FILES_KEPT = dt.timedelta(days=30)
TASK_SECONDS = 30.0  # a sending task makes room for others after so long


def install(app: Flask) -> None:
    """Register the jobs and tasks that fit the database."""
    settings: Settings = app.extensions["settings"]
    background.task("notices.send", send_lane, queue="notices")
    background.repeat("notices.send", 1, send_due)
    background.repeat("notices.purge_files", 24 * 3600, purge_files)
    if settings.database_url.startswith("postgresql"):
        background.repeat("background.stalled", 5, _retry_stalled)
        background.repeat("background.purge", 24 * 3600, _purge_done)
    else:
        background.repeat("background.deferred", 1, run_deferred)


def send_due() -> None:
    """On SQLite send here; on PostgreSQL wake the workers."""
    due = outbox.any_due()
    db.session.rollback()  # sending takes minutes: an open snapshot would keep SQLite's log from being folded in
    if not due:
        return
    if db.engine.dialect.name != "postgresql":
        sender().run(_app())
        return
    persistently(recover, 5)
    with transaction():
        for lane in range(LANES):
            background.defer("notices.send", once=f"notices.send:{lane}", lane=lane)


def send_lane(lane: int) -> None:
    """A worker's task: send until nothing is due, or others should have a turn."""
    del lane  # it only keeps two of the same lane from running at once
    until = time.monotonic() + TASK_SECONDS
    found = sender(lanes=1)
    found.stopping = lambda: stopping.is_set() or time.monotonic() > until
    try:
        found.run_lane(_app())
    except DBAPIError as error:  # the scheduler wakes the lane again as soon as the database answers
        log.warning("the database went away while sending", error=type(error).__name__)


def sender(lanes: int = 4) -> Sender:
    """A sender that stops when the process does."""
    return Sender(lease=LEASE, lanes=lanes, stopping=stopping.is_set)


def purge_files() -> None:
    """What a trial wrote is readable on the disk, so it goes after a month."""
    settings: Settings = current_app.extensions["settings"]
    files.purge(settings.data_dir, clock.now() - FILES_KEPT)


def run_deferred() -> None:
    """Do deferred tasks one after the other (SQLite)."""
    while not stopping.is_set():
        with transaction():
            found = background.next_deferred()
        if found is None:
            return
        task_id, task, arguments = found
        error = ""
        try:
            task.function(**arguments)
        except Exception as problem:  # recorded with the task, which is tried again
            log.exception("task failed", task=task.name, arguments=arguments)
            error = type(problem).__name__
        db.session.rollback()
        with transaction():
            background.finish_deferred(task_id, error)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def _retry_stalled() -> None:
    from app.notifications.scheduling import worker  # Procrastinate: only where there is PostgreSQL

    worker.retry_stalled()


def _purge_done() -> None:
    from app.notifications.scheduling import worker

    worker.purge_done()
