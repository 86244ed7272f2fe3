"""Away for some days: several duties, several substitutes, two offices; backups, the next in order, deadlines."""

import datetime as dt

import pytest

from app.calendar.queries import working_calendar
from app.core import clock as app_clock
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.roster.absences import add_leave
from app.roster.errors import BadEntry
from app.roster.substitution import jobs, queries, service
from app.roster.substitution.candidates import Situation
from app.roster.substitution.errors import AlreadyAsked, DutyNotFound, NothingChosen
from app.roster.substitution.events import SubstituteAsked, SubstituteNudged, SubstitutionEscalated
from app.roster.substitution.models import ReturnDuty, SubstitutionAsk, SubstitutionRequest
from app.roster.substitution.service.making import duties_of
from tests.factories import make_office
from tests.integration.substitution.conftest import County
from tests.published import add_duty, make_revision, publish_days, workdays

AWAY = (dt.date(2026, 3, 3), dt.date(2026, 3, 14))


def away(county: County, number: int = 1, *candidates: int) -> SubstitutionRequest:
    """Everything a leader has from 3 to 14 March, as one request."""
    with transaction():
        rows = duties_of(county.office, county.leaders[number].id, *AWAY)
        return service.request_cover(
            county.office,
            county.leaders[number].id,
            [row.seat_key for row in rows],
            "business",
            "staff",
            candidates=[county.leaders[n].id for n in candidates],
        )


def waiting(request: SubstitutionRequest) -> list[SubstitutionAsk]:
    db.session.expire_all()
    return [ask for ask in request.asks if ask.state == "waiting"]


def names(county: County, request: SubstitutionRequest) -> list[str]:
    by_id = {leader.id: leader.name for leader in county.leaders}
    return [by_id[ask.leader_id] for ask in waiting(request)]


def test_all_duties_of_the_days_are_one_request(county: County) -> None:
    request = away(county, 1, 3)
    assert [duty.on_date for duty in request.duties] == [county.day(1), county.day(6)]
    assert [ask.duty_ids for ask in waiting(request)] == [[duty.id for duty in request.duties]]


def test_some_are_covered_and_some_are_not(county: County) -> None:
    """One takes a day, nobody the other: what is covered is published, staff decide about the rest, which stays."""
    request = away(county, 1, 3, 4)
    first, second = request.duties
    with transaction():
        service.accept(waiting(request)[0], "candidate", duty_ids=[first.id])
    assert request.state == "asked" and [duty.state for duty in request.duties] == ["done", "open"]
    assert names(county, request) == ["示例戊"] and waiting(request)[0].duty_ids == [second.id]
    with transaction():
        service.decline(waiting(request)[0], "candidate")
    assert request.escalated_at is not None
    with transaction():
        service.withdraw(request, "staff")
    db.session.expire_all()
    assert request.state == "done" and [duty.state for duty in request.duties] == ["done", "dropped"]
    assert "撤回" in str(request.outcome)
    assert county.duty(county.day(1)).leader_id == county.leaders[3].id
    assert county.duty(county.day(6)).leader_id == county.leaders[1].id
    with transaction():
        service.undo(request, "staff")
    assert county.duty(county.day(1)).leader_id == county.leaders[1].id


def test_who_can_take_only_one_day_is_asked_about_that_day(county: County) -> None:
    """The office approves each part as it comes; the first with most days is asked first."""
    county.set_policy(approval=True)
    with transaction():
        add_leave(county.office, county.leaders[3].id, county.day(1), county.day(1))
    request = away(county, 1, 3, 4)
    first, second = request.duties
    asked = {ask.leader_id: ask.duty_ids for ask in request.asks}
    assert asked == {county.leaders[3].id: [second.id], county.leaders[4].id: [first.id]}
    assert len(waiting(request)) == 2  # each about what nobody else is asked about
    for ask in waiting(request):
        with transaction():
            service.accept(ask, "candidate")
    assert request.state == "agreed"
    with transaction():
        service.approve(request, "office")
    assert request.state == "done"
    assert county.duty(county.day(6)).leader_id == county.leaders[3].id
    assert county.duty(county.day(1)).leader_id == county.leaders[4].id


def test_sessions_at_two_offices(county: County) -> None:
    """One press of the button: each office looks for its own substitute, or nothing is asked at all."""
    me = county.leaders[1]
    with transaction():
        town = make_office("town", name="示例镇")
        revision = make_revision(town, *AWAY)
        duty = add_duty(revision, me, dt.date(2026, 3, 5), session_key="r2:2026-03-05:day")
    seats = [(county.office.id, county.duty(county.day(n)).seat_key) for n in (1, 6)]
    seats.append((town.id, duty.seat_key))
    with pytest.raises(DutyNotFound), transaction():
        service.request_away(me, [*seats, (town.id, "r2:2026-03-06:day:1")], "business", "leader")
    assert db.session.query(SubstitutionRequest).count() == 0
    with pytest.raises(NothingChosen), transaction():
        service.request_away(me, [], "business", "leader")
    with transaction():
        made = service.request_away(me, seats, "business", "leader", asked_by="leader")
    assert [(request.office_id, len(request.duties)) for request in made] == [
        (county.office.id, 2),
        (town.id, 1),
    ]
    assert made[1].escalated_at is not None  # the town has no other leader: its staff decide
    with pytest.raises(AlreadyAsked) as error, transaction():
        service.request_away(me, seats[:1], "business", "leader")
    assert "3月3日" in error.value.text.zh and "3 March" in error.value.text.en


