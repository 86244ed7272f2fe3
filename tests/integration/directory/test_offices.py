"""Offices, rooms, departments and contacts through the web."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from app.core.database import db, transaction
from app.core.events import subscribe
from app.directory import queries
from app.directory.events import OfficeClosed
from app.directory.models import Office
from tests.factories import make_leader, make_office
from tests.integration.directory.support import audit_actions, counted_queries, sign_in


@pytest.fixture
def city(client: FlaskClient) -> Office:
    """A city with a county and a township; the city's administrator is signed in."""
    with transaction():
        city = make_office("city", "city", name="示例市信访局")
        county = make_office("county", "county", city, "单县信访局")
        make_office("town-01", "township", county, "青山镇人民政府")
    return sign_in(client, "administrator", city)


def rows(client: FlaskClient, query: str = "") -> list[str]:
    """The codes in the tree, from top to bottom."""
    return [part.split("</code>")[0] for part in client.get(f"/offices?{query}").text.split("<code>")[1:]]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["city", "county", "town-01"]),
        ("q=town", ["city", "county", "town-01"]),
        ("q=qsz", ["city", "county", "town-01"]),
        ("q=shanx", ["city", "county"]),
        ("q=市", ["city"]),
        ("q=nothing", []),
    ],
)
def test_the_tree_keeps_what_is_above_a_match(
    city: Office, client: FlaskClient, query: str, codes: list[str]
) -> None:
    assert rows(client, query) == codes


def test_the_tree_begins_where_the_person_may_look(app: Flask, client: FlaskClient) -> None:
    with transaction():
        county = make_office("county", "county", make_office("city", "city"))
        make_office("town-01", "township", county)
    sign_in(client, "scheduler", county)
    assert rows(client) == ["county", "town-01"]


def test_what_is_missing_is_said(city: Office, client: FlaskClient) -> None:
    assert client.get("/offices").text.count("tag-wait") == 6
    with transaction():
        make_leader(queries.get_office("town-01"))
    assert client.get("/offices").text.count("tag-wait") == 5


def test_an_office_is_added_edited_closed_reopened(city: Office, client: FlaskClient) -> None:
    closed: list[OfficeClosed] = []
    subscribe(OfficeClosed, closed.append)
    data = {"code": "Town-02", "kind": "township", "name": "东河镇人民政府", "timezone": "Asia/Shanghai"}
    assert client.post("/offices/county/offices/new", data=data).status_code == 302
    assert rows(client) == ["city", "county", "town-01", "town-02"]
    assert "alert-danger" in client.post("/offices/county/offices/new", data=data).text, "codes are unique"
    bad = client.post("/offices/county/offices/new", data=data | {"code": "中文"})
    assert bad.status_code == 422
    deeper = client.post("/offices/town-02/offices/new", data=data | {"code": "town-03"})
    assert "alert-danger" in deeper.text, "nothing stands below a township"
    edit = {"name": "东河镇", "phone": "0371-12345678", "timezone": "Asia/Nowhere"}
    assert client.post("/offices/town-02/edit", data=edit).status_code == 422
    assert client.post("/offices/town-02/edit", data=edit | {"timezone": "Asia/Urumqi"}).status_code == 302
    assert queries.get_office("town-02").timezone == "Asia/Urumqi"
    refused = client.post("/offices/county/close", data={"day": "2026-04-01"})
    assert "东河镇" in refused.text, "offices below are still open"
    assert client.post("/offices/town-02/close", data={"day": "2026-04-01"}).status_code == 302
    assert closed[-1].day == dt.date(2026, 4, 1)
    assert rows(client) == ["city", "county", "town-01"]
    assert rows(client, "closed=1") == ["city", "county", "town-01", "town-02"]
    assert client.post("/offices/town-02/reopen").status_code == 302
    assert audit_actions() == ["office.add", "office.edit", "office.close", "office.reopen"]


