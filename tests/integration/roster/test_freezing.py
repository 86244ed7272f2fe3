"""Re-plans that move nothing within the next days."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock as now
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.events import _listeners, subscribe
from app.directory.models import Office
from app.roster import building, publishing, queries
from app.roster.errors import BadRange
from app.roster.events import InvitedAsked
from app.roster.models import Draft, Leave
from app.roster.solving import build_drafts
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import make_rule

FIRST, LAST = dt.date(2026, 4, 1), dt.date(2026, 4, 30)
TODAY = dt.date(2026, 4, 8)


@pytest.fixture
def published(app: Flask, clock: FixedClock) -> Office:
    """Three leaders in turn over April, published; today is 8 April. A fourth has joined since."""
    with transaction():
        office = make_office()
        for name in "甲乙丙":
            make_leader(office, name)
        make_rule(office)
    first = replan(office, 0)
    with transaction():
        publishing.publish(first, "", "anna")
        make_leader(db.session.merge(office), "丁")
    clock.advance(dt.timedelta(days=37))
    assert now.today(office.timezone) == TODAY
    return office


def replan(office: Office, freeze_days: int) -> Draft:
    """A draft of April, built here."""
    with transaction():
        draft = building.create(office, FIRST, LAST, "anna", 2, freeze_days)
    build_drafts([draft.id])
    db.session.refresh(draft)
    return draft


def differing(draft: Draft) -> set[dt.date]:
    """Days on which the draft has another leader than what is published."""
    before = {duty.seat_key: duty.leader_id for duty in queries.current_duties(draft.office_id)}
    seats = queries.draft_duties(draft.id)
    return {seat.on_date for seat in seats if before[seat.seat_key] != seat.leader_id}


def absent(office: Office, day: dt.date) -> None:
    """Who is on duty that day is on leave from it to the end."""
    leader = queries.current_duties(office.id, day, day)[0].leader_id
    with transaction():
        db.session.add(Leave(leader_id=leader, first_day=day, last_day=LAST))


def test_frozen_seats_are_pinned_but_not_locked_by_hand(published: Office) -> None:
    draft = replan(published, 14)
    assert draft.state == "ready", draft.progress
    until = TODAY + dt.timedelta(days=14)
    assert draft.problem is not None
    frozen = {duty.seat_key for duty in queries.draft_duties(draft.id) if TODAY <= duty.on_date < until}
    assert frozen <= set(draft.problem["pins"])
    assert not [d for d in queries.draft_duties(draft.id) if d.locked and d.on_date >= TODAY]
    with transaction():
        building.queue_again(draft, "anna", 2, freeze_days=0)
    build_drafts([draft.id])
    db.session.refresh(draft)
    assert draft.freeze_days == 0
    assert frozen.isdisjoint(draft.problem["pins"])


def test_what_must_move_moves_outside_the_freeze_only(published: Office) -> None:
    absent(published, dt.date(2026, 4, 22))
    draft = replan(published, 14)
    assert draft.state == "ready", draft.progress
    assert differing(draft)
    assert min(differing(draft)) >= dt.date(2026, 4, 22)


def test_a_leader_who_is_away_is_replaced_even_then_and_a_warning_says_so(published: Office) -> None:
    absent(published, TODAY)
    draft = replan(published, 14)
    assert draft.state == "ready", draft.progress
    assert draft.progress is not None
    said = [text["zh"] for text in draft.progress["warnings"] if "不调整的期限" in text["zh"]]
    assert len(said) == len({day for day in differing(draft) if day < TODAY + dt.timedelta(days=14)}) > 0


def test_a_senseless_number_of_days_is_refused(published: Office) -> None:
    with pytest.raises(BadRange), transaction():
        building.create(published, FIRST, LAST, "anna", 2, -1)
    with pytest.raises(BadRange), transaction():
        building.create(published, FIRST, LAST, "anna", 2, 367)


@pytest.fixture
def invited() -> Iterator[dict[str, int]]:
    """Sessions with people invited, as a higher feature would answer."""
    sessions: dict[str, int] = {}

    def answer(question: InvitedAsked) -> None:
        question.invited.update(sessions)

    subscribe(InvitedAsked, answer)
    yield sessions
    _listeners[InvitedAsked].remove(answer)


def evenly(office: Office) -> None:
    """Shares count before changes, so that the leader who has joined gets duties of the others."""
    with transaction():
        make_rule(db.session.merge(office), "fairness", levels=["1a", "1b"])


def test_sessions_with_people_invited_keep_their_leader(published: Office, invited: dict[str, int]) -> None:
    evenly(published)
    plain = differing(replan(published, 0))
    assert plain  # the fourth leader gets something
    keys = {duty.on_date: duty.session_key for duty in queries.current_duties(published.id)}
    invited.update({keys[day]: 2 for day in plain})
    kept = replan(published, 0)
    assert kept.keep_invited
    assert not differing(kept) & plain
    with transaction():
        building.queue_again(kept, "anna", 2, keep_invited=False)
    build_drafts([kept.id])
    assert differing(db.session.get_one(Draft, kept.id))


def test_an_invited_session_whose_leader_is_away_says_that_people_must_hear(
    published: Office, invited: dict[str, int]
) -> None:
    day = dt.date(2026, 4, 20)
    invited[queries.current_duties(published.id, day, day)[0].session_key] = 1
    absent(published, day)
    draft = replan(published, 0)
    assert day in differing(draft)
    said = [row["en"] for row in (draft.progress or {})["warnings"]]
    assert any("People are invited for 20/4" in text for text in said), said


def test_the_preview_counts_the_visits_of_sessions_that_change(
    published: Office, invited: dict[str, int], client: FlaskClient
) -> None:
    evenly(published)
    draft = replan(published, 0)
    with transaction():
        make_user("paula", "scheduler", db.session.merge(published))
    client.post("/sign-in", data={"username": "paula", "password": "correct horse battery"})
    client.set_cookie("lang", "en")
    keys = {duty.on_date: duty.session_key for duty in queries.current_duties(published.id)}
    invited[keys[min(differing(draft))]] = 3
    page = client.get(f"/offices/{published.code}/drafts/{draft.id}/publish").text
    assert "1 of the sessions that change (3 visits)" in page
    assert "Invited: 3" in page
    assert "gap between two duties of one leader" in page
