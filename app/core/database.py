"""The one database handle, and `transaction()`: the only way a change is committed.

SQLite runs in WAL mode with foreign keys on; a transaction that writes begins IMMEDIATE, so two writers queue
instead of failing half-way. PostgreSQL uses READ COMMITTED with explicit row or advisory locks where needed.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, TypeDecorator, event, text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Instant(TypeDecorator[dt.datetime]):
    """An aware UTC instant; SQLite stores it without the zone, so the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse a naive datetime: its meaning would depend on the machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry its zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:
        """Return an aware UTC datetime."""
        stored: dt.datetime | None = value
        if stored is None:
            return None
        return stored.replace(tzinfo=dt.UTC) if stored.tzinfo is None else stored.astimezone(dt.UTC)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    if "sqlite3" not in type(connection).__module__:
        return
    connection.isolation_level = None  # SQLAlchemy's begin event emits BEGIN itself
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def transaction() -> Iterator[None]:
    """Open the one transaction of a request or job; commit at the end, roll everything back on an exception.

    Whatever was read before is read again inside it (the earlier snapshot is given up), so a decision is
    never taken on stale rows. After the commit, callbacks given to `after_commit` run.
    Raises RuntimeError when transactions are nested.
    """
    info = db.session.info
    if info.get("in_transaction"):
        raise RuntimeError("transaction() cannot be nested: services flush, routes and jobs commit")
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError("changes were made before transaction() was opened")
    db.session.rollback()
    db.session.expire_all()  # a rollback without a begun transaction forgets nothing
    info["in_transaction"] = True
    info["remembered"] = {}
    info["after_commit"] = []
    try:
        db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        info["after_commit"] = []
        raise
    finally:
        info["in_transaction"] = False
        info.pop("remembered", None)
    for callback in info.pop("after_commit", []):
        callback()


def remembered() -> dict[str, str] | None:
    """What a service may keep until the transaction ends, to read it once; None outside `transaction()`."""
    found: dict[str, str] | None = db.session.info.get("remembered")
    return found


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` once the current transaction is committed (dropped when it rolls back)."""
    db.session.info.setdefault("after_commit", []).append(callback)


def lock(name: str) -> None:
    """Hold the named lock until the transaction ends.

    PostgreSQL: an advisory lock. SQLite needs none: BEGIN IMMEDIATE has already made us the only writer.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        digest = hashlib.sha256(name.encode()).digest()
        key = int.from_bytes(digest[:8], "big", signed=True)
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
