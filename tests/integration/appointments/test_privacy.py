"""Secrets planted in every field of a visit: none in any public byte, in the audit trail, a log or readable storage."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.accounts.models import AuditEntry
from app.appointments import vault
from app.appointments.models import Attachment, Recusal, Visit, VisitPerson
from app.appointments.service import papers, records, retention, screening
from app.appointments.service.booking import Person, book, confirm
from app.appointments.service.day import begin, call, check_in, end
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.errors import Conflict
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for, set_policy

DAY = dt.date(2026, 3, 10)
SECRETS = ("秘名字", "E9988776", "13912345678", "秘密诉求", "秘同伴", "秘答复", "秘回避", "秘记录", "秘文件")
JPEG = b"\xff\xd8\xff\xe0" + "秘图片".encode() * 20


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    with transaction():
        return make_visit_scenario()


@pytest.fixture
def planted(scenario: VisitScenario, clock: FixedClock) -> Visit:
    """A visit that went all the way, with a secret in every field that takes one."""
    request = request_for(
        1,
        scenario.key(DAY),
        name="秘名字",
        document_number="E9988776",
        phone="+8613912345678",
        summary="秘密诉求内容",
        people=[Person("interpreter", "秘同伴", note="秘同伴")],
    )
    with transaction():
        visit, _code = book(scenario.office, request)
        papers.add(visit, "秘文件.jpg", JPEG)
        confirm(visit, "clerk")
        visit.answer = "秘答复"
        other = next(leader for leader in scenario.leaders if leader.id != visit.leader_id)
        screening.recuse(visit, other, "秘回避", "clerk")
    clock.at = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)
    with transaction():
        for step in (check_in, call, begin):
            step(visit, "clerk")
        records.save_draft(visit, "秘记录", 0, "clerk")
        end(visit, "clerk")
    return visit


def test_no_public_byte_and_no_log_holds_a_secret(
    app: Flask, planted: Visit, client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" in (rule.methods or ()) and getattr(view, "access", "") == "public":
            path = rule.rule.replace("<office_code>", "county").replace("<int:year>", "2026")
            path = path.replace("<session_key>", f"r1:{DAY}:day")
            if "<" in path:
                continue
            page = client.get(path).text
            assert [secret for secret in SECRETS if secret in page] == [], path
    logged = "".join(capfd.readouterr())
    assert [secret for secret in SECRETS if secret in logged] == []


def test_the_audit_trail_and_the_storage_hold_no_secret(app: Flask, planted: Visit, tmp_path: Path) -> None:
    trail = json.dumps(
        [[e.subject, e.before, e.after, e.actor] for e in db.session.scalars(select(AuditEntry))],
        ensure_ascii=False,
    )
    rows = repr(
        [
            list(row)
            for table in db.metadata.tables
            for row in db.session.execute(text(f"SELECT * FROM {table}"))
        ]
    )
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*.sealed"))
    assert files, "the file is there, and sealed"
    assert [s for s in SECRETS if s in trail or s in rows or s.encode() in files] == []
    assert "秘图片".encode() not in files


def test_retention_is_shown_first_and_then_removes_everything_personal(
    scenario: VisitScenario, planted: Visit, clock: FixedClock
) -> None:
    with transaction():
        set_policy(scenario.office, months_received=12, months_attachments=3)
    clock.advance(dt.timedelta(days=91))
    found = retention.due(scenario.office.id)
    assert (found.visits, len(found.files)) == ((), 1)
    with transaction():
        retention.purge(scenario.office.id)
    assert vault.keys_on_disk() == set()
    clock.advance(dt.timedelta(days=300))
    assert retention.due(scenario.office.id).visits == (planted.id,)
    with transaction():
        retention.purge(scenario.office.id)
    db.session.expire_all()
    kept = (planted.name, planted.phone, planted.document_number, planted.summary, planted.answer)
    assert kept == ("", "", "", "", "")
    assert (planted.name_index, planted.phone_index, planted.document_index) == (None, None, None)
    assert (planted.state, planted.on_date) == ("closed", DAY)
    assert db.session.scalar(select(VisitPerson.id)) is None
    assert db.session.scalars(select(Recusal.reason)).one() == ""
    assert db.session.scalars(select(Attachment.name)).one() == ""
    record = records.find(planted)
    assert record is not None
    assert record.said == ""


def test_a_copy_and_a_correction(scenario: VisitScenario, planted: Visit) -> None:
    with transaction():
        copy: Any = retention.export(planted)
    assert (copy["name"], copy["account"], copy["files"]) == ("秘名字", "秘密诉求内容", ["秘文件.jpg"])
    with transaction():
        retention.correct(planted, "示例更正", "E1234567", "+8613800138000")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.after == {"fields": ["name", "document", "phone"]}


def test_an_open_visit_is_not_forgotten(scenario: VisitScenario) -> None:
    with transaction():
        visit, _code = book(scenario.office, request_for(1, scenario.key(DAY)))
    with pytest.raises(Conflict), transaction():
        retention.forget(visit, "clerk")
