"""A matter entered wrongly is put right: clocks, history and audit trail follow; signatures start anew."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.core.database import db, transaction
from app.followup import queries
from app.followup.models import FollowupSettings, Matter
from app.followup.service.matters import Opening, open_matter, sign
from tests.factories import make_user
from tests.integration.followup.scenario import Scene, make_scene

MONDAY = dt.date(2026, 3, 2)
PASSWORD = "correct horse battery"


@pytest.fixture
def scene(app: Flask) -> Scene:
    with transaction():
        return make_scene()


def opened(scene: Scene) -> Matter:
    with transaction():
        opening = Opening(MONDAY, "示例路灯不亮", "taken_back", account="密事", units=[scene.units[0].id])
        return open_matter(scene.office, opening, "clerk")


def sent(matter: Matter, **changes: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "received_on": "2026-03-02",
        "subject": "示例路灯不亮",
        "urgency": "normal",
        "account": "密事",
        "duty_leader": "0",
        "case_leader": "0",
        "version": str(matter.version),
        "reason": "录入有误",
    }
    return plain | changes


@pytest.fixture
def clerk(client: FlaskClient, scene: Scene) -> FlaskClient:
    del scene
    client.post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    return client


def test_another_leader_and_urgency_count_the_clocks_again(clerk: FlaskClient, scene: Scene) -> None:
    matter = opened(scene)
    here = f"/offices/{scene.office.code}/matters/{matter.id}"
    assert "示例路灯不亮" in clerk.get(f"{here}/correct").text
    change = sent(matter, urgency="urgent", case_leader=str(scene.leaders[1].id), account="另一件密事")
    assert clerk.post(f"{here}/correct", data=change).status_code == 303
    db.session.expire_all()
    matter = db.session.get_one(Matter, matter.id)
    assert (matter.case_leader, matter.account) == (scene.leaders[1], "另一件密事")
    assert matter.due_on == matter.parts[0].due_on == dt.date(2026, 3, 17)  # 15 days
    line = queries.entries(matter.id)[-1]
    assert (line.what, line.by) == ("corrected", "clerk")
    assert line.text.split("\n") == ["反映事项, 缓急, 包案领导", "录入有误"]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "matter.change")).one()
    assert entry.after is not None
    assert entry.after["fields"] == ["account", "urgency", "case_leader_id"]
    assert "密事" not in str(entry.before) + str(entry.after)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "内容没有改动"),
        ({"subject": "改了", "reason": " "}, "请写明理由"),
        ({"subject": "改了", "version": "0"}, "刚被他人更新"),
        ({"received_on": "2026-03-03"}, "还没有到"),
        ({"subject": ""}, "请填写"),
    ],
)
def test_what_cannot_be_corrected_is_said_and_nothing_typed_is_lost(
    clerk: FlaskClient, scene: Scene, changes: dict[str, str], sentence: str
) -> None:
    matter = opened(scene)
    answer = clerk.post(
        f"/offices/{scene.office.code}/matters/{matter.id}/correct",
        data=sent(matter, **changes) | {"instruction": "限期办结" if changes else ""},
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("限期办结" in answer.text) == bool(changes)
    db.session.expire_all()
    assert db.session.get_one(Matter, matter.id).subject == "示例路灯不亮"


def test_a_signature_was_under_the_old_text(clerk: FlaskClient, scene: Scene) -> None:
    with transaction():
        db.session.add(FollowupSettings(office_id=scene.office.id, sign_offs=2))
        signer = make_user("signer", "reception", scene.office)
    matter = opened(scene)
    with transaction():
        sign(scene.office, db.session.get_one(Matter, matter.id), signer.id, "signer")
    here = f"/offices/{scene.office.code}/matters/{matter.id}/correct"
    assert "重新签批" in clerk.get(here).text
    assert clerk.post(here, data=sent(matter, subject="示例路灯全不亮")).status_code == 303
    assert queries.signatures(matter.id) == []
