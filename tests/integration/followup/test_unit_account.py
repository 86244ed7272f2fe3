"""The contact of a unit signs in: its own matters only, the same page as the link, and nothing once it is closed."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import one_tap
from app.accounts.models import AuditEntry, RoleGrant, User
from app.accounts.queries import Reach
from app.accounts.service import people
from app.core import clock as now
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.service import departments
from app.followup import queries
from app.followup.models import FollowupSettings, Matter, UnitPart
from app.followup.service import matters, units
from app.followup.service.matters import Opening, open_matter
from tests.factories import make_office, make_user
from tests.integration.followup.scenario import Scene, make_scene, make_visit

MONDAY = dt.date(2026, 3, 2)
PASSWORD = "correct horse battery"


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Two units with an account each: "jia" and "yi"."""
    with transaction():
        scene = make_scene()
        for username, unit in zip(("jia", "yi"), scene.units, strict=True):
            make_user(username, "unit", scene.office, department_id=unit.id).name = f"示例联系人{username}"
    return scene


def sign_in(client: FlaskClient, username: str) -> FlaskClient:
    client.post("/sign-in", data={"username": username, "password": PASSWORD})
    return client


def handed(scene: Scene, subject: str = "示例路灯不亮", unit: int = 0, **more: object) -> UnitPart:
    values = {
        "received_on": MONDAY,
        "subject": subject,
        "disposition": "taken_back",
        "account": "详情",
        "units": [scene.units[unit].id],
        **more,
    }
    with transaction():
        return open_matter(scene.office, Opening(**values), "clerk").parts[0]  # type: ignore[arg-type]


def set_due(part: UnitPart, day: dt.date) -> None:
    with transaction():
        db.session.get_one(UnitPart, part.id).due_on = day


def test_signing_in_leads_to_the_own_list_and_the_menu_holds_nothing_else(
    client: FlaskClient, scene: Scene
) -> None:
    handed(scene)
    handed(scene, "别的单位的事", unit=1)
    answer = client.post("/sign-in", data={"username": "jia", "password": PASSWORD}, follow_redirects=True)
    assert answer.request.path == "/our-matters"
    assert "示例路灯不亮" in answer.text
    assert "别的单位的事" not in answer.text
    menu = answer.text.split('class="site-nav"')[1].split("</nav>")[0]
    assert menu.count("<a ") == menu.count("/our-")
    assert "/offices/county" not in answer.text


def test_the_overdue_come_first_and_what_is_done_last(client: FlaskClient, scene: Scene) -> None:
    late, soon, replied, fine = (handed(scene, subject) for subject in ("逾期", "将到期", "已答复", "不急"))
    set_due(late, MONDAY - dt.timedelta(days=3))
    set_due(soon, MONDAY + dt.timedelta(days=2))
    set_due(fine, MONDAY + dt.timedelta(days=50))
    with transaction():
        units.reply(scene.office, db.session.get_one(UnitPart, replied.id), "已办", "clerk")
    page = sign_in(client, "jia").get("/our-matters?lang=en").text
    places = [page.index(subject) for subject in ("逾期", "将到期", "不急", "已答复")]
    assert places == sorted(places)
    assert [words in page for words in ("late by 3 days", "2 days left", "50 days left")] == [True] * 3
    assert "3 to answer" in page
    narrowed = client.get("/our-matters?clock=late").text
    assert "逾期" in narrowed
    assert "不急" not in narrowed
    assert "已答复" in client.get("/our-matters?state=replied").text.split("<tbody>")[1]
    assert "<tbody>" not in client.get("/our-matters?q=无此事").text


def test_what_was_not_handed_over_is_not_seen(client: FlaskClient, scene: Scene) -> None:
    """Before the signatures, withdrawn before them, or answered on the spot: the unit never heard of it."""
    with transaction():
        db.session.add(FollowupSettings(office_id=scene.office.id, sign_offs=1))
    signing, withdrawn = handed(scene, "待签"), handed(scene, "撤回")
    with transaction():
        matters.withdraw(scene.office, db.session.get_one(Matter, withdrawn.matter_id), "撤诉", "clerk")
    spot = handed(scene, "当场答复", disposition="answered", result="已答")
    sign_in(client, "jia")
    assert "<tbody>" not in client.get("/our-matters").text
    assert {client.get(f"/our-matters/{part.id}").status_code for part in (signing, withdrawn, spot)} == {404}


def test_another_units_part_is_not_found_by_guessing(client: FlaskClient, scene: Scene) -> None:
    theirs = handed(scene, "别的单位的事", unit=1)
    sign_in(client, "jia")
    here = f"/our-matters/{theirs.id}"
    assert client.get(here).status_code == 404
    for step, data in (
        ("accept", {}),
        ("not-ours", {"no-text": "不归我管"}),
        ("progress", {"word-text": "在办"}),
        ("progress", {}),
        ("reply", {"reply-text": "已办"}),
        ("reveal", {}),
    ):
        answer = client.post(f"{here}/{step}", data=data)
        assert answer.status_code == 404
        assert "别的单位的事" not in answer.text
    db.session.expire_all()
    part = db.session.get_one(UnitPart, theirs.id)
    assert (part.state, part.reply) == ("told", "")
    assert [entry.what for entry in queries.entries(part.matter_id)] == ["opened"]


STEPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("accept", {}),
    ("progress", {"word-text": "已派人"}),
    ("reply", {"reply-text": "已换灯12盏"}),
)


