"""What every test stands on: an application on a migrated database of its own, and a clock that stands still.

TEST_DATABASE_URL chooses PostgreSQL; without it each test has its own SQLite file, copied from a migrated one.
"""

import base64
import datetime as dt
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from passlib.context import CryptContext
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.core.clock import FixedClock
from app.core.database import db
from app.factory import create_app
from config import Settings

# Hashing a password is slow on purpose; here it only has to be the same kind of hash.
QUICK_HASHES = CryptContext(
    schemes=["argon2"], argon2__rounds=1, argon2__memory_cost=64, argon2__parallelism=1
)
NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)  # Monday 2 March 2026, 12:00 in Shanghai


class Browser(FlaskClient):
    """A test client whose requests each have an application context of their own, as real ones do.

    Without it the context of the test lends its `g` (and with it the person signed in) to every request. After
    the request the test's own session forgets what it read before.
    """

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Send one request and read the whole answer."""
        options.setdefault("buffered", True)
        with self.application.app_context():
            answer = super().open(*args, **options)
        if has_app_context():
            db.session.rollback()
        return answer


def settings_for(database_url: str, data_dir: Path) -> Settings:
    """Settings of a test application."""
    return Settings(
        secret_key="test-secret-key-of-the-test-application",
        password_salt="test-salt",
        field_keys={1: base64.b64decode(base64.b64encode(b"k" * 32))},
        database_url=database_url,
        data_dir=data_dir,
        public_url="http://127.0.0.1:8000",
        trusted_proxies=0,
        log_level="ERROR",
        log_json=False,
    )


@pytest.fixture(scope="session", autouse=True)
def _prepared_once() -> Iterator[None]:
    """Each test has an application of its own; what is the same in all of them is made once a process.

    Half the time of a test went into compiling the builders of 400 addresses: werkzeug makes each of them out of
    the rule alone, so they are kept. Compiled templates are kept by `app` below.
    """
    make = Rule._compile_builder
    kept: dict[tuple[str, ...], Callable[..., tuple[str, str]]] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, str(rule._trace), str(rule.defaults), str(append_unknown))
        if key not in kept:
            kept[key] = make(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", builder)
        yield


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Templates compiled by an earlier test of this process; Jinja notices by itself when one has changed."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated, empty database to copy from: a file's path, or the URL of a PostgreSQL template database."""
    folder = tmp_path_factory.mktemp("migrated")
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        path = folder / "rota.sqlite3"
        _migrate(settings_for(f"sqlite:///{path}", folder))
        with create_engine(f"sqlite:///{path}").connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        yield str(path)
        return
    name = f"rota_template_{uuid.uuid4().hex[:8]}"
    _administer(server, f"CREATE DATABASE {name}")
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    _migrate(settings_for(url, folder))
    yield url
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def fresh_copy(migrated: str, folder: Path) -> Iterator[str]:
    """The address of a fresh copy of the migrated database, in the folder or beside it on the server."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        shutil.copy(migrated, folder / "rota.sqlite3")
        yield f"sqlite:///{folder / 'rota.sqlite3'}"
        return
    name = f"rota_test_{uuid.uuid4().hex[:10]}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {make_url(migrated).database}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(migrated: str, tmp_path: Path) -> Iterator[str]:
    """A fresh copy of the migrated database."""
    with fresh_copy(migrated, tmp_path) as url:
        yield url


@pytest.fixture
def clock() -> FixedClock:
    """The clock of the application under test."""
    return FixedClock(NOON)


@pytest.fixture
def app(
    database_url: str, tmp_path: Path, clock: FixedClock, compiled_templates: BytecodeCache
) -> Iterator[Flask]:
    """An application on its own database, inside an application context."""
    application = create_app(settings_for(database_url, tmp_path), clock)
    application.jinja_env.bytecode_cache = compiled_templates
    application.extensions["security"].pwd_context = QUICK_HASHES
    application.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    application.test_client_class = Browser
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


def _migrate(settings: Settings) -> None:
    application = create_app(settings)
    with application.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def _administer(server: str, statement: str) -> None:
    engine = create_engine(make_url(server).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
