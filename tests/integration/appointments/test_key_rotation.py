"""Field keys rotate: both are read, everything is sealed again under the new one, and then the old one can go."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, select, type_coerce

from app.appointments import vault
from app.appointments.codes import code_fits
from app.appointments.finding import Filter, list_visits, suggest_same
from app.appointments.models import Attachment, Visit
from app.appointments.service import papers
from app.appointments.service.booking import book
from app.core import rotation
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.encryption import Encrypted
from app.factory import create_app
from tests.conftest import NOON, settings_for
from tests.visit_scenario import make_visit_scenario, request_for

PICTURE = b"\xff\xd8\xff\xe0" + bytes(64)
OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def opened(database_url: str, folder: Path, keys: dict[int, bytes]) -> Flask:
    """The application with these keys."""
    return create_app(replace(settings_for(database_url, folder), field_keys=keys), FixedClock(NOON))


def key_ids() -> set[int]:
    """The ids of the keys that stored values are under."""
    found = set()
    for table in rotation.encrypted_tables():
        for column in table.columns:
            if isinstance(column.type, Encrypted):
                raw = select(type_coerce(column, LargeBinary)).where(column.is_not(None))
                found |= {bytes(blob)[0] for blob in db.session.scalars(raw)}
    return found


def test_old_then_both_then_new_alone(
    app: Flask, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)  # several batches, cheaply
    with opened(database_url, tmp_path, {1: OLD}).app_context(), transaction():
        scenario = make_visit_scenario()
        visits = [book(scenario.office, request_for(n)) for n in range(5)]
        key = papers.add(visits[0][0], "照片.jpg", PICTURE).key
        code, office_id = visits[0][1], scenario.office.id
    both = opened(database_url, tmp_path, {1: OLD, 2: NEW})
    with both.app_context():
        with transaction():
            book(scenario.office, request_for(9, name="示例居民0", phone="+8613800000000"))
        assert key_ids() == {1, 2}
        found, _more = list_visits(office_id, Filter(words="示例居民0"))
        assert len(found) == 2, "under the old key and under the new one"
        assert {one.same for one in suggest_same(found[0], 100)} == {"phone"}
        table = next(t for t in rotation.encrypted_tables() if t.name == "visits")
        with transaction():
            rotation.rotate_batch(table, None)  # a run that is broken off after one batch
        db.session.rollback()
        first, second = (both.test_cli_runner().invoke(args=["keys", "rotate"]) for _ in range(2))
        assert first.exit_code == 0, first.output
        assert "visits: 3 rows" in first.output
        assert "1 of 1 files" in first.output
        assert "0 rows and files were changed" in second.output
    with opened(database_url, tmp_path, {2: NEW}).app_context():
        assert key_ids() == {2}
        assert vault.read(db.session.scalars(select(Attachment.key)).one()) == PICTURE
        assert vault.keys_on_disk() == {key}
        found, _more = list_visits(office_id, Filter(words="示例居民0"))
        assert len(found) == 2
        first_visit = db.session.scalars(select(Visit).order_by(Visit.id)).first()
        assert first_visit is not None
        assert first_visit.summary == "第0件示例诉求：小区道路积水"
        assert code_fits(first_visit, code), "the resident's slip is still good"
