"""Every step of a request, with its one outcome and its sentence."""

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import FixedClock, now
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Leader
from app.roster.models import Leave, Revision
from app.roster.substitution import jobs, queries, service
from app.roster.substitution.errors import AlreadyAsked, ConvenerNotTold, DutyNotFound, NotAllowed, Overtaken
from app.roster.substitution.events import (
    ConvenerTold,
    SubstituteAsked,
    SubstituteNudged,
    SubstitutionChanged,
    SubstitutionEscalated,
)
from app.roster.substitution.models import LedgerEntry, ReturnDuty, SubstitutionAsk, SubstitutionRequest
from tests.integration.substitution.conftest import County
from tests.published import replace_leader


def cover(
    county: County, *numbers: int, candidates: tuple[int, ...] = (), reason: str = "business"
) -> SubstitutionRequest:
    """A request of the leader of these duties."""
    with transaction():
        keys = [county.duty(county.day(n)).seat_key for n in numbers]
        leader = county.duty(county.day(numbers[0])).leader_id or 0
        return service.request_cover(
            county.office,
            leader,
            keys,
            reason,
            "staff",
            candidates=[county.leaders[n].id for n in candidates],
        )


def asks(request: SubstitutionRequest, state: str = "waiting") -> list[SubstitutionAsk]:
    db.session.expire_all()
    return [ask for ask in request.asks if ask.state == state]


def accept(request: SubstitutionRequest, number: int = 0) -> None:
    with transaction():
        service.accept(asks(request)[number], "candidate")


def sentence(error: pytest.ExceptionInfo[RotaError]) -> str:
    return error.value.text.zh


def test_cover_from_request_to_revision(county: County) -> None:
    request = cover(county, 6, candidates=(3,))
    assert request.state == "asked" and len(asks(request)) == 1
    accept(request)
    db.session.expire_all()
    duty = county.duty(county.day(6))
    assert (duty.leader_id, duty.sequence, duty.post) == (county.leaders[3].id, 1, "副县长")
    revision = db.session.scalars(select(Revision).order_by(Revision.number.desc())).first()
    assert revision is not None and (revision.number, revision.kind) == (2, "substitution")
    assert "示例丁代示例乙" in revision.reason and "公务" in revision.reason
    assert county.states(request) == ["requested", "asked", "done"]
    assert [type(e) for e in county.told].count(SubstituteAsked) == 1


def test_everybody_affected_hears_once_and_nobody_else(county: County) -> None:
    county.set_policy(ask="all")
    request = cover(county, 6, candidates=(3, 4))
    accept(request)
    done = [e for e in county.told if isinstance(e, SubstitutionChanged)][-1]
    db.session.expire_all()
    heard = {found.leader_id: found.part for found in queries.affected_by(done)}
    assert heard == {
        county.leaders[1].id: "replaced",
        county.leaders[3].id: "substitute",
        county.leaders[4].id: "not_needed",
    }


def test_one_by_one_the_next_is_asked_when_one_declines(county: County) -> None:
    request = cover(county, 6, candidates=(3, 4))
    assert [a.leader_id for a in asks(request)] == [county.leaders[3].id]
    with transaction():
        service.decline(asks(request)[0], "candidate")
    assert [a.leader_id for a in asks(request)] == [county.leaders[4].id]
    with transaction():
        service.decline(asks(request)[0], "candidate")
    assert asks(request) == [] and request.state == "asked" and request.escalated_at is not None
    assert [type(e) for e in county.told][-1] is SubstitutionEscalated


def test_several_duties_with_two_substitutes_are_handed_over_one_by_one(county: County) -> None:
    county.set_policy(ask="all")
    request = cover(county, 6, 11, candidates=(3, 4))
    first, second = asks(request)
    with transaction():
        service.accept(first, "candidate", duty_ids=[request.duties[0].id])
    db.session.expire_all()
    assert request.state == "asked" and county.duty(county.day(6)).leader_id == county.leaders[3].id
    with transaction():
        service.accept(second, "candidate")
    db.session.expire_all()
    assert request.state == "done" and county.duty(county.day(11)).leader_id == county.leaders[4].id
    assert len({duty.revision_id for duty in request.duties}) == 2


