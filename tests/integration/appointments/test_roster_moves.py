"""When the roster moves, each visit is kept, asked again or moved by policy, and is told of once."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.appointments import effects
from app.appointments.events import VisitChanged
from app.appointments.models import Recusal, Seat, Visit
from app.appointments.rules.matching import Matter
from app.appointments.service import invitations, readiness, resident
from app.appointments.service.booking import book, confirm
from app.calendar.service import add_period
from app.core import clock, events
from app.core.database import db, transaction
from app.directory.models import Leader
from app.notifications.models import Notice
from app.roster import queries
from app.roster.events import RosterPublished
from app.roster.snapshots import state_of_row
from app.roster.states import compare_states
from tests.factories import make_leader, make_user
from tests.published import replace_leader
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for, set_policy

DAY = dt.date(2026, 3, 10)
heard: list[str] = []


def hear(event: VisitChanged) -> None:
    heard.append(event.what)


@pytest.fixture
def told(app: Flask) -> Iterator[list[str]]:
    """What the rest of the program is told from here on."""
    events.subscribe(VisitChanged, hear)
    heard.clear()
    yield heard
    events._listeners[VisitChanged].remove(hear)


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    with transaction():
        return make_visit_scenario()


def confirmed(scenario: VisitScenario, number: int = 1, **values: Any) -> Visit:
    with transaction():
        visit, _code = book(scenario.office, request_for(number, scenario.key(DAY), **values))
        confirm(visit, "clerk")
    return visit


def substitute(scenario: VisitScenario, **more: Any) -> Leader:
    """Another leader takes the day, or the session changes its status; the listeners are told."""
    with transaction():
        leader = make_leader(scenario.office, "示例丙")
        revision = replace_leader(scenario.office, DAY, leader, kind="substitution", **more)
        events.emit(RosterPublished(scenario.office.id, revision.id, revision.number, (scenario.key(DAY),)))
    db.session.expire_all()
    return leader


def seat_of(visit: Visit) -> Seat | None:
    return db.session.scalar(select(Seat).where(Seat.visit_id == visit.id))


def test_kept_and_told_of_the_new_leader(scenario: VisitScenario, told: list[str]) -> None:
    visit = confirmed(scenario)
    told.clear()
    leader = substitute(scenario)
    assert (visit.state, visit.leader_id, told) == ("confirmed", leader.id, ["leader_changed"])
    seat = seat_of(visit)
    assert seat is not None
    assert seat.hold_until is None


def test_who_is_not_confirmed_yet_hears_of_another_leader_without_a_promise(scenario: VisitScenario) -> None:
    with transaction():
        book(scenario.office, request_for(1, scenario.key(DAY)))
    substitute(scenario)
    kinds = db.session.scalars(
        select(Notice.kind).where(Notice.recipient_kind == "visit").order_by(Notice.id)
    )
    assert list(kinds)[-1] == "visit.leader_unconfirmed"


def test_asked_again_where_the_office_wants_it(scenario: VisitScenario, told: list[str]) -> None:
    with transaction():
        set_policy(scenario.office, leader_changes="ask")
    visit = confirmed(scenario)
    told.clear()
    leader = substitute(scenario)
    assert (visit.state, visit.leader_id, told) == ("offered", leader.id, ["leader_changed"])
    seat = seat_of(visit)
    assert seat is not None
    assert seat.hold_until == clock.now() + dt.timedelta(hours=24)


def test_moved_to_the_next_session_that_fits(scenario: VisitScenario, told: list[str]) -> None:
    with transaction():
        set_policy(scenario.office, leader_changes="move")
    visit = confirmed(scenario)
    told.clear()
    substitute(scenario)
    fitting = scenario.leaders[0]
    assert (visit.state, visit.leader_id, told) == ("offered", fitting.id, ["moved"])
    next_day = dt.date(2026, 3, 11)
    assert visit.on_date == next_day, (
        "the first day after the old one on which the leader in charge of 教育 receives, not tomorrow"
    )
    seat = seat_of(visit)
    assert seat is not None
    assert seat.session_key == scenario.key(next_day)
    said = db.session.scalars(select(Notice.kind).order_by(Notice.id.desc())).first()
    assert said == "visit.moved_asked", "who must answer is not told as if it were settled"


def test_a_suspension_says_first_what_becomes_of_the_visits(
    scenario: VisitScenario, client: FlaskClient
) -> None:
    visit = confirmed(scenario)
    with transaction():
        make_user("boss", "scheduler", scenario.office)
    client.post("/sign-in", data={"username": "boss", "password": "correct horse battery"})
    form = {"kind": "suspension", "name": "会务", "first_day": "2026-03-10", "last_day": "2026-03-10"}
    at = "/offices/county/calendar/periods/new"
    page = client.post(at, data=form).text
    assert f"来访 {visit.reference}：改到下一个符合的场次" in page
    assert visit.state == "confirmed", "nothing is done before somebody has seen it"
    assert client.post(at, data=form | {"by_appointment_only": "y"}).status_code == 302, "nobody is touched"
    seen = {"seen": "2026-03-10/2026-03-10"}
    other = client.post(at, data=form | seen | {"last_day": "2026-03-11"})
    assert visit.reference in other.text, "other days than those that were shown"
    assert client.post(at, data=form | seen).status_code == 302
    db.session.expire_all()
    assert visit.state == "offered"


def test_a_rest_day_says_first_who_is_on_duty_and_which_visits_are_booked(
    scenario: VisitScenario, client: FlaskClient
) -> None:
    visit = confirmed(scenario)
    with transaction():
        make_user("boss", "scheduler", scenario.office)
    client.post("/sign-in", data={"username": "boss", "password": "correct horse battery"})
    at = "/offices/county/calendar/days/new"
    form = {"on_date": "2026-03-10", "off": "off", "name": "会务", "reason": "会务"}
    page = client.post(at, data=form).text
    assert "已公布由示例乙接访" in page
    assert f"取消当天场次时：来访 {visit.reference}：改到下一个符合的场次" in page
    assert client.post(at, data=form | {"off": "work"}).status_code == 302, "a working day touches nobody"
    assert client.post(at, data=form | {"on_date": "2026-03-08"}).status_code == 302, "nothing is fixed"
    assert client.post(at, data=form | {"seen": "2026-03-11"}).status_code == 200, "another day was shown"
    assert client.post(at, data=form | {"seen": "2026-03-10"}).status_code == 302
    db.session.expire_all()
    assert visit.state == "confirmed", "until the roster is corrected"


@pytest.mark.parametrize("status", ["cancelled", "suspended"])
@pytest.mark.parametrize(
    ("policy", "state", "what"), [("move", "offered", "moved"), ("ask", "waiting", "session_cancelled")]
)
def test_a_session_that_is_off(
    scenario: VisitScenario, told: list[str], status: str, policy: str, state: str, what: str
) -> None:
    with transaction():
        set_policy(scenario.office, session_cancelled=policy)
    visit = confirmed(scenario)
    told.clear()
    substitute(scenario, status=status)
    assert (visit.state, told) == (state, [what])
    assert visit.session_key != scenario.key(DAY)
    assert (seat_of(visit) is None) is (policy == "ask")


def test_another_time_is_asked_and_what_does_not_change_is_not_told(
    scenario: VisitScenario, told: list[str]
) -> None:
    visit = confirmed(scenario)
    told.clear()
    with transaction():
        holder = db.session.get_one(Leader, visit.leader_id)
        number = queries.current_number(scenario.office.id)
        revision = replace_leader(scenario.office, DAY, holder, room="二号接待室")
        events.emit(RosterPublished(scenario.office.id, revision.id, number + 1, (scenario.key(DAY),)))
    assert told == []
    with transaction():
        revision = replace_leader(scenario.office, DAY, holder, starts=dt.time(14, 30))
        events.emit(RosterPublished(scenario.office.id, revision.id, number + 2, (scenario.key(DAY),)))
    db.session.expire_all()
    assert (visit.state, told) == ("offered", ["moved"])


def test_a_recused_substitute_never_gets_the_visit(scenario: VisitScenario, told: list[str]) -> None:
    visit = confirmed(scenario)
    with transaction():
        leader = make_leader(scenario.office, "示例丁")
        db.session.add(Recusal(visit_id=visit.id, leader_id=leader.id, made_at=clock.now(), made_by="clerk"))
    told.clear()
    with transaction():
        revision = replace_leader(scenario.office, DAY, leader, kind="substitution")
        events.emit(RosterPublished(scenario.office.id, revision.id, revision.number, (scenario.key(DAY),)))
    db.session.expire_all()
    assert visit.leader_id != leader.id
    assert told == ["moved"]


def test_without_any_session_left_it_goes_back_to_the_staff(scenario: VisitScenario, told: list[str]) -> None:
    visit = confirmed(scenario, matter=effects_matter())
    told.clear()
    substitute(scenario, status="cancelled")
    assert (visit.state, visit.session_key, told) == ("waiting", None, ["session_cancelled"])


def effects_matter() -> Matter:
    """A matter nobody answers for."""
    return Matter(sector="没有人分管")


def test_a_suspended_day_of_the_calendar(scenario: VisitScenario, told: list[str]) -> None:
    visit = confirmed(scenario)
    told.clear()
    with transaction():
        add_period(scenario.office, "suspension", "示例暂停", DAY, DAY, reason="场所维修")
    db.session.expire_all()
    assert told == ["moved"]
    assert visit.on_date != DAY


def test_the_preview_says_what_happens(scenario: VisitScenario, told: list[str]) -> None:
    visit = confirmed(scenario)
    rows = {duty.seat_key: state_of_row(duty) for duty in queries.current_duties(scenario.office.id)}
    after = dict(rows)
    key = next(key for key in rows if rows[key].session_key == scenario.key(DAY))
    after[key] = rows[key].cancelled()
    preview = effects.effects_of(scenario.office, compare_states(rows, after))
    assert [(effect.reference, effect.act) for effect in preview] == [(visit.reference, "move")]


def test_substitution_is_told_what_visits_want(scenario: VisitScenario) -> None:
    confirmed(scenario)
    wanted = effects.wanted(scenario.office.id, [scenario.key(DAY)])
    assert wanted[scenario.key(DAY)].sectors == ("教育",)
    assert wanted[scenario.key(DAY)].visits == 1


def invited_visit(scenario: VisitScenario, answered: bool = True) -> Visit:
    """An invited visit that its leader, and perhaps the resident, has agreed to."""
    with transaction():
        visit, _code = book(scenario.office, request_for(1, None))
        invitations.invite(visit, scenario.key(DAY), scenario.leaders[1].id, (), "clerk")
        invitations.consent(visit, True, "示例乙")
        if answered:
            resident.accept(visit)
    return visit


def board(visit: Visit) -> dict[str, str]:
    return {item.kind: item.answer for item in readiness.items_of(visit)}


def test_the_new_leader_of_an_invited_visit_is_asked_and_all_hear_once(
    scenario: VisitScenario, told: list[str]
) -> None:
    visit = invited_visit(scenario)
    told.clear()
    leader = substitute(scenario)
    assert (visit.state, visit.leader_id, told) == ("consent_asked", leader.id, ["consent_asked"])
    assert board(visit) == {"leader": "open", "resident": "yes"}
    with transaction():
        invitations.consent(db.session.get_one(Visit, visit.id), True, "示例丙")
    assert (visit.state, told[1:]) == ("confirmed", ["consent_given", "leader_changed"])
    seat = seat_of(visit)
    assert seat is not None
    assert seat.hold_until is None, "what the resident agreed to still holds"


def test_a_new_leader_who_does_not_agree(scenario: VisitScenario, told: list[str]) -> None:
    visit = invited_visit(scenario)
    substitute(scenario)
    told.clear()
    with transaction():
        invitations.consent(db.session.get_one(Visit, visit.id), False, "示例丙")
    assert (visit.state, visit.session_key, told) == ("waiting", None, ["consent_refused"])
    assert seat_of(visit) is None


def test_an_invited_visit_is_never_moved_to_a_leader_nobody_asked(
    scenario: VisitScenario, told: list[str]
) -> None:
    visit = invited_visit(scenario, answered=False)
    told.clear()
    substitute(scenario, status="cancelled")
    assert (visit.state, visit.session_key, told) == ("waiting", None, ["session_cancelled"])


def test_another_time_while_the_leader_is_asked(scenario: VisitScenario, told: list[str]) -> None:
    """The question is asked anew; the place is not offered to a resident who knows nothing of it."""
    with transaction():
        visit, _code = book(scenario.office, request_for(1, None))
        invitations.invite(visit, scenario.key(DAY), scenario.leaders[1].id, (), "clerk")
    told.clear()
    with transaction():
        holder = db.session.get_one(Leader, visit.leader_id)
        revision = replace_leader(scenario.office, DAY, holder, starts=dt.time(14, 30))
        events.emit(RosterPublished(scenario.office.id, revision.id, revision.number, (scenario.key(DAY),)))
    db.session.expire_all()
    assert (visit.state, told) == ("consent_asked", ["consent_asked"])
