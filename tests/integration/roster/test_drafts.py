"""Editing a draft: undo steps, compare-and-swap, locked seats."""

import datetime as dt

import pytest
from flask import Flask

from app.accounts.models import AuditEntry
from app.core.database import db, transaction
from app.roster import drafts, queries
from app.roster.errors import (
    DraftChanged,
    DraftNotEditable,
    LeaderNotHere,
    NothingToUndo,
    SeatLocked,
    UnknownSeat,
)
from app.roster.models import Draft
from tests.factories import make_leader, make_office
from tests.integration.roster.helpers import days_from, make_draft, seat_on

MONDAY = dt.date(2026, 3, 9)


@pytest.fixture
def draft(app: Flask) -> Draft:
    """Five days shared by two leaders, ready."""
    with transaction():
        office = make_office()
        one, other = make_leader(office, "甲"), make_leader(office, "乙")
        return make_draft(office, days_from(MONDAY, 5), [one, other])


def leaders_of(draft: Draft) -> list[int | None]:
    """Who has the seats, by date."""
    return [duty.leader_id for duty in queries.draft_duties(draft.id)]


def test_an_edit_is_undone_and_redone_as_one_step(draft: Draft) -> None:
    before = leaders_of(draft)
    one, other = before[0], before[1]
    keys = [duty.seat_key for duty in queries.draft_duties(draft.id)]
    with transaction():
        drafts.edit_draft(draft, {keys[0]: other, keys[1]: one}, 1, "anna")
    assert leaders_of(draft)[:2] == [other, one]
    with transaction():
        drafts.undo(draft, 2, "anna")
    assert leaders_of(draft) == before
    with transaction():
        drafts.redo(draft, 3, "anna")
    assert leaders_of(draft)[:2] == [other, one]
    assert draft.version == 4
    with pytest.raises(NothingToUndo), transaction():
        drafts.redo(draft, 4, "anna")


def test_a_new_edit_forgets_what_was_undone(draft: Draft) -> None:
    keys = [duty.seat_key for duty in queries.draft_duties(draft.id)]
    with transaction():
        drafts.edit_draft(draft, {keys[0]: None}, 1, "anna")
        drafts.undo(draft, 2, "anna")
        drafts.edit_draft(draft, {keys[1]: None}, 3, "anna")
    with pytest.raises(NothingToUndo), transaction():
        drafts.redo(draft, 4, "anna")
    assert [edit.position for edit in queries.draft_edits(draft.id)] == [1]


def test_two_people_do_not_overwrite_each_other(draft: Draft) -> None:
    key = seat_on(draft, MONDAY).seat_key
    with transaction():
        drafts.edit_draft(draft, {key: None}, 1, "anna")
    with pytest.raises(DraftChanged), transaction():
        drafts.edit_draft(draft, {key: seat_on(draft, MONDAY + dt.timedelta(1)).leader_id}, 1, "bert")
    assert leaders_of(draft)[0] is None


def test_a_locked_seat_stays_and_says_so(draft: Draft) -> None:
    with transaction():
        seat_on(draft, MONDAY).locked = True
    with pytest.raises(SeatLocked) as refused, transaction():
        drafts.edit_draft(draft, {seat_on(draft, MONDAY).seat_key: None}, 1, "anna")
    assert "2026-03-09" in refused.value.text.zh
    assert draft.version == 1


def test_strangers_and_unknown_seats_are_refused(draft: Draft) -> None:
    with transaction():
        stranger = make_leader(make_office("other"))
    with pytest.raises(LeaderNotHere), transaction():
        drafts.edit_draft(draft, {seat_on(draft, MONDAY).seat_key: stranger.id}, 1, "anna")
    with pytest.raises(UnknownSeat), transaction():
        drafts.edit_draft(draft, {"r9:2026-01-01:day:1": None}, 1, "anna")


def test_only_a_ready_draft_is_edited_and_discarding_ends_it(draft: Draft) -> None:
    key = seat_on(draft, MONDAY).seat_key
    with transaction():
        drafts.discard(draft, 1, "anna")
    with pytest.raises(DraftNotEditable), transaction():
        drafts.edit_draft(draft, {key: None}, 2, "anna")
    with pytest.raises(DraftNotEditable), transaction():
        drafts.discard(draft, 2, "anna")
    assert queries.list_drafts(draft.office_id) == []
    assert [d.id for d in queries.list_drafts(draft.office_id, closed=True)] == [draft.id]


def test_every_edit_is_in_the_audit_trail(draft: Draft) -> None:
    key = seat_on(draft, MONDAY).seat_key
    before = seat_on(draft, MONDAY).leader_id
    with transaction():
        drafts.edit_draft(draft, {key: None}, 1, "anna")
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.before, entry.after) == ("draft.edit", {key: before}, {key: None})
