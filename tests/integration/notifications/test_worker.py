"""Deferred tasks on PostgreSQL: a worker does them, and what a dead worker had begun starts again."""

import asyncio
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import background
from app.core.database import db, transaction
from app.notifications.jobs import send_due
from app.notifications.scheduling import worker
from tests.integration.notifications import support
from tests.integration.notifications.support import note, only

DONE: list[int] = []


@pytest.fixture(autouse=True)
def _task() -> Iterator[None]:
    DONE.clear()
    background.task("test.task", lambda number: DONE.append(number))  # noqa: PLW0108  # by keyword
    yield
    del background.tasks["test.task"]


def work(app: Flask) -> None:
    """Everything that waits, then stop."""

    async def run() -> None:
        queue = worker.connect(app)
        async with queue.open_async():
            await queue.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")

    db.session.rollback()
    asyncio.run(run())


def statuses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(text("SELECT status::text FROM procrastinate_jobs ORDER BY id")))


def test_a_worker_does_what_was_deferred(app: Flask) -> None:
    with transaction():
        background.defer("test.task", number=7)
    work(app)
    assert DONE == [7] and statuses() == []


def test_what_a_dead_worker_had_begun_starts_again(app: Flask) -> None:
    with transaction():
        background.defer("test.task", once="a", number=8)
        db.session.execute(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')")
        )
        db.session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'doing',"
                " worker_id = (SELECT max(id) FROM procrastinate_workers)"
            )
        )
    work(app)
    assert DONE == []
    worker.retry_stalled()
    work(app)
    assert DONE == [8] and statuses() == []


def test_one_whose_successor_waits_already_makes_room_and_holds_up_nobody(app: Flask) -> None:
    with transaction():
        db.session.execute(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')")
        )
    for key in "ab":
        with transaction():
            background.defer("test.task", once=key, number=1)
            db.session.execute(
                text(
                    "UPDATE procrastinate_jobs SET status = 'doing',"
                    " worker_id = (SELECT max(id) FROM procrastinate_workers) WHERE status = 'todo'"
                )
            )
    with transaction():
        background.defer("test.task", once="a", number=2)
    worker.retry_stalled()
    assert sorted(statuses()) == ["todo", "todo"]
    work(app)
    assert sorted(DONE) == [1, 2]


def test_one_that_fails_is_tried_again_with_a_key_as_a_successor(app: Flask) -> None:
    with transaction():
        background.defer("test.task", wrong=1)
        background.defer("test.task", once="a", wrong=2)
    work(app)
    rows = db.session.execute(
        text(
            "SELECT status::text, queueing_lock, attempts, scheduled_at > now() FROM procrastinate_jobs ORDER BY id"
        )
    )
    assert [tuple(row) for row in rows] == [
        ("todo", None, 1, True),
        ("failed", "a", 1, None),
        ("todo", "a", 0, True),
    ]


def test_due_notices_are_sent_by_workers_one_waiting_task_a_lane(app: Flask) -> None:
    support.use()
    with transaction():
        office, leader = support.an_office_with_a_leader()
    note(office, leader)
    send_due()
    send_due()
    assert statuses() == ["todo"] * 8
    work(app)
    assert only().state == "sent"
    send_due()
    assert statuses() == []
