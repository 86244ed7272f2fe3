"""A demo county on disk, prepared by real processes, and what is asked of it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app.core.clock import FixedClock
from app.core.database import db
from app.factory import create_app
from app.roster.models import Revision
from tests.conftest import Browser, settings_for
from tests.referee import clashes_between, judge, read_facts
from tests.referee.facts import dump_facts
from tests.whole_app.demo_process import NOW

ROOT = Path(__file__).resolve().parents[2]
CODES = ("city", "county", "town-01", "town-02")


@dataclass(frozen=True)
class Demo:
    """A demo county on disk."""

    url: str
    folder: Path

    def prepare(
        self, offices: int, years: str, point: str = "never", seed: str = "0"
    ) -> subprocess.CompletedProcess[str]:
        """Run the demo's `prepare` in a process of its own."""
        return subprocess.run(
            [
                *(sys.executable, "-m", "tests.whole_app.demo_process"),
                *(self.url, str(self.folder), str(offices), years, point),
            ],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )

    @contextmanager
    def opened(self) -> Iterator[Flask]:
        """The application on it."""
        app = create_app(settings_for(self.url, self.folder), FixedClock(NOW))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        app.test_client_class = Browser
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    def sign_ins(self) -> dict[str, str]:
        """The passwords that were said at the end."""
        return dict(json.loads((self.folder / "demo-sign-ins.json").read_text()))


def schedules(app: Flask, codes: tuple[str, ...]) -> dict[str, str]:
    """The public JSON of offices."""
    client = app.test_client()
    return {code: client.get(f"/o/{code}/schedule.json").get_data(as_text=True) for code in codes}


def violations(demo: Demo, app: Flask, codes: tuple[str, ...], years: tuple[int, ...]) -> list[str]:
    """What the referee finds. A substitute took a duty of the county in its played past: counts differ since, as they should."""
    facts, texts = read_facts(dump_facts(demo.url)), schedules(app, codes)
    found = [each for code in codes for year in years for each in judge(facts[code], texts[code], year)]
    said = [str(each) for each in (*found, *clashes_between(texts))]
    return [each for each in said if not each.startswith("county: uneven")]


def table_sizes() -> dict[str, int]:
    """Number of rows of every table."""
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
    }


def revisions() -> list[Revision]:
    """All revisions, office by office."""
    return list(db.session.scalars(select(Revision).order_by(Revision.office_id, Revision.number)))


def assert_sign_ins(demo: Demo) -> None:
    """What was said at the end is what the database knows."""
    with demo.opened() as app:
        for username, password in demo.sign_ins().items():
            client = app.test_client()
            client.post("/sign-in", data={"username": username, "password": password})
            assert client.get("/account").status_code == 200, username
