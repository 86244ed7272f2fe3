"""An invited visit: the leader consents, resident and units answer, the board shows it; each is asked once."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import one_tap
from app.appointments.models import ReadinessItem, Seat, Visit
from app.appointments.service import invitations, resident
from app.appointments.service.booking import book
from app.core import clock
from app.core.database import db, transaction
from app.core.errors import Conflict
from app.directory.models import Contact, Department
from tests.factories import make_user
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for

DAY = dt.date(2026, 3, 10)
AT = "/offices/county/visits"


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    with transaction():
        scenario = make_visit_scenario()
        department = Department(office_id=scenario.office.id, name="示例住建局")
        department.contacts.append(Contact(name="联系人", phone="13800001111"))
        db.session.add(department)
        make_user("clerk", "reception", scenario.office)
        scenario.leaders[0].phone = scenario.leaders[1].phone = "13800002222"
        return scenario


@pytest.fixture
def asked(scenario: VisitScenario, client: FlaskClient) -> Visit:
    """A request for which the clerk has asked the leader."""
    with transaction():
        visit, _code = book(scenario.office, request_for(1, None))
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    chosen = re.search(rf'value="({scenario.key(DAY)}\|\d+)"', client.get(f"{AT}/{visit.id}").text)
    department = db.session.scalars(select(Department.id)).one()
    assert chosen
    client.post(f"{AT}/{visit.id}/invite", data={"session": chosen[1], "department": department})
    db.session.expire_all()
    assert (visit.state, visit.kind) == ("consent_asked", "invited")
    return visit


def answers(visit: Visit) -> dict[str, str]:
    db.session.expire_all()
    return {item.kind: item.answer for item in invitations.items_of(visit)}


def by_link(
    client: FlaskClient, purpose: str, visit: Visit, holder: tuple[str, int], digits: str
) -> FlaskClient:
    """A telephone on which the link was opened and the digits typed."""
    with transaction():
        url = one_tap.issue(
            purpose, f"visit:{visit.id}", holder, visit.office_id, clock.now() + dt.timedelta(days=3)
        )
    phone = client.application.test_client()
    phone.get(url.partition("127.0.0.1:8000")[2], follow_redirects=True)
    phone.post("/one-tap", data={"digits": digits}, follow_redirects=True)
    return phone


def test_from_consent_to_everybody_ready(scenario: VisitScenario, asked: Visit, client: FlaskClient) -> None:
    assert asked.leader_id is not None
    leader = by_link(client, "consent", asked, ("leader", asked.leader_id), "2222")
    assert "我同意接访" in leader.get("/visit-consent").text
    leader.post("/visit-consent", data={"answer": "yes"})
    assert answers(asked) == {"leader": "yes", "resident": "open", "department": "open"}
    assert asked.state == "invited"
    contact = db.session.scalars(select(Contact.id)).one()
    unit = by_link(client, "attend", asked, ("contact", contact), "1111")
    unit.post("/visit-attend", data={"answer": "yes", "person": "示例科长"})
    with transaction():
        resident.accept(db.session.get_one(Visit, asked.id))
    assert answers(asked) == {"leader": "yes", "resident": "yes", "department": "yes"}
    assert asked.state == "confirmed"
    board = client.get(f"{AT}/board").text
    assert "示例科长" in board
    assert "示例居民1" not in board


def test_a_leader_who_says_no(scenario: VisitScenario, asked: Visit, client: FlaskClient) -> None:
    client.post(f"{AT}/{asked.id}/consent", data={"answer": "no"})
    assert answers(asked)["leader"] == "no"
    assert (asked.state, asked.session_key) == ("waiting", None)
    assert db.session.scalar(select(Seat.id)) is None


def test_asking_again_is_counted_and_ends_with_an_answer(scenario: VisitScenario, asked: Visit) -> None:
    with transaction():
        invitations.consent(db.session.get_one(Visit, asked.id), True, "clerk")
    item = db.session.scalars(select(ReadinessItem).filter_by(kind="department")).one()
    with transaction():
        invitations.nudge(db.session.get_one(Visit, asked.id), item.id)
    assert db.session.get_one(ReadinessItem, item.id).nudges == 1
    with transaction():
        invitations.acknowledge(
            db.session.get_one(Visit, asked.id), item.department_id or 0, False, "", "出差"
        )
    with pytest.raises(Conflict), transaction():
        invitations.nudge(db.session.get_one(Visit, asked.id), item.id)
