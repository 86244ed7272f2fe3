"""A step that cannot be done is shown again with what was typed; a unit's file is kept with its reply."""

import datetime as dt
import io
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.followup import queries
from app.followup.models import Matter
from app.followup.service import limits, matters
from app.followup.service.matters import Opening, open_matter
from tests.integration.followup.scenario import Scene, make_scene
from tests.integration.followup.test_public import open_link

MONDAY = dt.date(2026, 3, 2)
LONG = "甲" * 5001


@pytest.fixture
def scene(app: Flask) -> Scene:
    with transaction():
        return make_scene()


@pytest.fixture
def matter(scene: Scene, client: FlaskClient) -> Matter:
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    return opened(scene)


def opened(scene: Scene) -> Matter:
    with transaction():
        opening = Opening(MONDAY, "示例路灯不亮", "taken_back", units=[scene.units[0].id])
        return open_matter(scene.office, opening, "clerk")


def test_a_step_that_was_filled_in_wrongly_stands_open_as_it_was(
    client: FlaskClient, scene: Scene, matter: Matter
) -> None:
    part = matter.parts[0].id
    for step, data, kept in (
        ("extend", {"extend-days": "99", "extend-text": "需要鉴定"}, "需要鉴定</textarea>"),
        (
            "pause",
            {"pause-first": "2026-03-09", "pause-last": "2026-03-02", "pause-text": "鉴定"},
            "2026-03-09",
        ),
        ("close", {"close-text": LONG}, LONG),
        ("withdraw", {"withdraw-text": LONG}, LONG),
        (f"units/{part}/reply", {f"part{part}-text": LONG}, LONG),
        (f"units/{part}/progress", {f"part{part}-text": LONG}, LONG),
    ):
        answer = client.post(f"/offices/county/matters/{matter.id}/{step}", data=data)
        assert answer.status_code == 422, step
        assert answer.text.count('<details class="step" open>') + answer.text.count('no-print" open>') == 1, (
            step
        )
        assert kept in answer.text, step


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("matters/new", {"received_on": "9999-12-31"}),
        ("matters/new", {"received_on": "2026-03-03"}),
        ("matters/new", {"received_on": "0026-03-02"}),
        ("accept", {"accept-day": "2026-03-03"}),
        ("accept", {"accept-day": "2026-03-01"}),
        ("accept", {"accept-day": "9999-12-31"}),
        ("pause", {"pause-first": "2026-03-02", "pause-last": "9999-12-31", "pause-text": "鉴定"}),
    ],
)
def test_days_nobody_can_mean_are_said(
    client: FlaskClient, matter: Matter, step: str, data: dict[str, str]
) -> None:
    before = matter.due_on
    where = step if "/" in step else f"matters/{matter.id}/{step}"
    opening = {"subject": "示例", "disposition": "raised", "duty_leader": 0, "case_leader": 0, "main_unit": 0}
    answer = client.post(f"/offices/county/{where}", data={**opening, **data})
    assert answer.status_code == 422
    assert all(typed in answer.text for typed in data.values())
    db.session.expire_all()
    assert matter.due_on == before


def test_a_step_that_is_over_gives_back_what_was_written(
    client: FlaskClient, scene: Scene, matter: Matter
) -> None:
    here = f"/offices/county/matters/{matter.id}"
    with transaction():
        limits.extend(scene.office, matter, 10, "需要鉴定", "chief")
    answer = client.post(f"{here}/extend", data={"extend-days": "5", "extend-text": "还要再鉴定"})
    assert answer.status_code == 409
    assert "办理期限只能延长一次" in answer.text
    assert "还要再鉴定" in answer.text
    with transaction():
        matters.close(scene.office, queries.get_matter(scene.office.id, matter.id), "已解决", "chief")
    answer = client.post(f"{here}/close", data={"close-text": "我写的结果"})
    assert answer.status_code == 409
    assert "我写的结果" in answer.text


def test_a_unit_s_written_reply_comes_with_its_file(
    client: FlaskClient, scene: Scene, clock: FixedClock
) -> None:
    matter = opened(scene)
    where = urlsplit(open_link(client, scene, matter, clock))
    here = f"{where.path}/reply?{where.query}"
    wrong = client.post(here, data={"reply-text": "已换灯", "reply-file": (io.BytesIO(b"MZ"), "答复.exe")})
    assert wrong.status_code == 422
    assert "已换灯</textarea>" in wrong.text
    paper = (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "答复.pdf")
    assert client.post(here, data={"reply-text": "已换灯", "reply-file": paper}).status_code == 303
    assert "答复.pdf" in client.get(where.geturl()).text
    db.session.expire_all()
    assert [file.department_id for file in queries.files(matter.id)] == [scene.units[0].id]


def test_not_ours_too_late_by_link_keeps_the_reason(
    client: FlaskClient, scene: Scene, clock: FixedClock
) -> None:
    matter = opened(scene)
    where = urlsplit(open_link(client, scene, matter, clock))
    clock.at += dt.timedelta(days=8)
    answer = client.post(f"{where.path}/not-ours?{where.query}", data={"no-text": "属水利部门"})
    assert answer.status_code == 409
    assert "届满" in answer.text
    assert "属水利部门" in answer.text
