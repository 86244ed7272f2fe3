"""From rules to a ready draft, through the real solver in its child process."""

import datetime as dt
import threading

import pytest
from flask import Flask

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.roster import building, claims, drafts, publishing, queries
from app.roster.engine import SolveOptions, solve
from app.roster.errors import BadRange, DraftNotEditable
from app.roster.ledger import balances_before, ledger
from app.roster.models import Draft, LeaderTerms, Leave, Pin, Wish
from app.roster.solving import Outcome, build_drafts
from tests.factories import make_leader, make_office
from tests.integration.roster.helpers import make_rule

FIRST, LAST = dt.date(2026, 4, 1), dt.date(2026, 5, 31)


@pytest.fixture
def office(app: Flask) -> Office:
    """A county with four leaders and one leader every working day."""
    with transaction():
        office = make_office()
        for name in "甲乙丙丁":
            make_leader(office, name)
        make_rule(office)
        return office


def leaders_of(office: Office) -> list[Leader]:
    """The leaders in order."""
    return db.session.query(Leader).filter_by(office_id=office.id).order_by(Leader.position).all()


def build(office: Office, first: dt.date = FIRST, last: dt.date = LAST, seconds: float = 2) -> Draft:
    """Create and build a draft here."""
    with transaction():
        draft = building.create(office, first, last, "anna", seconds)
    build_drafts([draft.id])
    db.session.refresh(draft)
    return draft


def counts(draft: Draft) -> dict[int | None, int]:
    """Duties by leader."""
    found: dict[int | None, int] = {}
    for duty in queries.draft_duties(draft.id):
        found[duty.leader_id] = found.get(duty.leader_id, 0) + 1
    return found


def test_a_draft_is_built_even_and_publishes(office: Office) -> None:
    draft = build(office)
    assert draft.state == "ready"
    assert draft.provisional is False
    assert list(counts(draft).values()) == [10] * 4  # 40 working days, make-up Saturday 9 May included
    assert draft.report is not None
    assert draft.report["levels"]["1a"]["proven"]
    with transaction():
        revision = publishing.publish(draft, "", "anna")
    assert revision.number == 1
    assert len(queries.current_duties(office.id)) == 40


def test_leave_terms_pins_weekdays_and_shares_are_kept(office: Office) -> None:
    one, two, three, _four = leaders_of(office)
    with transaction():
        db.session.add(Leave(leader_id=one.id, first_day=dt.date(2026, 4, 1), last_day=dt.date(2026, 4, 30)))
        db.session.add(LeaderTerms(leader_id=two.id, share_percent=50, forbidden_weekdays=[0]))
        db.session.merge(three).first_day = dt.date(2026, 5, 1)
        rule = queries.list_rules(office.id)[0]
        db.session.add(Pin(office_id=office.id, seat_key=f"r{rule.id}:2026-05-20:day:1", leader_id=one.id))
        db.session.add(Wish(leader_id=one.id, kind="avoid", on_date=dt.date(2026, 5, 21)))
    draft = build(office)
    duties = queries.draft_duties(draft.id)
    assert min(duty.on_date for duty in duties if duty.leader_id == one.id) >= dt.date(2026, 5, 1)
    assert min(duty.on_date for duty in duties if duty.leader_id == three.id) >= dt.date(2026, 5, 1)
    assert not [d for d in duties if d.leader_id == two.id and d.on_date.weekday() == 0]
    pinned = next(d for d in duties if d.on_date == dt.date(2026, 5, 20))
    assert (pinned.leader_id, pinned.locked) == (one.id, True)
    assert publishing.find_obstacles(draft) == ()


def test_a_replan_in_july_keeps_the_past_and_most_of_the_rest(office: Office, clock: FixedClock) -> None:
    first = build(office)
    with transaction():
        publishing.publish(first, "", "anna")
    before = {d.seat_key: d.leader_id for d in queries.current_duties(office.id)}
    clock.advance(dt.timedelta(days=60))  # 1 May
    gone = leaders_of(office)[0]
    with transaction():
        db.session.add(
            Leave(leader_id=gone.id, first_day=dt.date(2026, 5, 11), last_day=dt.date(2026, 5, 15))
        )
    draft = build(office, seconds=20)
    assert draft.state == "ready", draft.progress
    after = {d.seat_key: d.leader_id for d in queries.draft_duties(draft.id)}
    assert {key: after[key] for key in before if key[3:] < "2026-05-01"} == {
        key: before[key] for key in before if key[3:] < "2026-05-01"
    }
    assert all(d.locked for d in queries.draft_duties(draft.id) if d.on_date < dt.date(2026, 5, 1))
    changed = [key for key in before if before[key] != after[key]]
    due = [
        key
        for key, leader in before.items()
        if leader == gone.id and "2026-05-11" <= key[3:13] <= "2026-05-15"
    ]
    assert len(changed) == len(due)


