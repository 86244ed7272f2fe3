"""Results for the public: nothing personal, after a person read them; the unit's link."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import one_tap
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.followup import queries
from app.followup.errors import PersonalDataLeft
from app.followup.models import Matter
from app.followup.service import matters, results
from app.followup.service.matters import Opening, open_matter
from app.followup.service.papers import add_paper
from tests.integration.followup.scenario import Scene, make_scene

MONDAY = dt.date(2026, 3, 2)


@pytest.fixture
def scene(app: Flask) -> Scene:
    with transaction():
        return make_scene()


def closed(scene: Scene) -> Matter:
    with transaction():
        opening = Opening(
            MONDAY, "示例路灯不亮", "taken_back", account="王密探反映", units=[scene.units[0].id]
        )
        matter = open_matter(scene.office, opening, "clerk")
        matters.close(scene.office, matter, "已修好，王密探满意", "clerk")
    return matter


def test_known_names_never_become_public(scene: Scene, client: FlaskClient) -> None:
    matter = closed(scene)
    with pytest.raises(PersonalDataLeft), transaction():
        results.publish(scene.office, matter, "王密探满意", ["王密探"], True, "clerk")
    with pytest.raises(PersonalDataLeft), transaction():
        results.publish(scene.office, matter, "住3号楼", [], False, "clerk")
    with transaction():
        results.publish(scene.office, matter, "路灯12盏已全部修好", ["王密探"], False, "clerk")
    page = client.get("/o/county/results").text
    assert "路灯12盏" in page
    assert "王密探" not in page
    with transaction():
        results.withdraw(scene.office, matter)
    assert "路灯12盏" not in client.get("/o/county/results").text


def test_what_looks_personal_is_marked_and_typed_text_stays(scene: Scene, client: FlaskClient) -> None:
    matter = closed(scene)
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    here = f"/offices/county/matters/{matter.id}/public"
    answer = client.post(here, data={"text": "电话13800138000已接通", "step": "publish"})
    assert answer.status_code == 422
    assert "<mark>13800138000</mark>" in answer.text
    assert client.post(here, data={"text": "热线已接通", "step": "publish"}).status_code == 303


def open_link(client: FlaskClient, scene: Scene, matter: Matter, clock: FixedClock) -> str:
    contact = scene.units[0].contacts[0]
    with transaction():
        url = one_tap.issue(
            "unit_reply",
            f"unit:{matter.parts[0].id}",
            ("contact", contact.id),
            scene.office.id,
            clock.now() + dt.timedelta(days=30),
        )
    answer = client.get(urlsplit(url).path, follow_redirects=True)
    answer = client.post(
        answer.request.path + "?" + answer.request.query_string.decode(), data={"digits": "1234"}
    )
    return str(answer.location)


def test_a_unit_answers_through_its_link(scene: Scene, client: FlaskClient, clock: FixedClock) -> None:
    with transaction():
        opening = Opening(MONDAY, "示例路灯不亮", "taken_back", units=[scene.units[0].id])
        matter = open_matter(scene.office, opening, "clerk")
    where = open_link(client, scene, matter, clock)
    page = client.get(where)
    assert "示例路灯不亮" in page.text
    query = urlsplit(where).query
    assert client.post(f"/unit/accept?{query}").status_code == 303
    client.post(f"/unit/reply?{query}", data={"reply-text": "已换灯12盏"})
    db.session.expire_all()
    found = queries.get_matter(scene.office.id, matter.id)
    assert (found.state, found.parts[0].state) == ("replied", "replied")
    assert "已换灯12盏" in client.get(where).text
    again = client.post(f"/unit/accept?{query}", follow_redirects=True)
    assert "看最新情况" in again.text or "Look at it" in again.text


def test_a_paper_with_a_chinese_name_is_sent_in_letters_headers_have(
    scene: Scene, client: FlaskClient
) -> None:
    with transaction():
        opening = Opening(MONDAY, "示例路灯不亮", "taken_back", units=[scene.units[0].id])
        matter = open_matter(scene.office, opening, "clerk")
        file = add_paper(scene.office, matter, "答复.pdf", b"%PDF-1.4\n%%EOF\n", "clerk")
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    answer = client.get(f"/offices/county/matters/{matter.id}/papers/{file.id}")
    named = answer.headers["Content-Disposition"]
    assert named == "attachment; filename*=UTF-8''%E7%AD%94%E5%A4%8D.pdf"
    assert answer.data == b"%PDF-1.4\n%%EOF\n"
