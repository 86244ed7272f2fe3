"""A finished record is corrected with a reason; what stood there before stays readable, encrypted, and looks are kept."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.accounts.models import AuditEntry
from app.appointments.models import Visit
from app.appointments.service import day, records, retention
from app.appointments.service.booking import book, confirm
from app.core.clock import FixedClock
from app.core.database import db, transaction
from tests.factories import make_user
from tests.visit_scenario import make_visit_scenario, request_for

DAY = dt.date(2026, 3, 10)
PASSWORD = "correct horse battery"


@pytest.fixture
def received(app: Flask, client: FlaskClient, clock: FixedClock) -> Visit:
    """A visit that is over, with a final record; a clerk is signed in."""
    with transaction():
        scenario = make_visit_scenario()
        make_user("clerk", "reception", scenario.office)
        make_user("reader", "auditor", scenario.office)
        visit, _code = book(scenario.office, request_for(1, scenario.key(DAY)))
        confirm(visit, "clerk")
    clock.at = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)
    with transaction():
        for step in (day.check_in, day.call, day.begin, day.end):
            step(visit, "clerk")
        records.finish(visit, "领导答应五月修路", 0, "clerk")
    client.post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    return visit


def test_a_correction_with_a_reason(received: Visit, client: FlaskClient, clock: FixedClock) -> None:
    at = f"/offices/county/visits/{received.id}/record"
    clock.advance(dt.timedelta(days=3))
    assert at in client.get(at.removesuffix("/record")).text, "the record is found after its day, too"
    typed = {"said": "领导答应六月修路", "version": "1"}
    without = client.post(f"{at}/correct", data={**typed, "reason": " "})
    assert without.status_code == 422
    assert "六月" in without.text
    unchanged = client.post(
        f"{at}/correct", data={"said": " 领导答应五月修路", "version": "1", "reason": "误"}
    )
    assert "没有改动" in unchanged.text
    done = client.post(f"{at}/correct", data={**typed, "reason": "月份听错"}, follow_redirects=True)
    assert done.status_code == 200
    assert [done.text.count(word) for word in ("六月修路", "五月修路")] == [1, 1]
    assert "月份听错" in done.text
    assert done.text.index("六月修路") < done.text.index("五月修路")
    stale = client.post(f"{at}/correct", data={"said": "七月", "version": "1", "reason": "又"})
    assert stale.status_code == 409
    assert all(word in stale.text for word in ("七月", "六月修路", 'value="2"'))
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["visit.record_corrected", "visit.read_record"]


def test_earlier_texts_are_secret_copied_and_forgotten(received: Visit) -> None:
    with transaction():
        records.correct(received, "领导答应六月修路", "月份听错", 1, "clerk")
    stored = repr(
        [
            tuple(row)
            for table in ("visit_steps", "audit_entries")
            for row in db.session.execute(text(f"SELECT * FROM {table}"))
        ]
    )
    assert "修路" not in stored
    assert "听错" not in stored
    with transaction():
        copy = retention.export(received)
        assert copy["reception_record_before_corrections"] == ["领导答应五月修路"]
        retention.forget(received, "clerk")
    db.session.expire_all()
    assert records.corrections(received) == []


def test_nobody_else_corrects(received: Visit, client: FlaskClient) -> None:
    client.post("/sign-out")
    client.post("/sign-in", data={"username": "reader", "password": PASSWORD})
    at = f"/offices/county/visits/{received.id}/record/correct"
    assert client.get(at).status_code == 403
    assert client.post(at, data={"said": "x", "version": "1", "reason": "y"}).status_code == 403