def test_swap_gives_each_the_other_duty(county: County) -> None:
    mine, theirs = county.duty(county.day(6)), county.duty(county.day(8))
    with transaction():
        request = service.request_swap(
            county.office, mine.leader_id or 0, mine.seat_key, theirs.seat_key, "staff"
        )
    accept(request)
    db.session.expire_all()
    assert county.duty(county.day(6)).leader_id == county.leaders[3].id
    assert county.duty(county.day(8)).leader_id == county.leaders[1].id
    amounts = [(row.leader_id, row.amount) for row in db.session.scalars(select(LedgerEntry))]
    assert sum(amount for _, amount in amounts) == 0 and len(amounts) == 4
    heard = queries.affected_by([e for e in county.told if isinstance(e, SubstitutionChanged)][-1])
    assert len(heard) == 2 == len({found.leader_id for found in heard})


def test_a_swap_over_a_swap_falls_with_a_sentence(county: County) -> None:
    keys = [county.duty(county.day(n)).seat_key for n in (6, 8, 5)]
    with transaction():
        first = service.request_swap(county.office, county.leaders[1].id, keys[0], keys[1], "staff")
    with transaction():
        second = service.request_swap(county.office, county.leaders[0].id, keys[2], keys[1], "staff")
    late = asks(second)[0]
    accept(first)
    db.session.expire_all()
    assert second.state == "expired" and "示例乙" in str(second.outcome)
    with pytest.raises(Overtaken) as error, transaction():
        service.accept(late, "candidate")
    assert "已改由示例乙承担" in sentence(error)


def test_the_second_who_accepts_hears_who_was_first(county: County) -> None:
    county.set_policy(ask="all")
    request = cover(county, 6, candidates=(3, 4))
    first, second = asks(request)
    with transaction():
        service.accept(first, "candidate")
    with pytest.raises(Overtaken) as error, transaction():
        service.accept(second, "candidate")
    assert "已由示例丁接下" in sentence(error)


def test_accept_after_withdraw(county: County) -> None:
    request = cover(county, 6, candidates=(3,))
    ask = asks(request)[0]
    with transaction():
        service.withdraw(request, "leader")
    with pytest.raises(Overtaken) as error, transaction():
        service.accept(ask, "candidate")
    assert "撤回" in sentence(error)
    with pytest.raises(Overtaken), transaction():
        service.withdraw(request, "leader")


def test_a_duty_that_changes_meanwhile(county: County) -> None:
    request = cover(county, 6, candidates=(3,))
    ask = asks(request)[0]
    with transaction():
        revision = replace_leader(county.office, county.day(6), county.leaders[2])
        from app.roster.events import RosterPublished
        from app.roster.substitution.service.watching import look_again

        key = county.duty(county.day(6)).session_key
        look_again(RosterPublished(county.office.id, revision.id, revision.number, (key,)))
    with pytest.raises(Overtaken) as error, transaction():
        service.accept(ask, "candidate")
    assert "已改由示例丙承担" in sentence(error)


def test_a_candidate_on_leave_meanwhile(county: County) -> None:
    request = cover(county, 6, candidates=(3,))
    with transaction():
        day = county.day(6)
        db.session.add(Leave(leader_id=county.leaders[3].id, first_day=day, last_day=day))
    with pytest.raises(NotAllowed) as error, transaction():
        service.accept(asks(request)[0], "candidate")
    assert "请假" in sentence(error)
    assert len(asks(request)) == 1


def test_a_candidate_whose_term_ends(county: County) -> None:
    request = cover(county, 6, candidates=(3, 4))
    with transaction():
        db.session.get_one(Leader, county.leaders[3].id).last_day = county.day(2)
    assert jobs.process_deadlines(now()) == 1
    assert [a.leader_id for a in asks(request)] == [county.leaders[4].id]


