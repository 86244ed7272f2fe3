"""A new migrated database for a benchmark: SQLite, or on a PostgreSQL server whose data may be thrown away."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.core.clock import FixedClock
from app.factory import create_app
from tests.conftest import NOON, settings_for


@contextmanager
def fresh(server: str | None) -> Iterator[tuple[str, Path]]:
    """Its address and a folder for files; both gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        if server is None:
            url = f"sqlite:///{folder}/bench.sqlite3"
            migrate(url, Path(folder))
            yield url, Path(folder)
            return
        name = f"rota_bench_{uuid.uuid4().hex[:8]}"
        engine = create_engine(make_url(server).set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            try:
                url = make_url(server).set(database=name).render_as_string(hide_password=False)
                migrate(url, Path(folder))
                yield url, Path(folder)
            finally:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def opened(url: str, folder: Path) -> Flask:
    """The application on the database; its clock stands."""
    return create_app(settings_for(url, folder), FixedClock(NOON))


def migrate(url: str, folder: Path) -> None:
    """Every table."""
    with opened(url, folder).app_context():
        upgrade()
