"""Deferred tasks are committed with the change that wants them, and done once."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import background
from app.core.background import DeferredTask
from app.core.database import db, transaction
from app.notifications.jobs import run_deferred
from tests.factories import make_office

DONE: list[int] = []


@pytest.fixture(autouse=True)
def _task() -> Iterator[None]:
    DONE.clear()
    background.task("test.task", lambda number: DONE.append(number))  # noqa: PLW0108  # by keyword
    yield
    del background.tasks["test.task"]


def waiting() -> int:
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        return db.session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")) or 0
    return db.session.query(DeferredTask).filter_by(state="waiting").count()


def test_it_comes_with_the_transaction_or_not_at_all(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        background.defer("test.task", number=1)
        _ = 1 / 0
    assert waiting() == 0
    with transaction():
        background.defer("test.task", number=1)
    assert waiting() == 1


def test_once_means_one_waits_and_the_change_goes_on(app: Flask) -> None:
    with transaction():
        background.defer("test.task", once="a", number=1)
    with transaction():
        background.defer("test.task", once="a", number=2)
        background.defer("test.task", once="b", number=3)
        make_office()
    assert waiting() == 2
    assert db.session.scalar(text("SELECT count(*) FROM offices")) == 1


def test_an_unknown_task_is_refused_at_once(app: Flask) -> None:
    with pytest.raises(KeyError), transaction():
        background.defer("test.nothing")


def on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def test_the_elected_process_does_them_in_order(app: Flask) -> None:
    with transaction():
        background.defer("test.task", number=1)
        background.defer("test.task", number=2)
    run_deferred()
    assert ([1, 2] if on_sqlite() else []) == DONE
    assert waiting() == (0 if on_sqlite() else 2)


def test_one_that_fails_is_tried_again_later_and_what_a_dead_process_began_too(app: Flask) -> None:
    if not on_sqlite():
        return
    with transaction():
        background.defer("test.task", other=1)
    run_deferred()
    row = db.session.query(DeferredTask).one()
    assert (row.state, row.tries, row.last_error) == ("waiting", 1, "TypeError")
    with transaction():
        background.defer("test.task", number=5)
        assert background.next_deferred() is not None
    with transaction():
        background.reopen_deferred()
    run_deferred()
    assert DONE == [5]