def test_rooms(city: Office, client: FlaskClient) -> None:
    base = "/offices/county/rooms"
    assert client.post(f"{base}/new", data={"name": "一号接待室", "place": "一楼"}).status_code == 302
    assert "alert-danger" in client.post(f"{base}/new", data={"name": "一号接待室"}).text
    room = queries.list_rooms(queries.get_office("county").id)[0]
    assert client.post(f"{base}/{room.id}/edit", data={"name": "二号接待室"}).status_code == 302
    page = client.post(f"{base}/{room.id}/close", data={"day": "2026-03-02"}, follow_redirects=True).text
    assert f'action="{base}/{room.id}/reopen"' in page
    assert client.post(f"{base}/{room.id}/reopen").status_code == 302
    assert audit_actions() == ["room.add", "room.edit", "room.close", "room.reopen"]


def test_departments_and_contacts(city: Office, client: FlaskClient) -> None:
    base = "/offices/county/departments"
    assert client.post(f"{base}/new", data={"name": "单县教育局", "sectors": "教育,体育"}).status_code == 302
    assert "alert-danger" in client.post(f"{base}/new", data={"name": "单县教育局"}).text
    department = queries.list_departments(queries.get_office("county").id)[0]
    assert department.sectors == "教育、体育"
    unit = f"{base}/{department.id}"
    data = {"name": "曾小明", "phone": "13900001111", "email": "zeng@example.org"}
    assert client.post(f"{unit}/contacts/new", data=data | {"email": "nowhere"}).status_code == 422
    assert client.post(f"{unit}/contacts/new", data=data).status_code == 302
    db.session.rollback()
    contact = queries.get_department(queries.get_office("county").id, department.id).contacts[0]
    page = client.get(unit).text
    assert "139****1111" in page
    assert "z***@example.org" in page
    assert "13900001111" not in page
    revealed = client.post(f"{unit}/contacts/{contact.id}/reveal")
    assert "13900001111" in revealed.text
    assert "zeng@example.org" in revealed.text
    edited = data | {"phone": "13900002222"}
    assert client.post(f"{unit}/contacts/{contact.id}/edit", data=edited).status_code == 302
    assert client.post(f"{unit}/contacts/{contact.id}/end", data={"day": "2026-03-01"}).status_code == 302
    assert client.post(f"{unit}/contacts/{contact.id}/restore").status_code == 302
    for words in ("jiaoyu", "体育", "zxm"):
        assert "单县教育局" in client.get(f"{base}?q={words}").text.split('id="results"')[1]
    assert "单县教育局" not in client.get(f"{base}?q=nothing").text.split('id="results"')[1]
    assert client.post(f"{unit}/edit", data={"name": "教育局", "sectors": "教育"}).status_code == 302
    assert client.post(f"{unit}/close", data={"day": "2026-03-02"}).status_code == 302
    assert client.post(f"{unit}/reopen").status_code == 302
    assert audit_actions() == [
        "department.add", "contact.add", "contact.phone.view", "contact.edit", "contact.end", "contact.restore",
        "department.edit", "department.close", "department.reopen",
    ]  # fmt: skip


def test_features_above_put_cards_on_the_start_page(city: Office, client: FlaskClient, app: Flask) -> None:
    app.extensions["overview_cards"].append(
        lambda office: Markup("<section>card of {}</section>").format(office.code)
    )
    app.extensions["overview_cards"].append(lambda _office: None)
    assert "<section>card of county</section>" in client.get("/offices/county/").text


def test_the_office_and_all_above_it_are_found_in_one_query(city: Office) -> None:
    db.session.rollback()
    db.session.expunge_all()
    with counted_queries() as sent:
        town = queries.find_office("town-01")
        assert town is not None
        assert len(queries.office_path(town)) == 3
    assert len(sent) == 1, sent


@pytest.mark.parametrize(
    "address", ["/offices", "/offices?q=town", "/offices/county/", "/offices/county/departments"]
)
def test_the_number_of_queries_does_not_grow_with_the_offices(
    city: Office, client: FlaskClient, address: str
) -> None:
    client.post("/offices/county/departments/new", data={"name": "单位"})
    client.get(address)
    with counted_queries() as few:
        client.get(address)
    with transaction():
        county = queries.get_office("county")
        for number in range(2, 27):
            make_office(f"town-{number:02}", "township", county, f"示例镇{number}")
    for number in range(15):
        client.post("/offices/county/departments/new", data={"name": f"单位{number}"})
    with counted_queries() as many:
        client.get(address)
    assert len(many) == len(few) <= 12, many
