"""Publication and correction: versions of seats, the past, what stands against it."""

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from app.calendar import service as calendar
from app.core import events
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, LeaderFacet, Office
from app.roster import drafts, publishing, queries
from app.roster.errors import CannotPublish, NothingToPublish, PublishedMeanwhile, ReasonRequired
from app.roster.events import RosterPublished
from app.roster.models import Duty, Leave
from tests.factories import make_leader, make_office
from tests.integration.roster.helpers import days_from, make_draft, make_seat, seat_on

MONDAY = dt.date(2026, 3, 9)
WEEK = days_from(MONDAY, 5)


@pytest.fixture
def office(app: Flask) -> Office:
    """A county office."""
    with transaction():
        return make_office()


@pytest.fixture
def leaders(office: Office) -> list[Leader]:
    """Two leaders."""
    with transaction():
        return [make_leader(office, "甲"), make_leader(office, "乙")]


def publish_week(office: Office, leaders: list[Leader]) -> None:
    """Revision 1: Monday to Friday."""
    with transaction():
        publishing.publish(make_draft(office, WEEK, leaders), "", "anna")


def rows_of(office: Office, day: dt.date) -> list[Duty]:
    """All versions of the seats of a day, oldest first."""
    found = select(Duty).where(Duty.office_id == office.id, Duty.on_date == day).order_by(Duty.since_revision)
    return list(db.session.scalars(found))


def test_the_first_publication_writes_what_people_see(office: Office, leaders: list[Leader]) -> None:
    publish_week(office, leaders)
    revision = queries.current_revision(office.id)
    assert revision is not None
    assert (revision.number, revision.kind, len(revision.content_hash)) == (1, "publication", 64)
    duties = queries.current_duties(office.id, WEEK[0], WEEK[-1])
    assert [(d.leader_name, d.post, d.sequence) for d in duties[:2]] == [
        ("甲", "副县长", 0),
        ("乙", "副县长", 0),
    ]
    assert queries.published_range(office.id).last_day == WEEK[-1]  # type: ignore[union-attr]


def test_a_day_suspended_since_the_draft_was_made_is_published_as_suspended(
    office: Office, leaders: list[Leader]
) -> None:
    with transaction():
        draft = make_draft(office, WEEK, leaders)
        calendar.add_period(office, "suspension", "装修", WEEK[1], WEEK[2])
    with transaction():
        publishing.publish(db.session.merge(draft), "", "anna")
    states = [duty.status for duty in queries.current_duties(office.id)]
    assert states == ["held", "suspended", "suspended", "held", "held"]


def test_a_day_open_again_since_the_draft_was_made_needs_a_leader(
    office: Office, leaders: list[Leader]
) -> None:
    with transaction():
        draft = make_draft(office, WEEK, [*leaders, *leaders, None])
        seat_on(draft, WEEK[4]).status = "suspended"
    with pytest.raises(CannotPublish, match=WEEK[4].isoformat()), transaction():
        publishing.publish(db.session.merge(draft), "", "anna")


def test_posts_are_those_of_the_day_of_the_duty(office: Office, leaders: list[Leader]) -> None:
    with transaction():
        facet = db.session.merge(leaders[0].facets[0])
        facet.last_day = WEEK[1]
        db.session.add(LeaderFacet(leader_id=leaders[0].id, kind="post", value="县长", first_day=WEEK[2]))
    publish_week(office, leaders[:1])
    assert [d.post for d in queries.current_duties(office.id)] == ["副县长"] * 2 + ["县长"] * 3


def test_a_correction_needs_a_reason_and_changes_only_what_differs(
    office: Office, leaders: list[Leader], clock: FixedClock
) -> None:
    publish_week(office, leaders)
    clock.advance(dt.timedelta(hours=1))
    with transaction():
        draft = make_draft(office, WEEK, leaders)
        drafts.edit_draft(draft, {seat_on(draft, WEEK[2]).seat_key: leaders[1].id}, 1, "anna")
    found = publishing.compare(draft)
    assert [(c.state.on_date, c.fields) for c in found.changed] == [(WEEK[2], ("leader_id", "leader_name"))]
    assert len(found.unchanged) == 4
    assert [(a.name, len(a.gained), len(a.lost)) for a in found.affected_leaders] == [
        ("乙", 1, 0),
        ("甲", 0, 1),
    ]
    with pytest.raises(ReasonRequired), transaction():
        publishing.publish(draft, " ", "anna")
    with transaction():
        revision = publishing.publish(draft, "甲出差", "anna")
    assert revision.kind == "correction"
    old, new = rows_of(office, WEEK[2])
    assert (old.since_revision, old.until_revision, old.sequence) == (1, 2, 0)
    assert (new.since_revision, new.until_revision, new.sequence) == (2, None, 1)
    assert new.changed_at == clock.now()
    assert len(rows_of(office, WEEK[1])) == 1
    assert [d.leader_name for d in queries.duties_at(office.id, 1)] == ["甲", "乙", "甲", "乙", "甲"]
    assert [d.leader_name for d in queries.duties_at(office.id, 2)] == ["甲", "乙", "乙", "乙", "甲"]
    assert publishing.compare_revisions(office.id, 1, 2).changed == found.changed