def test_two_requests_for_one_duty(county: County) -> None:
    cover(county, 6, candidates=(3,))
    with pytest.raises(AlreadyAsked):
        cover(county, 6, candidates=(4,))


def test_a_past_duty_or_one_of_somebody_else_is_refused(county: County) -> None:
    with pytest.raises(DutyNotFound):
        cover(county, 0)
    with pytest.raises(DutyNotFound), transaction():
        service.request_cover(
            county.office, county.leaders[0].id, [county.duty(county.day(6)).seat_key], "business", "x"
        )


def test_office_approval(county: County) -> None:
    county.set_policy(approval=True)
    request = cover(county, 6, candidates=(3,))
    accept(request)
    assert request.state == "agreed" and county.duty(county.day(6)).leader_id == county.leaders[1].id
    with transaction():
        service.approve(request, "office")
    assert request.state == "done"
    assert county.states(request) == ["requested", "asked", "agreed", "approved", "done"]


def test_the_office_refuses(county: County) -> None:
    county.set_policy(approval=True)
    request = cover(county, 6, candidates=(3,))
    accept(request)
    with transaction():
        service.refuse(request, "office")
    assert request.state == "declined" and county.duty(county.day(6)).leader_id == county.leaders[1].id


def test_the_convener_is_told_by_a_notice(county: County) -> None:
    county.set_policy(tell="notice", convener_id=county.leaders[0].id)
    request = cover(county, 6, candidates=(3,))
    told = [e for e in county.told if isinstance(e, ConvenerTold)]
    assert [e.leader_id for e in told] == [county.leaders[0].id]
    step = next(step for step in request.steps if step.what == "told")
    assert step.how == "notice"
    accept(request)
    assert request.state == "done"


def test_told_by_hand_is_recorded_before_the_roster_changes(county: County) -> None:
    county.set_policy(tell="by_hand", convener_id=county.leaders[0].id)
    request = cover(county, 6, candidates=(3,))
    accept(request)
    assert request.state == "agreed"
    with pytest.raises(ConvenerNotTold), transaction():
        _assign_other(county)
    with transaction():
        service.record_told(request, "phone", "office")
    assert request.state == "done"
    step = next(step for step in request.steps if step.what == "told")
    assert (step.how, step.by, step.leader_id) == ("phone", "office", county.leaders[0].id)


def _assign_other(county: County) -> None:
    other = service.request_cover(
        county.office, county.leaders[2].id, [county.duty(county.day(7)).seat_key], "business", "staff"
    )
    service.assign(other, county.leaders[4].id, "office")


def test_emergency_takes_effect_at_once(county: County, clock: FixedClock) -> None:
    county.set_policy(approval=True, tell="by_hand", convener_id=county.leaders[4].id)
    clock.at = dt.datetime(2026, 3, 4, 0, 10, tzinfo=dt.UTC)  # 08:10 in Shanghai, the session begins at 08:30
    with transaction():
        request = service.arrange_now(
            county.office, county.duty(county.day(2)).seat_key, county.leaders[4].id, "staff"
        )
    assert request.state == "done" and county.duty(county.day(2)).leader_id == county.leaders[4].id
    assert county.states(request) == ["requested", "done"]


def test_staff_may_set_a_rule_aside_but_not_a_leave(county: County) -> None:
    with transaction():
        day = county.day(6)
        db.session.add(Leave(leader_id=county.leaders[3].id, first_day=day, last_day=day))
    with pytest.raises(NotAllowed) as error, transaction():
        service.arrange_now(
            county.office,
            county.duty(county.day(6)).seat_key,
            county.leaders[3].id,
            "staff",
            accept_rules=True,
        )
    assert "请假" in sentence(error)


