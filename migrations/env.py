"""Run migrations with the application's database and tables."""

from typing import Any, Literal

from alembic import context
from flask import current_app

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


def run() -> None:
    """Migrate online; one transaction for the whole run, batch mode for SQLite."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
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
        connection.commit()


run()