def test_a_removed_day_is_called_off_and_can_come_back(office: Office, leaders: list[Leader]) -> None:
    publish_week(office, leaders)
    with transaction():
        draft = make_draft(office, WEEK[:4], leaders, last=WEEK[-1])
        publishing.publish(draft, "周五暂停", "anna")
    assert [d.status for d in queries.current_duties(office.id)] == ["held"] * 4 + ["cancelled"]
    assert len(publishing.compare_revisions(office.id, 1, 2).removed) == 1
    with transaction():
        again = make_draft(office, WEEK, leaders)
        assert [c.state.on_date for c in publishing.compare(again).new] == [WEEK[-1]]
        publishing.publish(again, "恢复", "anna")
    assert [(row.status, row.sequence) for row in rows_of(office, WEEK[-1])] == [
        ("held", 0),
        ("cancelled", 1),
        ("held", 2),
    ]


def test_a_moved_session_keeps_its_identity(office: Office, leaders: list[Leader]) -> None:
    publish_week(office, leaders)
    with transaction():
        draft = make_draft(office, WEEK, leaders)
        seat_on(draft, WEEK[4]).on_date = WEEK[4] + dt.timedelta(days=3)
    moved = publishing.compare(draft).moved
    assert [(c.before.on_date, c.after.on_date) for c in moved if c.before and c.after] == [
        (WEEK[4], WEEK[4] + dt.timedelta(days=3))
    ]


def test_the_published_past_stays_as_it_was(office: Office, leaders: list[Leader], clock: FixedClock) -> None:
    publish_week(office, leaders)
    clock.advance(dt.timedelta(days=9))  # Wednesday 11 March
    with transaction():
        draft = make_draft(office, WEEK, leaders[::-1])
        revision = publishing.publish(draft, "重排", "anna")
    names = [d.leader_name for d in queries.current_duties(office.id)]
    assert names == ["甲", "乙", "乙", "甲", "乙"]
    assert revision.number == 2
    assert len(rows_of(office, WEEK[0])) == 1


def test_a_plan_may_be_published_after_its_first_days(office: Office, leaders: list[Leader]) -> None:
    """A year plan of 2 March: what was never published before is recorded as planned."""
    with transaction():
        publishing.publish(make_draft(office, days_from(dt.date(2026, 2, 26), 8), leaders), "", "anna")
    assert len(queries.current_duties(office.id)) == 8


def test_the_same_again_is_nothing_to_publish(office: Office, leaders: list[Leader]) -> None:
    publish_week(office, leaders)
    with pytest.raises(NothingToPublish), transaction():
        publishing.publish(make_draft(office, WEEK, leaders), "x", "anna")


def test_a_draft_of_an_older_revision_is_refused(office: Office, leaders: list[Leader]) -> None:
    with transaction():
        late = make_draft(office, days_from(MONDAY + dt.timedelta(days=7), 5), leaders)
    publish_week(office, leaders)
    with pytest.raises(PublishedMeanwhile) as refused, transaction():
        publishing.publish(late, "", "bert")
    assert refused.value.number == 1
    assert late.state == "ready"


@pytest.mark.parametrize("kind", ["nobody", "term", "leave", "two_places"])
def test_what_nobody_may_publish(office: Office, leaders: list[Leader], kind: str) -> None:
    with transaction():
        draft = make_draft(office, WEEK, leaders)
        if kind == "nobody":
            seat_on(draft, WEEK[0]).leader_id = None
        elif kind == "term":
            db.session.merge(leaders[0]).last_day = WEEK[3]
        elif kind == "leave":
            db.session.add(Leave(leader_id=leaders[0].id, first_day=WEEK[2], last_day=WEEK[2]))
        else:
            db.session.add(make_seat(draft, WEEK[0], leaders[0], "pm"))
    with pytest.raises(CannotPublish) as refused, transaction():
        publishing.publish(draft, "", "anna", accept_conflicts=True)
    assert [obstacle.kind for obstacle in refused.value.obstacles] == [kind]
    assert queries.current_revision(office.id) is None


def test_a_leader_is_not_in_two_places_at_once(office: Office, leaders: list[Leader]) -> None:
    publish_week(office, leaders)
    with transaction():
        town = make_office("town-01", "township", db.session.merge(office), "城关镇")
        draft = make_draft(town, [WEEK[0]], [leaders[0]])
    with pytest.raises(CannotPublish) as refused, transaction():
        publishing.publish(draft, "", "anna")
    assert refused.value.obstacles[0].kind == "two_places"
    assert "示例县信访局" in refused.value.text.zh


def test_a_leader_may_have_the_morning_here_and_the_afternoon_there(
    office: Office, leaders: list[Leader]
) -> None:
    with transaction():
        draft = make_draft(office, [WEEK[0]], leaders)
        seat_on(draft, WEEK[0]).session = "am"
        publishing.publish(draft, "", "anna")
        town = make_office("town-01", "township")
        afternoon = make_draft(town, [WEEK[0]], leaders)
        seat_on(afternoon, WEEK[0]).session = "pm"
        assert publishing.publish(afternoon, "", "anna").number == 1


def test_others_hear_of_it_in_the_same_transaction(office: Office, leaders: list[Leader]) -> None:
    heard: list[RosterPublished] = []
    events.subscribe(RosterPublished, heard.append)
    publish_week(office, leaders)
    assert heard[-1].session_keys == tuple(f"r1:{day.isoformat()}:day" for day in WEEK)

    def stop(_event: RosterPublished) -> None:
        raise RuntimeError("a listener failed")

    events._listeners[RosterPublished].append(stop)
    try:
        with pytest.raises(RuntimeError), transaction():
            publishing.publish(make_draft(office, WEEK, leaders[::-1]), "x", "anna")
    finally:
        events._listeners[RosterPublished].remove(stop)
    assert queries.current_number(office.id) == 1
