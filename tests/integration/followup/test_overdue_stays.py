"""What is overdue stays so: whatever happened in the hour it should have been said, staff and the leader hear of it once."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.followup.errors import NothingChanged
from app.followup.ladder import ladder_of
from app.followup.models import Matter
from app.followup.service import limits, units
from app.followup.service.correction import as_it_reads, correct
from app.followup.service.matters import Opening, close, open_matter, reopen
from app.notifications.delivery_service import take_back
from app.notifications.models import Notice
from app.notifications.policies import policy_of
from app.notifications.reminding import upcoming
from app.notifications.sending import Sender
from tests.integration.followup.scenario import Scene
from tests.integration.followup.test_escalation import DUE, TOLD_LEADER, TOLD_STAFF, begin, reach, scene, told

__all__ = ["scene"]
Step = Callable[[Scene, Matter], object]


def do(scene: Scene, matter: Matter, step: Step) -> None:
    with transaction():
        step(scene, db.session.get_one(Matter, matter.id))


def days_from(clock: FixedClock, count: int = 12) -> None:
    """Each morning at ten past nine in Shanghai."""
    start = clock.at.replace(hour=1, minute=10)
    for number in range(count):
        if start + dt.timedelta(days=number) > clock.at:
            reach(clock, start + dt.timedelta(days=number))


def lists() -> list[str]:
    return [subject.rpartition(":")[2] for subject, *_rest in told("staff.overdue_matters")]


def corrected(scene: Scene, matter: Matter, **values: object) -> None:
    correct(scene.office, matter, replace(as_it_reads(matter), **values), matter.version, "错录", "clerk")  # type: ignore[arg-type]


def paused(first: dt.date, last: dt.date) -> Step:
    return lambda scene, matter: limits.pause(scene.office, matter, first, last, "鉴定", "clerk")


ENDED_AND_BEGUN_ANEW: dict[str, tuple[Step, Step]] = {
    "reopened": (
        lambda s, m: close(s.office, m, "办结", "clerk"),
        lambda s, m: reopen(s.office, m, "未办", "clerk"),
    ),
    "sent back": (
        lambda s, m: units.reply(s.office, m.parts[0], "已办", "unit"),
        lambda s, m: units.send_back(s.office, m.parts[0], "未答复", "clerk"),
    ),
    "handed again": (
        lambda s, m: units.refuse_part(s.office, m.parts[0], "不属于", "unit"),
        lambda s, m: units.hand_again(s.office, m.parts[0], "属于", "clerk"),
    ),
}


@pytest.mark.parametrize("what", ENDED_AND_BEGUN_ANEW)
def test_what_begins_anew_after_its_hour_is_said_the_next_working_day(
    scene: Scene, clock: FixedClock, what: str
) -> None:
    end, anew = ENDED_AND_BEGUN_ANEW[what]
    matter = begin(scene)
    do(scene, matter, end)
    for moment in (
        TOLD_STAFF,
        TOLD_LEADER,
        dt.datetime(2026, 4, 10, 8, tzinfo=dt.UTC),
    ):  # to a Friday afternoon
        reach(clock, moment)
    assert (lists(), told("matter.escalated")) == ([], [])
    do(scene, matter, anew)
    office, part = scene.office, db.session.get_one(Matter, matter.id).parts[0]
    rung = ladder_of(office, [part]).rungs[part.id][-1]
    assert (rung.state, rung.at) == ("coming", dt.datetime(2026, 4, 13, 1, tzinfo=dt.UTC))
    said = {r.kind for r in upcoming(office, 5, policy_of(office))[0]}
    assert {"matter.escalated", "staff.overdue_matters"} <= said
    days_from(clock)
    assert (lists(), len(told("matter.escalated"))) == (["2026-04-13"], 1)
    assert "matter.escalated" not in {r.kind for r in upcoming(office, 30, policy_of(office))[0]}


def test_a_date_put_right_that_is_past(scene: Scene, clock: FixedClock) -> None:
    opening = Opening(
        received_on=dt.date(2026, 3, 2),
        subject="示例路灯不亮",
        disposition="raised",
        case_leader_id=scene.leaders[1].id,
        units=[scene.units[0].id],
    )
    with transaction():
        matter = open_matter(scene.office, opening, "clerk")
    reach(clock, clock.at)
    reach(clock, dt.datetime(2026, 4, 20, 6, tzinfo=dt.UTC))
    do(scene, matter, lambda s, m: corrected(s, m, received_on=dt.date(2026, 1, 20)))
    days_from(clock)
    assert (lists(), len(told("matter.escalated"))) == (["2026-04-21"], 1)


def test_another_leader_hears_and_the_first_not_again(scene: Scene, clock: FixedClock) -> None:
    matter = begin(scene)
    reach(clock, TOLD_LEADER)
    clock.advance(dt.timedelta(hours=1))
    do(scene, matter, lambda s, m: corrected(s, m, case_leader_id=s.leaders[2].id))
    days_from(clock)
    assert [who for _s, _k, who, _l in told("matter.escalated")] == [scene.leaders[n].id for n in (1, 2)]


def test_a_pause_lifted_after_the_hour(scene: Scene, clock: FixedClock) -> None:
    matter = begin(scene)
    clock.at = dt.datetime(2026, 3, 20, 2, tzinfo=dt.UTC)
    do(scene, matter, paused(dt.date(2026, 3, 21), dt.date(2026, 4, 5)))
    days_from(clock)
    reach(clock, dt.datetime(2026, 4, 1, 2, tzinfo=dt.UTC))
    assert (lists(), told("matter.escalated")) == ([], [])
    do(scene, matter, lambda s, m: limits.resume(s.office, m, "clerk"))
    days_from(clock)
    assert (lists(), len(told("matter.escalated"))) == (["2026-04-02"], 1)


def test_a_pause_of_months(scene: Scene, clock: FixedClock) -> None:
    matter = begin(scene)
    reach(clock, TOLD_STAFF)
    do(scene, matter, paused(dt.date(2026, 3, 24), dt.date(2026, 8, 9)))
    for day in (dt.date(2026, 7, 1), dt.date(2026, 8, 10), dt.date(2026, 8, 11)):
        assert told("matter.escalated") == []
        reach(clock, dt.datetime.combine(day, dt.time(1, 1), dt.UTC))
        if day.day > 9:
            break
    assert len(told("matter.escalated")) == 1


def states() -> list[str]:
    return list(db.session.scalars(select(Notice.state).where(Notice.kind == "matter.escalated")))


def test_taken_back_in_a_pause_it_is_said_after_it(app: Flask, scene: Scene, clock: FixedClock) -> None:
    """Queued before the pause, not sent in it: the outbox's key does not keep it from being said afterwards, once."""
    matter = begin(scene)
    reach(clock, TOLD_LEADER)
    clock.advance(dt.timedelta(days=1))  # the pause begins after its hour
    do(scene, matter, paused(dt.date(2026, 3, 28), dt.date(2026, 4, 5)))
    Sender().run(app)
    db.session.rollback()
    assert states() == ["superseded"]
    reach(clock, TOLD_LEADER + dt.timedelta(days=4))
    assert states() == ["superseded"]
    reach(clock, dt.datetime(2026, 4, 7, 1, 1, tzinfo=dt.UTC))
    assert states() == ["queued"]
    Sender().run(app)
    db.session.rollback()
    (ended,) = states()
    days_from(clock)
    assert states() == [ended] != ["superseded"]


