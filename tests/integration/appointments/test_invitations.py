"""An invited visit: the leader consents, resident and units answer, the board shows it; each is asked once."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import one_tap
from app.appointments.events import AnswerWanted, StaffWanted, UnitTold
from app.appointments.models import ReadinessItem, Seat, Visit
from app.appointments.rules.matching import Matter
from app.appointments.service import invitations, readiness, resident
from app.appointments.service.booking import book
from app.core import clock as clocks
from app.core import events
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.errors import Conflict
from app.directory.models import Contact, Department
from tests.factories import make_user
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for, set_policy

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
    return {item.kind: item.answer for item in readiness.items_of(visit)}


def by_link(
    client: FlaskClient, purpose: str, visit: Visit, holder: tuple[str, int], digits: str
) -> FlaskClient:
    """A telephone on which the link was opened and the digits typed."""
    with transaction():
        url = one_tap.issue(
            purpose, f"visit:{visit.id}", holder, visit.office_id, clocks.now() + dt.timedelta(days=3)
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


def test_a_unit_that_signs_in_answers_as_by_its_link(
    scenario: VisitScenario, asked: Visit, client: FlaskClient
) -> None:
    """It sees the session once the leader has agreed; another unit never does."""
    with transaction():
        department = db.session.scalars(select(Department.id)).one()
        other = Department(office_id=scenario.office.id, name="示例民政局")
        db.session.add(other)
        db.session.flush()
        make_user("jia", "unit", scenario.office, department_id=department)
        make_user("yi", "unit", scenario.office, department_id=other.id)
    line = db.session.scalars(select(ReadinessItem).filter_by(department_id=department)).one()
    unit, stranger = client.application.test_client(), client.application.test_client()
    for browser, name in ((unit, "jia"), (stranger, "yi")):
        browser.post("/sign-in", data={"username": name, "password": "correct horse battery"})
    here, said = f"/our-sessions/{line.id}", {"answer": "yes", "person": "示例科长"}
    assert asked.reference not in unit.get("/our-sessions").text
    assert unit.post(here, data=said).status_code == 404
    client.post(f"{AT}/{asked.id}/consent", data={"answer": "yes"})
    assert asked.reference in unit.get("/our-sessions").text
    assert asked.reference not in stranger.get("/our-sessions").text
    assert {stranger.get(here).status_code, stranger.post(here, data=said).status_code} == {404}
    assert answers(asked)["department"] == "open"
    assert "示例居民1" not in unit.get(here).text
    assert unit.post(here, data=said).status_code == 303
    assert "示例科长" in unit.get(here).text
    assert (line.answer, line.person) == ("yes", "示例科长")
    assert "示例科长" in client.get(f"{AT}/board").text


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


def picked(scenario: VisitScenario, client: FlaskClient) -> list[Visit]:
    """Four waiting matters of which three fit the leader of the day, and the clerk signed in."""
    with transaction():
        fit = [
            book(scenario.office, request_for(n, None, matter=Matter(sector="住房城乡建设")))[0]
            for n in range(3)
        ]
        other, _code = book(scenario.office, request_for(9, None, matter=Matter(sector="水利")))
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    return [*fit, other]


def test_the_session_page_offers_what_fits_and_says_why(scenario: VisitScenario, client: FlaskClient) -> None:
    visits = picked(scenario, client)
    page = client.get(f"{AT}/sessions/{scenario.key(DAY)}").text
    assert "分管住房城乡建设" in page
    assert [visit.reference in page for visit in visits] == [True, True, True, False]
    assert "示例居民0" not in page
    board = client.get(f"{AT}/board").text
    assert scenario.key(DAY) in board


def test_up_to_three_are_invited_at_once(scenario: VisitScenario, client: FlaskClient) -> None:
    visits, at = picked(scenario, client), f"{AT}/sessions/{scenario.key(DAY)}"
    department = db.session.scalars(select(Department.id)).one()
    chosen = {"visit": [visit.id for visit in visits[:3]]}
    assert f'name="department-{visits[0].id}"' in client.get(at, query_string=chosen).text
    leaders = {f"leader-{visit.id}": scenario.leaders[1].id for visit in visits[:3]}
    client.post(at, data={**chosen, **leaders, f"department-{visits[0].id}": department})
    db.session.expire_all()
    assert [visit.state for visit in visits] == ["consent_asked"] * 3 + ["received"]
    assert len(readiness.items_of(visits[0])) == 3
    assert len(readiness.items_of(visits[1])) == 2
    assert client.get(at).text.count("示例住建局") == 1


def test_four_or_none_are_refused_in_words_and_all_or_none_is_invited(
    scenario: VisitScenario, client: FlaskClient
) -> None:
    visits, at = picked(scenario, client), f"{AT}/sessions/{scenario.key(DAY)}"
    leaders = {f"leader-{visit.id}": scenario.leaders[1].id for visit in visits}
    for chosen in ([visit.id for visit in visits], []):
        answer = client.post(at, data={"visit": chosen, **leaders}, follow_redirects=True)
        assert "一至三件" in answer.text
    with transaction():
        set_policy(scenario.office, places=2)
    answer = client.post(
        at, data={"visit": [visit.id for visit in visits[:3]], **leaders}, follow_redirects=True
    )
    assert "约满" in answer.text
    db.session.expire_all()
    assert {visit.state for visit in visits} == {"received"}
    assert db.session.scalar(select(Seat.id)) is None


def test_nudged_once_each_then_the_staff_are_told(
    scenario: VisitScenario, asked: Visit, clock: FixedClock
) -> None:
    heard: list[str] = []
    events.subscribe(AnswerWanted, lambda event: heard.append(event.who))
    events.subscribe(UnitTold, lambda event: heard.append("unit again" if event.nudge else "unit"))
    events.subscribe(StaffWanted, lambda event: heard.append("staff"))

    def push(hours: int) -> list[str]:
        heard.clear()
        clock.advance(dt.timedelta(hours=hours))
        with transaction():
            readiness.push_due()
        return list(heard)

    try:
        assert [push(0), push(24), push(1), push(24), push(1)] == [[], ["leader"], [], ["staff"], []]
        with transaction():
            invitations.consent(db.session.get_one(Visit, asked.id), True, "示例甲")
        assert heard == ["unit"]
        assert [push(11), push(1), push(11)] == [[], ["resident"], []], "half-way to the resident's limit"
        with transaction():
            department = db.session.scalars(select(Department.id)).one()
            invitations.acknowledge(db.session.get_one(Visit, asked.id), department, True, "")
            resident.accept(db.session.get_one(Visit, asked.id))
        assert push(1) == ["unit again"], "it attends, but names nobody"
        assert push(24) == ["staff"]
        assert push(24) == []
    finally:
        for kind in (AnswerWanted, UnitTold, StaffWanted):
            events._listeners[kind].pop()


def test_the_link_of_a_leader_who_no_longer_receives_answers_nothing(
    scenario: VisitScenario, asked: Visit, client: FlaskClient
) -> None:
    leader_id = asked.leader_id or 0
    leader = by_link(client, "consent", asked, ("leader", leader_id), "2222")
    with transaction():
        visit = db.session.get_one(Visit, asked.id)
        visit.leader_id = next(one.id for one in scenario.leaders if one.id != leader_id)
    leader.post("/visit-consent", data={"answer": "yes"})
    assert answers(asked)["leader"] == "open"
