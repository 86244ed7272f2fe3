"""Who hears of a substitution: the whole outbox is compared, so nobody is told twice and nobody else is told."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.appointments.service.booking import book, confirm
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader
from app.notifications.models import Notice
from app.roster import queries as roster_queries
from app.roster.models import Duty
from app.roster.substitution import jobs, queries, service
from app.roster.substitution.errors import Overtaken
from app.roster.substitution.models import LedgerEntry, ReturnDuty, SubstitutionPolicy, SubstitutionRequest
from app.roster.substitution.queries import default_policy
from tests.factories import make_leader, make_user
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for

DAY, OTHER = dt.date(2026, 3, 10), dt.date(2026, 3, 11)
Told = list[tuple[str, str]]


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    """Duties go round two leaders; three more could stand in. A visit on the day, another one elsewhere; staff."""
    with transaction():
        made = make_visit_scenario()
        made.leaders.extend(make_leader(made.office, name) for name in ("示例丙", "示例丁", "示例戊"))
        make_user("anna", "scheduler", made.office)
    for number, day in ((1, DAY), (2, dt.date(2026, 3, 20))):
        with transaction():
            visit, _code = book(made.office, request_for(number, made.key(day)))
            confirm(visit, "clerk")
    news()
    return made


def news() -> Told:
    """Kind and recipient of every notice queued since the last call: a leader's name, a visit's reference, or a kind."""
    db.session.rollback()
    db.session.expire_all()
    names = {leader.id: leader.name for leader in db.session.scalars(select(Leader))}
    rows = db.session.scalars(select(Notice).where(Notice.state == "queued").order_by(Notice.id)).all()
    found = [
        (row.kind, names[row.recipient_id] if row.recipient_kind == "leader" else row.recipient_kind)
        for row in rows
    ]
    with transaction():
        for row in db.session.scalars(select(Notice).where(Notice.state == "queued")):
            row.state = "sent"
    return sorted(found)


def set_policy(scenario: VisitScenario, **values: object) -> None:
    with transaction():
        row = db.session.get(SubstitutionPolicy, scenario.office.id) or default_policy(scenario.office.id)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.add(row)


def duty_on(scenario: VisitScenario, day: dt.date = DAY) -> Duty:
    db.session.expire_all()
    return roster_queries.current_duties(scenario.office.id, day, day)[0]


def cover(scenario: VisitScenario, *candidates: int) -> SubstitutionRequest:
    duty = duty_on(scenario)
    with transaction():
        return service.request_cover(
            scenario.office,
            duty.leader_id or 0,
            [duty.seat_key],
            "business",
            "staff",
            candidates=[scenario.leaders[n].id for n in candidates],
        )


def accept(request: SubstitutionRequest) -> None:
    with transaction():
        service.accept(next(ask for ask in request.asks if ask.state == "waiting"), "candidate")


def owner(scenario: VisitScenario, day: dt.date = DAY) -> str:
    return duty_on(scenario, day).leader_name


def test_cover(scenario: VisitScenario) -> None:
    set_policy(scenario, ask="all")
    who = owner(scenario)
    request = cover(scenario, 2, 3)
    assert news() == [("substitution.asked", "示例丁"), ("substitution.asked", "示例丙")]
    accept(request)
    taker = owner(scenario)
    other = "示例丁" if taker == "示例丙" else "示例丙"
    assert news() == sorted(
        [
            ("substitution.not_needed", other),
            ("substitution.replaced", who),
            ("substitution.substitute", taker),
            ("visit.leader_changed", "visit"),
        ]
    )
    jobs.process_deadlines(dt.datetime(2026, 3, 9, 12, tzinfo=dt.UTC))
    assert news() == []


def test_swap(scenario: VisitScenario) -> None:
    mine, theirs = duty_on(scenario), duty_on(scenario, OTHER)
    first, second = mine.leader_name, theirs.leader_name
    with transaction():
        request = service.request_swap(
            scenario.office, mine.leader_id or 0, mine.seat_key, theirs.seat_key, "staff"
        )
    assert news() == [("substitution.asked", second)]
    accept(request)
    assert owner(scenario) == second
    told = news()
    assert sorted(name for kind, name in told if kind.startswith("substitution.")) == sorted([first, second])
    assert [kind for kind, name in told if name == "visit"] == ["visit.leader_changed"] and len(told) == 3


def test_emergency(scenario: VisitScenario, clock: FixedClock) -> None:
    """ "Leader ill, session in 20 minutes": over a question that waits, with a convener who hears of it."""
    set_policy(scenario, tell="notice", convener_id=scenario.leaders[4].id)
    who = owner(scenario)
    cover(scenario, 2)
    assert news() == sorted([("substitution.asked", "示例丙"), ("substitution.convener", "示例戊")])
    clock.at = dt.datetime(2026, 3, 10, 0, 10, tzinfo=dt.UTC)
    with transaction():
        service.arrange_now(scenario.office, duty_on(scenario).seat_key, scenario.leaders[3].id, "staff")
    assert owner(scenario) == "示例丁"
    assert news() == sorted(
        [
            ("substitution.not_needed", "示例丙"),
            ("substitution.replaced", who),
            ("substitution.substitute", "示例丁"),
            ("visit.leader_changed", "visit"),
        ]
    )


def test_undone_once(scenario: VisitScenario) -> None:
    set_policy(scenario, return_duty="always")
    who = owner(scenario)
    request = cover(scenario, 2)
    accept(request)
    news()
    with transaction():
        service.undo(request, "staff")
    assert news() == sorted(
        [
            ("substitution.given_back", who),
            ("substitution.taken_back", "示例丙"),
            ("visit.leader_changed", "visit"),
        ]
    )
    with pytest.raises(Overtaken) as error, transaction():
        service.undo(request, "staff")
    assert "已经撤销" in error.value.text.zh and "undone" in error.value.text.en
    assert news() == []
    year = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert queries.ledger_entries(scenario.office.id, *year) == []
    assert len(db.session.scalars(select(LedgerEntry)).all()) == 2  # kept, with when it was reversed
    assert [debt.state for debt in db.session.scalars(select(ReturnDuty))] == ["void"]
    again = cover(scenario, 2)  # and all over again, with everybody told anew
    accept(again)
    assert ("substitution.substitute", "示例丙") in news()
    assert len(queries.ledger_entries(scenario.office.id, *year)) == 2


ENDS: dict[str, tuple[Callable[[SubstitutionRequest], object], Told]] = {
    "withdrawn": (
        lambda request: service.withdraw(request, "leader"),
        [("substitution.not_needed", "示例丙")],
    ),
    "refused": (lambda request: service.refuse(request, "office"), [("substitution.not_needed", "示例丙")]),
}


@pytest.mark.parametrize("end", sorted(ENDS))
def test_a_request_that_ends_without_a_substitute(scenario: VisitScenario, end: str) -> None:
    who = owner(scenario)
    request = cover(scenario, 2, 3)  # the second was never asked, and hears nothing
    news()
    verb, others = ENDS[end]
    with transaction():
        verb(request)
    assert news() == sorted([("substitution.kept", who), *others])


def test_declined_by_everybody(scenario: VisitScenario) -> None:
    request = cover(scenario, 2)
    news()
    with transaction():
        service.decline(request.asks[0], "candidate")
    assert news() == [("staff.substitution", "user")]


def test_a_declined_exchange(scenario: VisitScenario) -> None:
    mine, theirs = duty_on(scenario), duty_on(scenario, OTHER)
    with transaction():
        request = service.request_swap(
            scenario.office, mine.leader_id or 0, mine.seat_key, theirs.seat_key, "staff"
        )
    news()
    with transaction():
        service.decline(request.asks[0], "candidate")
    assert news() == [("substitution.kept", mine.leader_name)]


def test_who_had_agreed_and_cannot_come_hears_it_once(scenario: VisitScenario) -> None:
    from app.roster.absences import add_leave

    set_policy(scenario, approval=True)
    who = owner(scenario)
    request = cover(scenario, 2, 3)
    accept(request)
    news()
    with transaction():
        add_leave(scenario.office, scenario.leaders[2].id, DAY, DAY)
    assert news() == sorted([("substitution.not_needed", "示例丙"), ("substitution.asked", "示例丁")])
    accept(request)
    with transaction():
        service.approve(request, "office")
    assert news() == sorted(
        [
            ("substitution.replaced", who),
            ("substitution.substitute", "示例丁"),
            ("visit.leader_changed", "visit"),
        ]
    )