def test_undo_is_another_revision(county: County) -> None:
    county.set_policy(return_duty="always")
    request = cover(county, 6, candidates=(3,))
    accept(request)
    assert db.session.scalars(select(ReturnDuty)).one().state == "open"
    with transaction():
        service.undo(request, "staff")
    db.session.expire_all()
    duty = county.duty(county.day(6))
    assert (duty.leader_id, duty.sequence, request.state) == (county.leaders[1].id, 2, "undone")
    assert queries.ledger_entries(county.office.id, dt.date(2026, 1, 1), dt.date(2026, 12, 31)) == []
    assert db.session.scalars(select(ReturnDuty)).one().state == "void"
    event = [e for e in county.told if isinstance(e, SubstitutionChanged)][-1]
    assert {f.part for f in queries.affected_by(event)} == {"given_back", "taken_back"}


def test_undo_after_another_change_is_refused(county: County) -> None:
    request = cover(county, 6, candidates=(3,))
    accept(request)
    with transaction():
        service.arrange_now(county.office, county.duty(county.day(6)).seat_key, county.leaders[4].id, "staff")
    with pytest.raises(Overtaken) as error, transaction():
        service.undo(request, "staff")
    assert "又有变动" in sentence(error)


def test_a_return_duty_is_served_by_the_next_cover_the_other_way(county: County) -> None:
    county.set_policy(return_duty="always")
    accept(cover(county, 6, candidates=(3,)))
    back = cover(county, 13, candidates=(1,))
    accept(back)
    debts = list(db.session.scalars(select(ReturnDuty)))
    assert [(debt.state, debt.served_by_id) for debt in debts] == [("served", back.id)]


@pytest.mark.parametrize(
    ("at_deadline", "kinds", "waiting"),
    [
        ("nudge", [SubstituteNudged], 1),
        ("next", [SubstituteAsked], 1),
        ("escalate", [SubstitutionEscalated], 1),
        ("staff", [SubstitutionEscalated], 0),
    ],
)
def test_at_the_deadline(
    county: County, clock: FixedClock, at_deadline: str, kinds: list[type], waiting: int
) -> None:
    county.set_policy(at_deadline=at_deadline)
    request = cover(county, 16, candidates=(3, 4))
    assert request.deadline_at == dt.datetime(
        2026, 3, 3, 9, 30, tzinfo=dt.UTC
    )  # the end of the next working day
    clock.at = request.deadline_at - dt.timedelta(minutes=1)
    assert jobs.process_deadlines(now()) == 0
    clock.at = request.deadline_at
    before = len(county.told)
    assert jobs.process_deadlines(now()) == 1
    assert jobs.process_deadlines(now()) == 0
    assert [type(e) for e in county.told[before:]] == kinds
    assert len(asks(request)) == waiting


def test_a_request_ends_when_the_session_begins(county: County, clock: FixedClock) -> None:
    request = cover(county, 6, candidates=(3,))
    clock.at = dt.datetime(2026, 3, 10, 0, 30, tzinfo=dt.UTC)
    jobs.process_deadlines(now())
    db.session.expire_all()
    assert request.state == "expired" and "已经开始" in str(request.outcome)
    assert jobs.process_deadlines(now()) == 0


def test_nobody_is_named_the_ranking_is_asked(county: County) -> None:
    request = cover(county, 6)
    asked = asks(request) + asks(request, "queued")
    assert county.leaders[1].id not in {ask.leader_id for ask in asked} and len(asked) == 4


def test_acknowledgement(app: Flask, county: County) -> None:
    office, first, last = county.office.id, county.day(0), county.day(9)
    assert len(queries.unacknowledged(office, first, last)) == 10
    with transaction():
        assert service.acknowledge(county.leaders[1].id, "page") == 5
        assert service.acknowledge(county.leaders[1].id, "page") == 0
    assert len(queries.unacknowledged(office, first, last)) == 8
    accept(cover(county, 6, candidates=(3,)))
    db.session.expire_all()
    assert county.duty(county.day(6)).seat_key not in {
        d.seat_key for d in queries.unacknowledged(office, first, last)
    }
