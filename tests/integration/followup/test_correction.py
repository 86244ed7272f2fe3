"""A matter entered wrongly is put right: clocks, history and audit trail follow; signatures start anew."""

import datetime as dt
import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.models import AuditEntry
from app.appointments import jobs as visit_jobs
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.followup import jobs, queries
from app.followup.errors import MatterMoved
from app.followup.models import FollowupSettings, Matter
from app.followup.service import limits, units
from app.followup.service.matters import Opening, close, open_matter, sign
from tests.factories import make_user
from tests.integration.followup.scenario import Scene, make_scene, make_visit

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


def test_a_signature_is_for_the_text_that_was_read(clerk: FlaskClient, scene: Scene) -> None:
    with transaction():
        db.session.add(FollowupSettings(office_id=scene.office.id, sign_offs=2))
    matter = opened(scene)
    here = f"/offices/{scene.office.code}/matters/{matter.id}"
    read = matter.version
    assert f'name="version" value="{read}"' in clerk.get(here).text
    assert clerk.post(f"{here}/correct", data=sent(matter, instruction="限期办结")).status_code == 303
    assert clerk.post(f"{here}/sign", data={"version": read}).status_code == 409
    assert queries.signatures(matter.id) == []
    assert clerk.post(f"{here}/sign", data={"version": read + 1}).status_code == 303
    assert len(queries.signatures(matter.id)) == 1


def test_what_is_written_after_a_purge_has_its_own_end(
    clerk: FlaskClient, scene: Scene, clock: FixedClock
) -> None:
    with transaction():
        visit = make_visit(scene.office.id)
        visit.ended_at = clock.now()
        matter = open_matter(
            scene.office, Opening(MONDAY, "示例", "taken_back", account="密事", visit_id=visit.id), "clerk"
        )
    clock.advance(dt.timedelta(days=3000))
    visit_jobs.purge()
    db.session.expire_all()
    assert matter.account == ""
    with transaction():
        close(scene.office, matter, "密事已办", "clerk")
    jobs.purge()
    assert db.session.get_one(Matter, matter.id).result == "密事已办"
    clock.advance(dt.timedelta(days=3000))
    jobs.purge()
    db.session.expire_all()
    assert (matter.result, matter.purged_at) == ("", clock.now())


def test_a_reply_and_the_leaders_date_at_once_wait_for_each_other_in_one_order(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The date changes the matter and then its parts; so the reply holds the matter before its part."""
    matter = opened(scene)
    failed: list[BaseException] = []

    def set_date() -> None:
        with app.app_context():
            try:
                with transaction():
                    found = db.session.get_one(Matter, matter_id)
                    office = db.session.get_one(type(scene.office), office_id)
                    limits.set_leader_day(office, found, dt.date(2026, 3, 18), "限期", "clerk")
            except MatterMoved:  # it waited, and is told to look again
                return
            except SQLAlchemyError as error:
                failed.append(error)

    office_id, matter_id, tell = scene.office.id, matter.id, units._tell
    other = threading.Thread(target=set_date)

    def tell_later(*values: Any) -> None:
        """The part is written; now the other one comes, and gets as far as it can."""
        other.start()
        other.join(1)
        tell(*values)

    monkeypatch.setattr(units, "_tell", tell_later)
    with transaction():
        units.reply(scene.office, matter.parts[0], "已换灯12盏", "unit")
    other.join(20)
    db.session.expire_all()
    assert not failed
    assert matter.state == "replied"