def test_an_impossible_draft_says_why(office: Office) -> None:
    with transaction():
        make_rule(office, "limit", "每周至少三次", period="week", min=3)
    draft = build(office, seconds=20)
    assert draft.state == "impossible"
    assert draft.report is not None
    assert draft.report["conflict"]["reasons"]


def test_no_rules_and_no_leaders_are_said_in_one_sentence(app: Flask) -> None:
    with transaction():
        empty = make_office("empty")
        make_leader(empty)
        lonely = make_office("lonely")
        make_rule(lonely)
    assert "规则" in (build(empty).progress or {})["error"]["zh"]
    assert "领导" in (build(lonely).progress or {})["error"]["zh"]


def test_ranges_that_cannot_be_planned(office: Office) -> None:
    for first, last in ((LAST, FIRST), (FIRST, FIRST + dt.timedelta(days=800))):
        with pytest.raises(BadRange), transaction():
            building.create(office, first, last, "anna")


def test_a_build_again_keeps_what_is_locked(office: Office) -> None:
    draft = build(office)
    seat = queries.draft_duties(draft.id)[3]
    other = next(leader for leader in leaders_of(office) if leader.id != seat.leader_id)
    with transaction():
        drafts.edit_draft(draft, {seat.seat_key: other.id}, draft.version, "anna")
        db.session.merge(seat).locked = True
    with transaction():
        building.queue_again(draft, "anna", 2)
    outcomes: list[Outcome] = []
    build_drafts([draft.id], on_done=outcomes.append)
    assert [outcome.state for outcome in outcomes] == ["ready"]
    again = {duty.seat_key: duty for duty in queries.draft_duties(draft.id)}
    assert (again[seat.seat_key].leader_id, again[seat.seat_key].locked) == (other.id, True)


def test_a_silent_build_is_shown_as_stopped_and_goes_on(office: Office, clock: FixedClock) -> None:
    with transaction():
        draft = building.create(office, FIRST, LAST, "anna", 2)
        claims.claim(draft, "first")
        assert not claims.tell(draft.id, "first", {"time_limit": 2, "roster": {}})
    assert not claims.is_stopped(draft)
    with pytest.raises(DraftNotEditable), transaction():
        building.queue_again(draft, "bert")
    clock.advance(dt.timedelta(seconds=31))
    assert claims.is_stopped(draft)
    with transaction():
        building.queue_again(draft, "bert", 2)
    build_drafts([draft.id])
    db.session.refresh(draft)
    assert draft.state == "ready"


def test_only_one_builder_has_a_draft(office: Office) -> None:
    with transaction():
        draft = building.create(office, FIRST, LAST, "anna", 2)
        claims.claim(draft, "first")
    with pytest.raises(DraftNotEditable), transaction():
        claims.claim(draft, "second")
    stop = threading.Event()
    stop.set()
    assert [outcome.state for outcome in build_drafts([draft.id], stop=stop)] == ["queued"]
    db.session.refresh(draft)
    assert (draft.state, draft.builder) == ("building", "first")


def test_a_silent_draft_is_taken_over_and_its_first_builder_changes_nothing(
    office: Office, clock: FixedClock
) -> None:
    with transaction():
        draft = building.create(office, FIRST, LAST, "anna", 2)
        planned = claims.claim(draft, "first")
    assert planned is not None
    clock.advance(dt.timedelta(seconds=31))
    assert [outcome.state for outcome in build_drafts([draft.id])] == ["ready"]
    seats = [(duty.seat_key, duty.leader_id) for duty in queries.draft_duties(draft.id)]
    with transaction():
        assert claims.tell(draft.id, "first", {"time_limit": 1})
    late = solve(planned.problem, SolveOptions(time_limit=1, workers=1, levels=("5",)))
    with pytest.raises(DraftNotEditable), transaction():
        claims.finish(db.session.get_one(Draft, draft.id), "first", planned, late)
    db.session.refresh(draft)
    assert "levels" in (draft.progress or {})
    assert [(duty.seat_key, duty.leader_id) for duty in queries.draft_duties(draft.id)] == seats


def test_debts_are_carried_into_the_next_plan(office: Office) -> None:
    draft = build(office)
    with transaction():
        one, two = leaders_of(office)[:2]
        for duty in queries.draft_duties(draft.id):
            if duty.leader_id == two.id:
                duty.leader_id = one.id
        db.session.flush()
        publishing.publish(draft, "", "anna", accept_conflicts=True)
    book = ledger(office, 2026)
    balances = book.balances("all")
    assert balances[one.id] > 9000
    assert balances[two.id] < -9000
    assert sum(balances.values()) == 0
    assert balances_before(office, dt.date(2026, 6, 1))[0] == balances
    following = build(office, dt.date(2026, 6, 1), dt.date(2026, 8, 31))
    given = counts(following)
    assert given[two.id] - given.get(one.id, 0) >= 18
    with transaction():
        make_rule(office, "fairness", "公平", carry_over=False)
    assert balances_before(office, dt.date(2026, 6, 1)) == ({}, {})