def test_what_staff_took_back_by_hand_stays_so(scene: Scene, clock: FixedClock) -> None:
    begin(scene)
    reach(clock, TOLD_LEADER)
    with transaction():
        for notice in db.session.scalars(select(Notice).where(Notice.state == "queued")):
            take_back(notice)
    days_from(clock)
    assert (lists(), states()) == (["2026-03-23"], ["superseded"])


def test_a_list_no_staff_heard_in_a_downtime_comes_once(scene: Scene, clock: FixedClock) -> None:
    begin(scene, both=True)
    reach(clock, TOLD_STAFF + dt.timedelta(days=3))
    days_from(clock)
    assert lists() == ["2026-03-23"]


def test_an_assisting_unit_is_told_when_the_main_one_has_replied(
    app: Flask, scene: Scene, clock: FixedClock
) -> None:
    matter = begin(scene, both=True)
    do(scene, matter, lambda s, m: units.relieve(s.office, m.parts[1], "示例", "clerk"))
    do(scene, matter, lambda s, m: units.reply(s.office, m.parts[0], "已办", "unit"))
    Sender().run(app)
    clock.advance(dt.timedelta(hours=1))
    do(scene, matter, lambda s, m: units.hand_again(s.office, m.parts[1], "再办", "clerk"))
    do(scene, matter, lambda s, m: limits.set_leader_day(s.office, m, dt.date(2026, 3, 12), "领导", "clerk"))
    assert db.session.get_one(Matter, matter.id).state == "replied"
    Sender().run(app)
    db.session.rollback()
    last = select(Notice.state, Notice.kind).order_by(Notice.id.desc()).limit(2)
    found = {kind: state for state, kind in db.session.execute(last)}
    assert found.keys() == {"matter.handed_over", "matter.new_date"} and "superseded" not in found.values()


def test_units_hear_of_a_date_that_is_another(scene: Scene, clock: FixedClock) -> None:
    matter = begin(scene)
    for day in (dt.date(2026, 3, 12), DUE):
        do(scene, matter, lambda s, m, day=day: limits.set_leader_day(s.office, m, day, "领导", "clerk"))  # type: ignore[misc]
    with pytest.raises(NothingChanged):
        do(scene, matter, lambda s, m: limits.set_leader_day(s.office, m, DUE, "领导", "clerk"))
    assert [lead for *_rest, lead in told("matter.new_date")] == ["date:2026-03-12", f"date:{DUE}"]
    rules = db.session.get_one(Matter, matter.id).regulation_due_on
    do(scene, matter, lambda s, m: limits.set_leader_day(s.office, m, rules, "领导", "clerk"))
    do(scene, matter, lambda s, m: limits.lift_leader_day(s.office, m, "领导", "clerk"))
    assert len(told("matter.new_date")) == 3
