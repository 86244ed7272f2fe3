"""Accounts of unit contacts: given on the pages and by command, for one open department of the office, and nothing else."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from app.accounts.models import AuditEntry, RoleGrant, User
from app.core.database import db, transaction
from app.directory.models import Department, Office
from tests.factories import make_office, make_user
from tests.integration.accounts.test_cli import ADD, run

PERSON = {"username": "jia", "name": "示例联系人甲", "email": "jia@example.org", "office": "county"}


@pytest.fixture
def units(app: Flask) -> list[Department]:
    """Two departments of the county, one that is closed, one of the town; an administrator of the county."""
    with transaction():
        county = make_office("county", "county")
        town = make_office("town-01", "township", county)
        make_user("anna", "administrator", county)
        make_user("sam", "scheduler", county)
        found = [
            Department(office_id=county.id, name="示例住建局"),
            Department(office_id=county.id, name="示例民政局"),
            Department(office_id=county.id, name="示例旧局", closed_on=dt.date(2026, 3, 1)),
            Department(office_id=town.id, name="示例镇水利站"),
        ]
        db.session.add_all(found)
    return found


@pytest.fixture
def ada(units: list[Department], client: FlaskClient) -> FlaskClient:
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    return client


def grants() -> list[tuple[str, int | None]]:
    db.session.expire_all()
    query = select(RoleGrant).join(User).where(User.username == "jia").order_by(RoleGrant.id)
    return [(grant.role, grant.department_id) for grant in db.session.scalars(query)]


def test_given_from_the_page_of_the_department_and_taken_again(
    ada: FlaskClient, units: list[Department]
) -> None:
    here = f"/offices/county/departments/{units[0].id}"
    link = f"/people/add?department={units[0].id}"
    assert link in ada.get(here).text
    form = ada.get(link).text
    assert f'selected value="{units[0].id}"' in form
    assert 'selected value="unit"' in form
    answer = ada.post("/people/add", data=PERSON | {"role": "unit", "department": units[0].id})
    secret = answer.text.split('id="one-time-password">')[1].split("<")[0]
    assert grants() == [("unit", units[0].id)]
    assert "示例联系人甲" in ada.get(here).text
    assert "示例住建局" in ada.get("/people?role=unit").text
    own = ada.application.test_client()
    own.post("/sign-in", data={"username": "jia", "password": secret})
    chosen = {"present": secret, "new": "a long sentence of mine", "again": "a long sentence of mine"}
    own.post("/account/password", data=chosen)
    assert "示例住建局" in own.get("/account").text
    user = db.session.scalars(select(User).where(User.username == "jia")).one()
    ada.post(f"/people/{user.id}/deactivate")
    assert own.get("/our-matters").location.startswith("/sign-in")
    ada.post(f"/people/{user.id}/roles/{user.grants[0].id}/revoke")
    assert grants() == []
    ada.post(f"/people/{user.id}/roles", data={"office": "county", "role": "unit", "department": units[1].id})
    assert grants() == [("unit", units[1].id)]
    told = db.session.scalars(select(AuditEntry.after).where(AuditEntry.action == "role.grant")).all()
    assert told[-1] == {"person": "示例联系人甲", "role": "unit", "department": units[1].id}


def test_others_see_who_answers_and_cannot_go_on(units: list[Department], client: FlaskClient) -> None:
    with transaction():
        user = make_user(
            "jia", "unit", db.session.get_one(Office, units[0].office_id), department_id=units[0].id
        )
    client.post("/sign-in", data={"username": "sam", "password": "correct horse battery"})
    page = client.get(f"/offices/county/departments/{units[0].id}").text
    assert "jia" in page
    assert f"/people/{user.id}" not in page
    assert "/people/add" not in page


@pytest.mark.parametrize(
    ("role", "unit"), [("unit", None), ("unit", 2), ("unit", 3), ("unit", 10**6), ("reception", 0)]
)
def test_only_an_open_department_of_the_office_and_only_for_that_role(
    ada: FlaskClient, units: list[Department], role: str, unit: int | None
) -> None:
    """None, a closed one, one of another office, one that is not there; and a role that has none."""
    department = "" if unit is None else units[unit].id if unit < len(units) else unit
    answer = ada.post("/people/add", data=PERSON | {"role": role, "department": department})
    assert answer.status_code == 200
    assert "field-error" in answer.text
    assert db.session.scalar(select(User).where(User.username == "jia")) is None


def test_the_role_stands_alone(ada: FlaskClient, units: list[Department]) -> None:
    ada.post("/people/add", data=PERSON | {"role": "unit", "department": units[0].id})
    user = db.session.scalars(select(User).where(User.username == "jia")).one()
    sam = db.session.scalars(select(User).where(User.username == "sam")).one()
    for person, role, department in (
        (user, "reception", ""),
        (user, "unit", units[1].id),
        (sam, "unit", units[0].id),
    ):
        data = {"office": "county", "role": role, "department": department}
        answer = ada.post(f"/people/{person.id}/roles", data=data, follow_redirects=True)
        assert "只能有这一个角色" in answer.text
    assert grants() == [("unit", units[0].id)]


def test_by_command(app: Flask, units: list[Department]) -> None:
    code, output = run(app, *ADD, "unit")
    assert (code, "Choose one from the list" in " ".join(output.split())) == (1, True)
    code, output = run(app, *ADD, "unit", "--department", "没有的局")
    assert code == 1
    code, output = run(app, *ADD, "unit", "--department", "示例住建局")
    assert code == 0
    assert "unit@county (示例住建局)" in run(app, "accounts", "list")[1]


def test_the_migration_keeps_the_staff_and_takes_the_role_back(app: Flask, units: list[Department]) -> None:
    with transaction():
        make_user("jia", "unit", db.session.get_one(Office, units[0].office_id), department_id=units[0].id)
    count = text("SELECT role, count(*) FROM role_grants GROUP BY role ORDER BY role")
    before = db.session.execute(count).all()
    db.session.remove()
    downgrade(revision="0010")
    assert db.session.execute(count).all() == [row for row in before if row[0] != "unit"]
    db.session.remove()
    upgrade()
    assert db.session.execute(count).all() == [row for row in before if row[0] != "unit"]
    assert db.session.scalar(text("SELECT count(*) FROM users WHERE username = 'jia'")) == 1
