"""A whole simulated year: an application on a database, the driver, the judge."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine

from app.core.clock import FixedClock
from app.core.database import db
from app.factory import create_app
from tests.conftest import NOON, QUICK_HASHES, settings_for
from tests.simulated_year.drive import drive
from tests.simulated_year.judge import Verdict, judge


def run(
    url: str, folder: Path, visits: int, offices: int, days: int, seed: int, say: Callable[[str], None]
) -> Verdict:
    """Migrate the empty database at `url`, simulate, and judge."""
    clock = FixedClock(NOON)
    app = create_app(settings_for(url, folder), clock)
    app.extensions["security"].pwd_context = QUICK_HASHES
    with app.app_context():
        upgrade()
        return run_in(app, clock, visits, offices, days, seed, say)


def run_in(
    app: Flask,
    clock: FixedClock,
    visits: int,
    offices: int,
    days: int,
    seed: int,
    say: Callable[[str], None] = lambda line: None,
) -> Verdict:
    """Simulate on an application whose database is migrated, and judge."""
    bulletins = drive(app, clock, visits, offices, days, seed, say)
    url = db.engine.url.render_as_string(hide_password=False)
    db.session.remove()
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return judge(connection, bulletins)
    finally:
        engine.dispose()
