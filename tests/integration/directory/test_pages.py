"""Every page of the directory answers, in both languages, with something and with nothing in it."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database import db, transaction
from app.directory import service
from app.directory.models import Contact, Department, Leader, LeaderFacet, Office, Room
from app.directory.service import ContactDetails, DepartmentDetails, RoomDetails
from tests.factories import make_leader, make_office
from tests.integration.directory.support import sign_in

PAGES = (
    "/offices",
    "/offices/county/",
    "/offices/county/edit",
    "/offices/county/close",
    "/offices/county/offices/new",
    "/offices/county/rooms",
    "/offices/county/rooms/new",
    "/offices/county/leaders",
    "/offices/county/leaders?q=x",
    "/offices/county/leaders/new",
    "/offices/county/leaders/import",
    "/offices/county/departments",
    "/offices/county/departments?q=x",
    "/offices/county/departments/new",
)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_of_an_empty_office(app: Flask, client: FlaskClient, language: str) -> None:
    sign_in(client)
    for page in PAGES:
        answer = client.get(page, headers={"Accept-Language": language})
        assert answer.status_code == 200, page
        assert answer.text.count("<h1") == 1, page
        ids = re.findall(r'\sid="([^"]+)"', answer.text)
        assert len(ids) == len(set(ids)), page


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_of_a_filled_office(app: Flask, client: FlaskClient, language: str) -> None:
    office = sign_in(client)
    with transaction():
        make_office("town-01", "township", db.session.get(Office, office.id), "青山镇人民政府")
        leader = make_leader(office, "曾小明")
        leader.phone = "13800001234"
        leader.facets.append(LeaderFacet(kind="sector", value="教育", last_day=dt.date(2025, 12, 31)))
        leader.facets.append(LeaderFacet(kind="township", value="青山镇", first_day=dt.date(2026, 6, 1)))
        room = service.add_room(office, RoomDetails("一号接待室"))
        department = service.add_department(office, DepartmentDetails("县教育局", "教育"))
        contact = service.add_contact(department, ContactDetails("李四", "13900005678", "li@example.org"))
        service.add_contact(department, ContactDetails("王五")).last_day = dt.date(2026, 1, 1)
    one = f"/offices/county/leaders/{leader.id}"
    unit = f"/offices/county/departments/{department.id}"
    facet = leader.facets[0].id
    more = (
        one, f"{one}?on=2025-06-01", f"{one}?on=nonsense", f"{one}/edit", f"{one}/end", f"{one}/facts/post",
        f"{one}/facts/{facet}/correct", f"{one}/facts/{facet}/end", unit, f"{unit}/edit", f"{unit}/close",
        f"{unit}/contacts/new", f"{unit}/contacts/{contact.id}/edit", f"{unit}/contacts/{contact.id}/end",
        f"/offices/county/rooms/{room.id}/edit", f"/offices/county/rooms/{room.id}/close",
    )  # fmt: skip
    for page in PAGES + more:
        answer = client.get(page, headers={"Accept-Language": language})
        assert answer.status_code == 200, page
        assert answer.text.count("<h1") == 1, page
        ids = re.findall(r'\sid="([^"]+)"', answer.text)
        assert len(ids) == len(set(ids)), page
        assert "13800001234" not in answer.text or page.endswith("edit"), page
        assert "13900005678" not in answer.text or page.endswith("edit"), page


def test_nothing_of_another_office_can_be_reached(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    with transaction():
        other = make_office("other")
        leader = make_leader(other)
        room = Room(office_id=other.id, name="r")
        department = Department(office_id=other.id, name="d", contacts=[Contact(name="c")])
        db.session.add_all([room, department])
    for path in (f"leaders/{leader.id}", f"rooms/{room.id}/edit", f"departments/{department.id}"):
        assert client.get(f"/offices/county/{path}").status_code == 404


def test_someone_who_may_only_look_sees_no_buttons_and_may_not_press_them(
    app: Flask, client: FlaskClient
) -> None:
    office = sign_in(client, "reception")
    with transaction():
        leader = make_leader(office, "张三")
    page = client.get("/offices/county/leaders").text
    assert "张三" in page
    assert "/leaders/new" not in page
    assert client.get("/offices/county/leaders/new").status_code == 403
    assert client.post(f"/offices/county/leaders/{leader.id}/restore").status_code == 403
    assert client.post("/offices/county/leaders.xlsx").status_code == 403
    assert db.session.get(Leader, leader.id) is not None
