"""Between asked, agreed and done the world goes on: each happening has one outcome and one sentence, at once."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from app.calendar.service import add_period
from app.core import clock as app_clock
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.core.events import emit
from app.directory.models import Leader
from app.directory.service.leaders import end_leader
from app.roster.absences import add_leave, change_leave
from app.roster.events import RosterPublished
from app.roster.models import Duty
from app.roster.substitution import jobs, queries, service
from app.roster.substitution.errors import Overtaken
from app.roster.substitution.events import SubstituteAsked, SubstitutionChanged, SubstitutionEscalated
from app.roster.substitution.models import SubstitutionAsk, SubstitutionRequest
from tests.factories import make_office
from tests.integration.substitution.conftest import County
from tests.published import add_duty, make_revision, replace_leader

DAY = 6  # the working day of the duty: Tuesday 10 March; leaders[1] has it
Happening = Callable[[County], None]


def cover(county: County, *candidates: int, number: int = DAY) -> SubstitutionRequest:
    """A request for the n-th working day to these leaders, in this order."""
    with transaction():
        duty = county.duty(county.day(number))
        return service.request_cover(
            county.office,
            duty.leader_id or 0,
            [duty.seat_key],
            "business",
            "staff",
            candidates=[county.leaders[n].id for n in candidates],
        )


def agreed(county: County, *candidates: int) -> SubstitutionRequest:
    """The same, the first has agreed; the office has not approved yet."""
    county.set_policy(approval=True)
    request = cover(county, *candidates)
    accept(request)
    assert request.state == "agreed"
    return request


def accept(request: SubstitutionRequest) -> None:
    with transaction():
        service.accept(waiting(request)[0], "candidate")


def waiting(request: SubstitutionRequest) -> list[SubstitutionAsk]:
    db.session.expire_all()
    return [ask for ask in request.asks if ask.state == "waiting"]


def swap(county: County, mine: int = DAY, theirs: int = 8) -> SubstitutionRequest:
    """An exchange of two working days, asked by who has the first."""
    with transaction():
        first, second = county.duty(county.day(mine)), county.duty(county.day(theirs))
        return service.request_swap(
            county.office, first.leader_id or 0, first.seat_key, second.seat_key, "staff"
        )


def leave(county: County, number: int, day: int = DAY) -> None:
    with transaction():
        add_leave(county.office, county.leaders[number].id, county.day(day), county.day(day))


def published(county: County, number: int, **more: Any) -> None:
    """The duty of a working day is published anew, with other values."""
    with transaction():
        leader = more.pop("leader", None)
        leader = leader or db.session.get_one(Leader, county.duty(county.day(number)).leader_id)
        revision = replace_leader(county.office, county.day(number), leader, **more)
        key = county.duty(county.day(number)).session_key
        emit(RosterPublished(county.office.id, revision.id, revision.number, (key,)))
    db.session.expire_all()


def elsewhere(county: County, number: int) -> None:
    """Another office gives the leader a duty on the same day."""
    with transaction():
        office = make_office("other", name="示例乡")
        revision = make_revision(office, county.day(DAY), county.day(DAY))
        duty = add_duty(revision, county.leaders[number], county.day(DAY))
        emit(RosterPublished(office.id, revision.id, revision.number, (duty.session_key,)))


def term_ends(county: County, number: int) -> None:
    with transaction():
        end_leader(db.session.get_one(Leader, county.leaders[number].id), county.day(DAY - 1))


AWAY: dict[str, Happening] = {
    "leave": lambda county: leave(county, 3),
    "busy": lambda county: elsewhere(county, 3),
    "term": lambda county: term_ends(county, 3),
}


@pytest.mark.parametrize("why", sorted(AWAY))
def test_a_substitute_who_agreed_and_cannot_come_is_let_go_at_once(county: County, why: str) -> None:
    request = agreed(county, 3, 4)
    before = len(county.told)
    AWAY[why](county)
    db.session.expire_all()
    assert request.state == "asked" and [d.state for d in request.duties] == ["open"]
    assert [ask.leader_id for ask in waiting(request)] == [county.leaders[4].id]
    step = next(step for step in request.steps if step.what == "left")
    assert (step.leader_id, step.how) == (county.leaders[3].id, why)
    told = county.told[before:]
    (changed,) = [e for e in told if isinstance(e, SubstitutionChanged)]
    assert [(a.leader_id, a.part) for a in queries.affected_by(changed)] == [
        (county.leaders[3].id, "not_needed")
    ]
    assert [type(e) for e in told].count(SubstituteAsked) == 1
    assert jobs.process_deadlines(app_clock.now()) == 0  # nothing is left to do
    accept(request)
    with transaction():
        service.approve(request, "office")
    assert request.state == "done" and county.duty(county.day(DAY)).leader_id == county.leaders[4].id
    heard = [
        a.leader_id for e in county.told if isinstance(e, SubstitutionChanged) for a in queries.affected_by(e)
    ]
    assert heard.count(county.leaders[3].id) == 1


def test_with_nobody_left_staff_decide_at_once(county: County) -> None:
    request = agreed(county, 3)
    leave(county, 3)
    db.session.expire_all()
    assert request.state == "asked" and request.escalated_at is not None
    assert [type(e) for e in county.told].count(SubstitutionEscalated) == 1


@pytest.mark.parametrize("why", sorted(AWAY))
def test_a_candidate_who_has_not_answered_is_let_go(county: County, why: str) -> None:
    request = cover(county, 3, 4)
    AWAY[why](county)
    assert [ask.leader_id for ask in waiting(request)] == [county.leaders[4].id]


def test_a_leave_with_other_days_counts_too(county: County) -> None:
    with transaction():
        row = add_leave(county.office, county.leaders[3].id, county.day(12), county.day(12))
    request = agreed(county, 3, 4)
    with transaction():
        change_leave(county.office, row, county.day(DAY), county.day(12))
    db.session.expire_all()
    assert request.state == "asked"


def test_of_a_period_only_the_days_that_are_lost_are_asked_anew(county: County) -> None:
    county.set_policy(approval=True, ask="all")
    with transaction():
        keys = [county.duty(county.day(n)).seat_key for n in (DAY, 11)]
        request = service.request_cover(
            county.office,
            county.leaders[1].id,
            keys,
            "business",
            "staff",
            candidates=[county.leaders[n].id for n in (3, 4)],
        )
    accept(request)
    assert request.state == "agreed"
    leave(county, 3)
    db.session.expire_all()
    assert [duty.state for duty in request.duties] == ["open", "agreed"] and request.state == "asked"
    assert [ask.leader_id for ask in waiting(request)] == [county.leaders[4].id]
    accept(request)
    with transaction():
        service.approve(request, "office")
    db.session.expire_all()
    assert request.state == "done"
    assert county.duty(county.day(DAY)).leader_id == county.leaders[4].id
    assert county.duty(county.day(11)).leader_id == county.leaders[3].id


def close_office(county: County) -> None:
    with transaction():
        day = county.day(DAY)
        add_period(county.office, "suspension", "示例检修", day, day)
    db.session.expire_all()


CHANGES: dict[str, tuple[Happening, str]] = {
    "moved to another hour": (lambda c: published(c, DAY, starts=dt.time(9, 30)), "改了时间"),
    "called off": (lambda c: published(c, DAY, status="cancelled"), "已取消"),
    "given to somebody else by a correction": (
        lambda c: published(c, DAY, leader=c.leaders[2]),
        "已改由示例丙承担",
    ),
    "the office is closed that day": (
        close_office,
        "暂停接待",
    ),
}


@pytest.mark.parametrize("kind", ["asked", "agreed", "swap"])
@pytest.mark.parametrize("change", sorted(CHANGES))
def test_the_duty_itself_changes(county: County, kind: str, change: str) -> None:
    makers: dict[str, Callable[[], SubstitutionRequest]] = {
        "asked": lambda: cover(county, 3),
        "agreed": lambda: agreed(county, 3),
        "swap": lambda: swap(county),
    }
    request = makers[kind]()
    happen, words = CHANGES[change]
    happen(county)
    assert request.state == "expired" and words in str(request.outcome)
    assert all(duty.state == "dropped" for duty in request.duties) and not waiting(request)
    with pytest.raises(Overtaken) as error, transaction():
        service.accept(request.asks[0], "candidate")
    assert words in error.value.text.zh
    events = [e for e in county.told if isinstance(e, SubstitutionChanged) and e.after == "expired"]
    assert len(events) == 1
    heard = {a.leader_id: a.part for a in queries.affected_by(events[0])}
    assert heard == {county.leaders[1].id: "kept", county.leaders[3].id: "not_needed"}


def test_of_two_duties_the_other_goes_on(county: County) -> None:
    with transaction():
        keys = [county.duty(county.day(n)).seat_key for n in (DAY, 11)]
        request = service.request_cover(
            county.office, county.leaders[1].id, keys, "business", "staff", candidates=[county.leaders[3].id]
        )
    published(county, DAY, status="cancelled")
    assert [duty.state for duty in request.duties] == ["dropped", "open"] and request.state == "asked"
    accept(request)
    db.session.expire_all()
    assert request.state == "done" and county.duty(county.day(11)).leader_id == county.leaders[3].id


SWAP_ENDS: dict[str, tuple[Happening, str]] = {
    "the other is on leave": (lambda c: leave(c, 3), "示例丁不能接 3月10日 的接访（那天请假）"),
    "the other's term ends": (lambda c: term_ends(c, 3), "示例丁不能接 3月10日 的接访（那天不在任）"),
    "who asked is on leave": (lambda c: leave(c, 1, 8), "示例乙不能接 3月12日 的接访（那天请假）"),
    "who asked leaves office": (lambda c: term_ends(c, 1), "示例乙不能接 3月12日 的接访（那天不在任）"),
}


@pytest.mark.parametrize("approval", [False, True])
@pytest.mark.parametrize("case", sorted(SWAP_ENDS))
def test_an_exchange_ends_with_a_sentence(county: County, case: str, approval: bool) -> None:
    county.set_policy(approval=approval)
    request = swap(county)
    if approval:
        accept(request)
        assert request.state == "agreed"
    happen, words = SWAP_ENDS[case]
    happen(county)
    db.session.expire_all()
    assert request.state == "expired" and words in str(request.outcome)
    assert county.duty(county.day(DAY)).leader_id == county.leaders[1].id


def test_a_cover_of_the_duty_over_an_open_exchange(county: County) -> None:
    request = swap(county)
    accept(cover(county, 4, number=8))  # the duty that was to be taken in exchange goes to somebody else
    db.session.expire_all()
    assert request.state == "expired" and "示例戊" in str(request.outcome)


def test_an_exchange_of_the_duty_over_an_open_cover(county: County) -> None:
    cover(county, 4, number=8)
    with pytest.raises(RotaError) as error:
        swap(county, 8, DAY)  # the same duty twice
    assert "3月12日的接访已经有一项代班申请正在办理" in error.value.text.zh
    with pytest.raises(RotaError) as error:
        swap(county)  # against a duty that is being given away
    assert "另选一场" in error.value.text.zh


def test_the_leaders_own_term_ends_and_the_cover_goes_on(county: County) -> None:
    request = cover(county, 3)
    term_ends(county, 1)
    db.session.expire_all()
    assert request.state == "asked"
    accept(request)
    assert request.state == "done"


def test_what_was_missed_is_done_at_the_next_tick(county: County, clock: FixedClock) -> None:
    """A change written past the events (a restored copy, another program) is found within the minute."""
    request = agreed(county, 3, 4)
    with transaction():
        db.session.get_one(Leader, county.leaders[3].id).last_day = county.day(2)
    assert jobs.process_deadlines(app_clock.now()) == 1
    assert [ask.leader_id for ask in waiting(request)] == [county.leaders[4].id]


def test_the_link_says_it_too(county: County) -> None:
    """What a leader reads who opens the question after the change: the outcome, in one sentence."""
    from app.roster.own_view import asked_of, settled_words

    request = swap(county)
    leave(county, 3)
    db.session.expire_all()
    found = asked_of(request.asks[0])
    assert not found.is_open and "换班不再办理" in settled_words(found).zh


def test_the_duty_of_the_day_is_still_there(county: County) -> None:
    """Nobody's change of mind takes a published duty away: it stays with its leader until it is handed over."""
    request = agreed(county, 3, 4)
    leave(county, 3)
    rows = [d for d in db.session.query(Duty).filter_by(on_date=county.day(DAY)) if d.until_revision is None]
    assert [row.leader_id for row in rows] == [county.leaders[1].id] and request.is_open