def test_backups_in_their_order_and_nobody_else(county: County) -> None:
    county.set_policy(whom="backups")
    ids = [leader.id for leader in county.leaders]
    with transaction():
        for rank, number in (("C", 2), ("A", 4), ("B", 3)):
            service.add_backup(county.office, ids[number], rank, leader_id=ids[1])
    request = away(county)
    for expected in ("示例戊", "示例丁", "示例丙"):
        assert names(county, request) == [expected]
        with transaction():
            service.decline(waiting(request)[0], "candidate")
    assert names(county, request) == [] and request.escalated_at is not None


def test_a_and_b_are_never_away_together(county: County) -> None:
    ids = [leader.id for leader in county.leaders]
    with transaction():
        for rank, number in (("A", 4), ("B", 3)):
            service.add_backup(county.office, ids[number], rank, leader_id=ids[1])
    county.set_policy(whom="backups", refuse_together=True)
    with transaction():
        add_leave(county.office, ids[4], county.day(6), county.day(6))
    with pytest.raises(BadEntry) as error, transaction():
        add_leave(county.office, ids[3], county.day(5), county.day(7))
    assert "不能同时不在" in error.value.text.zh
    request = away(county)  # A is away on the second day: B is asked about that one
    asked = {ask.leader_id: ask.duty_ids for ask in waiting(request)}
    assert asked == {ids[4]: [request.duties[0].id], ids[3]: [request.duties[1].id]}


def test_the_next_in_order(county: County) -> None:
    """Who is on duty next is asked first, then the one after."""
    county.set_policy(whom="next")
    duty = county.duty(county.day(6))  # leaders[1]; the next days belong to 2, 3, 4, 0
    found = Situation(county.office, [duty]).candidates(duty)
    assert [c.person.name for c in found if c.allowed] == ["示例丙", "示例丁", "示例戊", "示例甲"]


def test_a_return_duty_is_owed_served_and_comes_back_after_undo(county: County) -> None:
    county.set_policy(return_duty="always")
    request = away(county, 1, 3)
    with transaction():
        service.accept(waiting(request)[0], "candidate")
    assert [d.state for d in queries.open_returns(county.office.id, county.leaders[1].id)] == ["open", "open"]
    duty = county.duty(county.day(13))  # of leaders[3], whom leaders[1] owes
    found = Situation(county.office, [duty]).candidates(duty)
    assert found[0].person.id == county.leaders[1].id and "还班" in found[0].reasons.zh
    with transaction():
        back = service.request_cover(
            county.office,
            county.leaders[3].id,
            [duty.seat_key],
            "business",
            "staff",
            candidates=[county.leaders[1].id],
        )
        service.accept(back.asks[0], "candidate")
    assert sorted(debt.state for debt in db.session.query(ReturnDuty)) == ["open", "served"]
    with transaction():
        service.undo(back, "staff")
    assert [debt.state for debt in db.session.query(ReturnDuty)] == ["open", "open"]


# Deadlines in working days, over a holiday: Qingming 2026 is 4 to 6 April (Saturday to Monday)


@pytest.fixture
def april(county: County, clock: FixedClock) -> County:
    """It is Thursday 2 April, noon; duties go on until the end of the month."""
    with transaction():
        publish_days(county.office, county.leaders, workdays(dt.date(2026, 4, 7), dt.date(2026, 4, 30)))
    clock.at = dt.datetime(2026, 4, 2, 4, 0, tzinfo=dt.UTC)
    return county


def independent_deadline(start: dt.date, days: int) -> dt.datetime:
    """Counted by hand: weekdays but the holiday, half past five in the afternoon in Shanghai."""
    off = {dt.date(2026, 4, n) for n in (4, 5, 6)} | {dt.date(2026, 5, n) for n in range(1, 6)}
    day = start
    while days:
        day += dt.timedelta(days=1)
        days -= day.weekday() < 5 and day not in off
    return dt.datetime(day.year, day.month, day.day, 9, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("at_deadline", "days", "first", "then", "left"),
    [
        ("nudge", 2, SubstituteNudged, SubstitutionEscalated, 1),
        ("next", 1, SubstituteAsked, SubstitutionEscalated, 0),
        ("escalate", 3, SubstitutionEscalated, None, 1),
        ("staff", 1, SubstitutionEscalated, None, 0),
    ],
)
def test_each_thing_at_the_deadline_over_a_holiday(
    april: County,
    clock: FixedClock,
    at_deadline: str,
    days: int,
    first: type,
    then: type | None,
    left: int,
) -> None:
    april.set_policy(at_deadline=at_deadline, deadline_days=days)
    with transaction():
        duty = april.duty(dt.date(2026, 4, 28))
        others = [leader.id for leader in april.leaders if leader.id != duty.leader_id][:2]
        request = service.request_cover(
            april.office, duty.leader_id or 0, [duty.seat_key], "business", "staff", candidates=others
        )
    heard: list[tuple[dt.date, str]] = []
    seen = len(april.told)
    assert request.deadline_at == independent_deadline(dt.date(2026, 4, 2), days)
    while clock.at < dt.datetime(2026, 4, 24, tzinfo=dt.UTC):  # through three weeks; at 18:00 each day, too
        clock.at += dt.timedelta(hours=3)
        jobs.process_deadlines(app_clock.now())
        heard += [(clock.at.date(), type(event).__name__) for event in april.told[seen:]]
        seen = len(april.told)
    expected = [(independent_deadline(dt.date(2026, 4, 2), days).date(), first.__name__)]
    if then is not None:
        again = independent_deadline(expected[0][0], days).date()
        expected.append((again, then.__name__))
    assert heard == expected
    assert len(waiting(request)) == left
    assert request.is_open and april.duty(dt.date(2026, 4, 28)).leader_id == duty.leader_id


def test_the_calendar_of_the_test_is_the_real_one(april: County) -> None:
    calendar = working_calendar(april.office)
    assert calendar.add_working_days(dt.date(2026, 4, 2), 2) == dt.date(2026, 4, 7)
