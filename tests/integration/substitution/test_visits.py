"""Visits booked on a duty: what a substitution would do to them is said before, and is what happens after."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.appointments.events import VisitChanged
from app.appointments.models import Recusal, Visit
from app.appointments.rules.matching import Matter
from app.appointments.service.booking import book, confirm
from app.core import clock, events
from app.core.database import db, transaction
from app.roster import queries as roster_queries
from app.roster.models import Duty
from app.roster.substitution import service
from app.roster.substitution.candidates import Situation
from app.roster.substitution.models import SubstitutionRequest
from app.roster.substitution.preview import effects_of_request
from tests.factories import make_leader, make_user
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for, set_policy

DAY, OTHER = dt.date(2026, 3, 10), dt.date(2026, 3, 11)


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    """Two leaders in turn, and a third without duties."""
    with transaction():
        made = make_visit_scenario()
        made.leaders.append(make_leader(made.office, "示例丙"))
        return made


@pytest.fixture
def told() -> Iterator[list[tuple[int, str]]]:
    """Visit and what changed, from here on."""
    heard: list[tuple[int, str]] = []

    def hear(event: VisitChanged) -> None:
        heard.append((event.visit_id, event.what))

    events.subscribe(VisitChanged, hear)
    yield heard
    events._listeners[VisitChanged].remove(hear)


def confirmed(scenario: VisitScenario, day: dt.date = DAY, number: int = 1, **values: Any) -> Visit:
    with transaction():
        visit, _code = book(scenario.office, request_for(number, scenario.key(day), **values))
        confirm(visit, "clerk")
    return visit


def duty_of(scenario: VisitScenario, day: dt.date) -> Duty:
    return roster_queries.current_duties(scenario.office.id, day, day)[0]


def cover(scenario: VisitScenario, day: dt.date = DAY) -> SubstitutionRequest:
    duty = duty_of(scenario, day)
    with transaction():
        return service.request_cover(
            scenario.office,
            duty.leader_id or 0,
            [duty.seat_key],
            "business",
            "staff",
            candidates=[scenario.leaders[2].id],
        )


@pytest.mark.parametrize(
    ("policy", "said", "state", "heard"),
    [
        ("keep", "告知来访人领导更换", "confirmed", "leader_changed"),
        ("ask", "重新征求来访人意见", "offered", "leader_changed"),
        ("move", "改到下一个符合的场次", "offered", "moved"),
    ],
)
def test_what_was_said_before_is_what_happens(
    scenario: VisitScenario, told: list[tuple[int, str]], policy: str, said: str, state: str, heard: str
) -> None:
    with transaction():
        set_policy(scenario.office, leader_changes=policy)
    visit = confirmed(scenario)
    request = cover(scenario)
    (effect,) = effects_of_request(scenario.office, request)
    assert visit.reference in effect.zh and said in effect.zh and visit.reference in effect.en
    told.clear()
    with transaction():
        service.accept(request.asks[0], "candidate")
    db.session.expire_all()
    assert (visit.state, told) == (state, [(visit.id, heard)])
    assert visit.leader_id == (scenario.leaders[2].id if policy != "move" else visit.leader_id)


def test_undo_says_and_does_the_same_the_other_way(
    scenario: VisitScenario, told: list[tuple[int, str]]
) -> None:
    visit = confirmed(scenario)
    before = visit.leader_id
    request = cover(scenario)
    with transaction():
        service.accept(request.asks[0], "candidate")
    told.clear()
    (effect,) = effects_of_request(scenario.office, request)
    assert visit.reference in effect.zh
    with transaction():
        service.undo(request, "staff")
    db.session.expire_all()
    assert (visit.leader_id, told) == (before, [(visit.id, "leader_changed")])


def test_a_swap_shows_the_visits_of_both_sessions(scenario: VisitScenario) -> None:
    visits = [confirmed(scenario), confirmed(scenario, OTHER, 2, matter=Matter(sector="住房城乡建设"))]
    mine, theirs = duty_of(scenario, DAY), duty_of(scenario, OTHER)
    with transaction():
        request = service.request_swap(
            scenario.office, mine.leader_id or 0, mine.seat_key, theirs.seat_key, "staff"
        )
    said = " ".join(effect.zh for effect in effects_of_request(scenario.office, request))
    assert all(visit.reference in said for visit in visits)


def test_a_leader_with_an_interest_is_left_out_with_the_reason(scenario: VisitScenario) -> None:
    visit = confirmed(scenario)
    with transaction():
        leader_id = scenario.leaders[2].id
        db.session.add(Recusal(visit_id=visit.id, leader_id=leader_id, made_at=clock.now(), made_by="clerk"))
    found = Situation(scenario.office, [duty_of(scenario, DAY)]).candidates(duty_of(scenario, DAY))
    candidate = next(c for c in found if c.person.id == scenario.leaders[2].id)
    assert not candidate.possible and "回避" in candidate.problems[0].text.zh


def test_every_page_says_it_and_names_nobody(
    app: Flask, client: FlaskClient, scenario: VisitScenario
) -> None:
    visit = confirmed(scenario)
    duty = duty_of(scenario, DAY)
    with transaction():
        make_user("staff", "scheduler", scenario.office)
        for number, name in ((0, "jia"), (1, "yi"), (2, "bing")):
            make_user(name, "leader", scenario.office).leader_id = scenario.leaders[number].id
    owner = "jia" if duty.leader_id == scenario.leaders[0].id else "yi"
    seat = duty.seat_key
    pages = [
        ("staff", f"/offices/county/substitution/duty?seat={seat}"),
        ("staff", f"/offices/county/substitution/new?leader={duty.leader_id}"),
        (owner, "/my/ask?first=2026-03-09"),
        (owner, f"/my/exchange?seat={seat}"),
    ]
    for number in range(2):
        for name, page in pages:
            browser = app.test_client()
            browser.post("/sign-in", data={"username": name, "password": "correct horse battery"})
            text = browser.get(page).text
            assert visit.reference in text and "示例居民" not in text, (name, page)
        if number == 0:
            request = cover(scenario)
            pages = [("staff", f"/offices/county/substitution/{request.id}"), ("bing", "/my")]