@pytest.mark.parametrize("door", ["link", "account"])
def test_both_doors_make_the_same_change(client: FlaskClient, scene: Scene, door: str) -> None:
    """What the part and its history hold is the same; only who did it differs."""
    part = handed(scene)
    contact = scene.units[0].contacts[0]
    if door == "link":
        with transaction():
            soon = now.now() + dt.timedelta(days=1)
            link = one_tap.issue(
                "unit_reply", f"part:{part.id}", ("contact", contact.id), scene.office.id, soon
            )
        client.get(f"/t/{link.rpartition('/t/')[2]}")
        client.post("/one-tap", data={"digits": "1234"})
        here, by = "/unit", contact.name
    else:
        sign_in(client, "jia")
        here, by = f"/our-matters/{part.id}", "示例联系人jia"
    for step, data in STEPS:
        sent: dict[str, object] = dict(data)
        if step == "reply":
            sent["reply-file"] = (BytesIO(b"%PDF-1.4\n%%EOF\n"), "答复.pdf")
        assert client.post(f"{here}/{step}", data=sent).status_code == 303, step
    db.session.expire_all()
    part = db.session.get_one(UnitPart, part.id)
    assert (part.state, part.reply, part.accepted_on, part.replied_on) == (
        "replied",
        "已换灯12盏",
        MONDAY,
        MONDAY,
    )
    assert part.matter.state == "replied"
    told = [(e.what, e.text, e.by, e.department_id) for e in queries.entries(part.matter_id)][1:]
    assert told == [
        ("accepted", "", by, scene.units[0].id),
        ("progress", "已派人", by, scene.units[0].id),
        ("replied", "", by, scene.units[0].id),
        ("file", "答复.pdf", by, scene.units[0].id),
    ]
    actors = set(db.session.scalars(select(AuditEntry.actor).where(AuditEntry.action.like("matter.unit_%"))))
    assert actors == {"public page" if door == "link" else by}
    answer = client.get(here)
    assert answer.headers["Cache-Control"] == "no-store"
    shown = answer.text
    assert "已换灯12盏" in shown
    assert "答复.pdf" in shown
    assert "已派人" in shown


def test_not_ours_ends_what_is_seen_of_the_matter(
    client: FlaskClient, scene: Scene, clock: FixedClock
) -> None:
    part = handed(scene, account="某人的家事", instruction="请核实")
    late = handed(scene)
    sign_in(client, "jia")
    here = f"/our-matters/{part.id}"
    assert "某人的家事" in client.get(here).text
    assert client.post(f"{here}/not-ours", data={"no-text": "属民政"}).status_code == 303
    shown = client.get(here).text
    assert "属民政" in shown
    assert "某人的家事" not in shown
    assert "请核实" not in shown
    clock.advance(dt.timedelta(days=30))
    answer = client.post(f"/our-matters/{late.id}/not-ours", data={"no-text": "属民政"})
    assert answer.status_code == 409
    assert "属民政" in answer.text  # nothing typed is lost


def test_the_residents_name_and_phone_are_shown_when_asked_for_and_that_is_written_down(
    client: FlaskClient, scene: Scene
) -> None:
    with transaction():
        visit = make_visit(scene.office.id)
        visit.name, visit.phone = "示例来访人", "+8613800001234"
    part = handed(scene, visit_id=visit.id)
    sign_in(client, "jia")
    here = f"/our-matters/{part.id}"
    for private in ("示例来访人", "13800001234"):
        assert private not in client.get(here).text
        assert private in client.post(f"{here}/reveal").text
    looks = [entry.by for entry in queries.entries(part.matter_id) if entry.what == "revealed"]
    audited = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "visit.reveal")).all()
    assert (looks, len(audited)) == (["示例联系人jia"] * 2, 2)
    client.post(f"{here}/not-ours", data={"no-text": "属民政"})
    assert client.post(f"{here}/reveal").status_code == 404


@pytest.mark.parametrize("how", ["account", "department", "role"])
def test_closed_in_the_middle_of_a_session(client: FlaskClient, scene: Scene, how: str) -> None:
    part = handed(scene)
    sign_in(client, "jia")
    here = f"/our-matters/{part.id}"
    assert client.get(here).status_code == 200
    everything = Reach(frozenset({scene.office.id}), everything=True)
    with transaction():
        user = db.session.scalars(select(User).where(User.username == "jia")).one()
        if how == "account":
            people.deactivate(user, None, everything)
        elif how == "role":
            people.revoke_role(user, user.grants[0].id, everything)
        else:
            departments.close_department(db.session.get_one(type(scene.units[0]), scene.units[0].id), MONDAY)
    gone = (302, 401) if how == "account" else (403, 403)
    assert (client.get(here).status_code, client.post(f"{here}/accept").status_code) == gone
    assert client.get("/our-matters").status_code == gone[0]
    assert db.session.get_one(UnitPart, part.id).state == "told"
    if how == "department":
        assert "/our-" not in client.get("/offices").text
        with transaction():
            departments.close_department(
                db.session.get_one(type(scene.units[0]), scene.units[0].id), MONDAY + dt.timedelta(days=1)
            )
        assert client.get(here).status_code == 200  # closed from tomorrow on: today it still answers


def test_the_database_keeps_a_unit_account_to_one_department(scene: Scene) -> None:
    user = db.session.scalars(select(User).where(User.username == "jia")).one()
    wrong: list[dict[str, Any]] = [
        {"role": "unit", "department_id": None},
        {"role": "reception", "department_id": scene.units[0].id},
        {"role": "unit", "department_id": scene.units[1].id},  # a second one
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction():
            db.session.add(RoleGrant(user_id=user.id, office_id=scene.office.id, **values))
            db.session.flush()
    with pytest.raises(IntegrityError), transaction():  # a department of another office
        other = make_office("other", "county")
        make_user("bing", "unit", other, department_id=scene.units[0].id)
