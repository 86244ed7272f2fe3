"""Work that is done later, by another process: tasks deferred in a transaction, and jobs repeated on a clock.

    background.task("roster.build", build_draft, queue="solves")     # in setup.install
    background.defer("roster.build", draft_id=7)                     # inside transaction()
    background.repeat("substitution.deadlines", 60, due_deadlines)   # in setup.install

A deferred task is written with the change that wants it: rolled back together, committed together. On PostgreSQL
it is a Procrastinate job for `flask worker` on any machine; on SQLite a row for the elected scheduler process.
Functions get ids as keyword arguments, run inside an application context and open their own `transaction()`. A
task whose process died is started again, so it must be idempotent: look at the state first, then work.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, delete, or_, select, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Instant, Model, db

TRIES = 5


@dataclass(frozen=True, slots=True)
class Task:
    """A function that can be deferred, and the queue of the workers that may take it."""

    name: str
    function: Callable[..., None]
    queue: str


@dataclass(frozen=True, slots=True)
class Job:
    """A function the elected scheduler calls again and again."""

    name: str
    every_seconds: float
    function: Callable[[], None]


tasks: dict[str, Task] = {}
jobs: dict[str, Job] = {}


class DeferredTask(Model):
    """A task that waits for the elected process (SQLite only); gone when it is done."""

    __tablename__ = "deferred_tasks"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'failed')", name="state"),
        Index(
            "uq_deferred_tasks_once",
            "once",
            unique=True,
            sqlite_where=sql("state = 'waiting'"),
            postgresql_where=sql("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[Any] = mapped_column(JSON, default=dict)
    once: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[dt.datetime] = mapped_column(Instant)
    last_error: Mapped[str] = mapped_column(String(200), default="")


def task(name: str, function: Callable[..., None], queue: str = "default") -> None:
    """Make a function known under a name that can be deferred. Registering it again replaces it."""
    tasks[name] = Task(name, function, queue)


def repeat(name: str, every_seconds: float, function: Callable[[], None]) -> None:
    """Have the one elected scheduler call `function` every so often: it only looks for what is due.

    It runs inside an application context, opens its own `transaction()`, never overlaps with itself in one
    process, and is called at once after a start or a take-over, so it must be idempotent.
    """
    jobs[name] = Job(name, every_seconds, function)


def defer(name: str, *, once: str | None = None, after_seconds: int = 0, **arguments: int | str) -> None:
    """Have a registered task run later, once the caller's transaction is committed. KeyError for an unknown name.

    `once`: while a task with this key waits, deferring it again changes nothing; two with the same key never run at
    the same time. `after_seconds`: not before.
    """
    found = tasks[name]
    if db.session.get_bind().dialect.name == "postgresql":
        _defer_on_postgresql(found, once, after_seconds, arguments)
        return
    waiting = select(DeferredTask.id).where(DeferredTask.once == once, DeferredTask.state == "waiting")
    if once is None or db.session.scalar(waiting) is None:
        not_before = clock.now() + dt.timedelta(seconds=after_seconds)
        db.session.add(DeferredTask(name=name, arguments=arguments, once=once, not_before=not_before))
        db.session.flush()


@cache
def _job_manager() -> Any:
    """Procrastinate's way to add a job through a connection that is already open: ours."""
    from procrastinate import SyncPsycopgConnector  # 0.3 s that SQLite never pays
    from procrastinate.manager import JobManager

    return JobManager(SyncPsycopgConnector())


def _defer_on_postgresql(
    found: Task, once: str | None, after_seconds: int, arguments: dict[str, int | str]
) -> None:
    from procrastinate.exceptions import AlreadyEnqueued
    from procrastinate.tasks import configure_task

    try:
        with db.session.begin_nested():  # the refusal of a second one must not end the caller's transaction
            # Asking for the connection in here is what makes SQLAlchemy write the savepoint.
            connection = db.session.connection().connection.driver_connection
            deferrer = configure_task(
                name=found.name,
                job_manager=_job_manager(),
                queue=found.queue,
                queueing_lock=once,
                lock=once,
                schedule_in={"seconds": after_seconds} if after_seconds else None,
                connection=connection,
            )
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return


def next_deferred() -> tuple[int, Task, dict[str, Any]] | None:
    """Take the oldest waiting task (SQLite, inside a transaction): its id, the task, its arguments."""
    running = select(DeferredTask.once).where(DeferredTask.state == "running", DeferredTask.once.is_not(None))
    row = db.session.scalar(
        select(DeferredTask)
        .where(
            DeferredTask.state == "waiting",
            DeferredTask.not_before <= clock.now(),
            DeferredTask.name.in_(tasks),
            or_(DeferredTask.once.is_(None), DeferredTask.once.not_in(running)),
        )
        .order_by(DeferredTask.id)
        .limit(1)
    )
    if row is None:
        return None
    row.state = "running"
    row.tries += 1
    return row.id, tasks[row.name], row.arguments


def finish_deferred(task_id: int, error: str = "") -> None:
    """The task is done, or failed with `error` (short): tried again with growing pauses, five times in all."""
    row = db.session.get_one(DeferredTask, task_id)
    if not error:
        db.session.delete(row)
        return
    row.last_error = error[:200]
    row.state = "failed" if row.tries >= TRIES else "waiting"
    row.once = None  # another may wait meanwhile
    row.not_before = clock.now() + dt.timedelta(seconds=5 * 4 ** (row.tries - 1))


def reopen_deferred() -> None:
    """After winning the election: what the process before had begun waits again, unless another of its key does."""
    waiting = select(DeferredTask.once).where(DeferredTask.state == "waiting", DeferredTask.once.is_not(None))
    running = DeferredTask.state == "running"
    db.session.execute(delete(DeferredTask).where(running, DeferredTask.once.in_(waiting)))
    db.session.execute(update(DeferredTask).where(running).values(state="waiting"))
