"""What nobody should type: markup, formulas, direction marks, rare characters. It is kept or refused in words."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.appointments.models import Visit
from app.core.database import db, transaction
from tests.factories import make_user
from tests.visit_scenario import VisitScenario, make_visit_scenario

DAY = dt.date(2026, 3, 10)
MARKUP = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)> {{7*7}} 𠮷🙂" + "长" * 300 + "\u202e"
FORM = {
    "name": "示例𠮷",
    "document_kind": "passport",
    "document_number": "E12345678",
    "phone": "13800138000",
    "summary": MARKUP,
    "headcount": "12",
    "mode": "video",
    "company": f"代理人：示例代理\n监护人：示例监护\n翻译：示例翻译\n陪同：{MARKUP[:60]}\n代表：示例代表",
    "consent": "y",
}


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    with transaction():
        scenario = make_visit_scenario(challenge=False)
        make_user("clerk", "reception", scenario.office)
        return scenario


def test_markup_is_text_on_every_page(scenario: VisitScenario, client: FlaskClient) -> None:
    at = f"/o/county/book/at/{scenario.key(DAY)}"
    pages = [client.post(at, data=FORM, follow_redirects=True).text]
    visit = db.session.scalars(select(Visit)).one()
    assert sorted(p.part for p in visit.people) == [
        "agent", "companion", "guardian", "interpreter", "representative",
    ]  # fmt: skip
    assert (visit.headcount, visit.mode, visit.name) == (12, "video", "示例𠮷")
    pages += [client.get(f"/o/county/visit/{page}").text for page in ("mine", "slip", "other")]
    staff = client.application.test_client()
    staff.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    desk = "/offices/county/visits"
    pages += [
        staff.get(f"{desk}{page}").text for page in ("", "/today", f"/{visit.id}", f"/{visit.id}/record")
    ]
    pages.append(staff.post(f"{desk}/{visit.id}/reveal").text)
    pages.append(staff.post(f"{desk}/brief", data={"session_key": visit.session_key}).text)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "\0" not in page
    assert "&lt;script&gt;alert(1)" in pages[-2]
    assert "{{7*7}}" in pages[-2]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "<b>示例", "@SUM(1)"])
def test_a_name_of_signs_is_refused_and_kept_in_the_form(
    scenario: VisitScenario, client: FlaskClient, name: str
) -> None:
    answer = client.post(
        f"/o/county/book/at/{scenario.key(DAY)}", data=FORM | {"name": name, "summary": "积水很深，求助"}
    )
    assert answer.status_code == 422
    assert "真实姓名" in answer.text
    assert "积水很深" in answer.text
    assert db.session.scalar(select(Visit.id)) is None
