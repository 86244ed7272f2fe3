"""Run migrations with the application's database and tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.core.database import Instant, db
from app.core.encryption import Encrypted

config = context.config


def render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our column types as the plain ones they are stored as, so migrations never import the application."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Encrypted):
        return "sa.LargeBinary()"
    return False


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Procrastinate's tables stand beside ours; a comparison of tables leaves them alone."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


@contextmanager
def _rows_may_wait(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; rows that point to it wait, and are checked before it counts."""
    if connection.dialect.name != "sqlite":
        yield
        return
    plain: Any = connection.connection.driver_connection
    plain.execute("PRAGMA foreign_keys=OFF")
    yield
    plain.execute("PRAGMA foreign_keys=ON")


def _check_rows(connection: Connection) -> None:
    """Every row points to one that exists, or nothing of the migration counts."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise RuntimeError(f"the migration would leave rows that point nowhere: {lost[:5]}")


def run() -> None:
    """Migrate online; one transaction for the whole run, batch mode for SQLite."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection, _rows_may_wait(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=render_item,
            include_name=is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()
            _check_rows(connection)
        connection.commit()


run()
