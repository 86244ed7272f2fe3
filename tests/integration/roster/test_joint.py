"""Leaders who serve several offices: never in two places, counted once, and room is found for everybody."""

import datetime as dt
from collections import defaultdict

import pytest
from flask import Flask

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.dates import ONE_DAY
from app.directory.models import Leader, Office
from app.roster import absences, building, publishing, queries, runs
from app.roster.joint import build_order, sharing, waits_for
from app.roster.ledger import ledger
from app.roster.models import Draft
from app.roster.solving import build_drafts
from tests.factories import make_leader, make_office
from tests.integration.roster.helpers import days_from, make_draft, make_rule

FIRST, LAST = dt.date(2026, 4, 1), dt.date(2026, 4, 30)


@pytest.fixture
def county(app: Flask) -> Office:
    """A county with four leaders; the first also receives at a township every Wednesday."""
    with transaction():
        county = make_office()
        people = [make_leader(county, name) for name in "甲乙丙丁"]
        town = make_office("town-01", "township", county, "城关镇")
        for name in "戊己":
            make_leader(town, name)
        make_rule(county)
        seats = [{"leaders": [people[0].id]}]
        make_rule(town, when={"type": "weekdays", "weekdays": [2]}, seats=seats)
        make_rule(town, when={"type": "weekdays", "weekdays": [1]}, special_days=False)
    return county


def run_all(county: Office, backwards: bool = False) -> list[Draft]:
    """One run over everything, built here; its drafts by office."""
    key = runs.new_key()
    with transaction():
        order = build_order([office.id for office in runs.offices_of(county)])
        for office_id in reversed(order) if backwards else order:
            office = db.session.get_one(Office, office_id)
            building.create(office, FIRST, LAST, "anna", 3, run_key=key)
    build_drafts([draft.id for draft in runs.get_drafts(county, key)])
    return runs.get_drafts(county, key)


def days_by_leader(drafts: list[Draft]) -> dict[int | None, list[dt.date]]:
    """Every leader's days over all drafts."""
    found = defaultdict(list)
    for draft in drafts:
        for duty in queries.draft_duties(draft.id):
            found[duty.leader_id].append(duty.on_date)
    return found


def first_leader(county: Office) -> Leader:
    """Who serves both."""
    return db.session.query(Leader).filter_by(office_id=county.id).order_by(Leader.position).first()  # type: ignore[return-value]


def test_who_names_others_is_planned_first(county: Office) -> None:
    town = db.session.query(Office).filter_by(code="town-01").one()
    with transaction():
        other = make_office("town-02", "township", db.session.merge(county), "河口镇")
    ids = [county.id, town.id, other.id]
    assert sharing(ids) == {county.id: {town.id}, town.id: {county.id}}
    assert build_order(ids) == [town.id, county.id, other.id]


def test_a_shared_leader_is_never_in_two_places_and_does_less_at_home(county: Office) -> None:
    drafts = run_all(county)
    assert [draft.state for draft in drafts] == ["ready", "ready"]
    shared = first_leader(county)
    days = days_by_leader(drafts)
    assert len(set(days[shared.id])) == len(days[shared.id])
    assert len([day for day in days[shared.id] if day.weekday() == 2]) >= 4
    totals = [
        len(days[leader]) for leader in days if db.session.get_one(Leader, leader).office_id == county.id
    ]
    assert max(totals) - min(totals) <= 1  # duties of both offices counted
    with transaction():
        for draft in drafts:
            publishing.publish(db.session.get_one(Draft, draft.id), "", "anna")


def test_an_office_may_leave_duties_elsewhere_uncounted(county: Office) -> None:
    with transaction():
        make_rule(db.session.merge(county), "fairness", elsewhere=False)
    drafts = run_all(county)
    at_home = [duty.leader_id for duty in queries.draft_duties(drafts[0].id)]
    counts = {leader: at_home.count(leader) for leader in at_home}
    assert max(counts.values()) - min(counts.values()) <= 1
    days = days_by_leader(drafts)[first_leader(county).id]
    assert len(set(days)) == len(days)


def test_when_the_first_plan_leaves_no_room_both_are_made_again(county: Office) -> None:
    """Planned first, the county knows nothing of the township's Wednesdays and takes some of them."""
    with transaction():
        make_rule(db.session.merge(county), "spacing", min_gap=2)
    drafts = run_all(county, backwards=True)
    assert [draft.state for draft in drafts] == ["ready", "ready"]
    days = days_by_leader(drafts)[first_leader(county).id]
    assert len(set(days)) == len(days)
    gaps = [(b - a).days for a, b in zip(sorted(days), sorted(days)[1:], strict=False)]
    assert min(gaps) >= 2
    assert all(draft.reserved is None for draft in drafts)
    assert [bool((draft.progress or {}).get("joint")) for draft in drafts] == [False, True]


def test_when_there_is_no_room_at_all_it_says_why(county: Office) -> None:
    """The county needs the shared leader on every Wednesday, too."""
    with transaction():
        shared = first_leader(county)
        rule = queries.list_rules(county.id)[0]
        rule.spec = {**rule.spec, "by_weekday": {"2": {"role": None, "leaders": [shared.id]}}}
    drafts = {draft.office_id: draft for draft in run_all(county)}
    states = sorted(draft.state for draft in drafts.values())
    assert states == ["impossible", "ready"]
    bad = next(draft for draft in drafts.values() if draft.state == "impossible")
    assert bad.report is not None
    reasons = [row["text"] for row in bad.report["conflict"]["reasons"]]
    assert reasons
    assert "一起安排" in reasons[0]["zh"]
    assert "甲" in "".join(text["zh"] for text in reasons)


def test_drafts_wait_for_those_they_share_leaders_with(county: Office, clock: FixedClock) -> None:
    key = runs.new_key()
    with transaction():
        for office in (county, db.session.query(Office).filter_by(code="town-01").one()):
            building.create(db.session.merge(office), FIRST, LAST, "anna", 2, run_key=key)
    one, two = sorted(draft.id for draft in runs.get_drafts(county, key))
    assert waits_for([one, two]) == {two: {one}}
    assert [outcome.draft_id for outcome in build_drafts([two])] == [
        two
    ]  # and the first is built for its sake
    assert {draft.state for draft in runs.get_drafts(county, key)} == {"ready"}


def test_guests_sit_only_where_they_are_named_and_their_share_is_that(county: Office) -> None:
    """Eighteen ordinary days for the township's own two, five Wednesdays for the county's first leader."""
    town = db.session.query(Office).filter_by(code="town-01").one()
    with transaction():
        make_rule(db.session.merge(town), when={"type": "weekdays", "weekdays": [0, 3, 4]})
        make_rule(db.session.merge(town), "limit", period="month", min=3, max=15)  # of its own leaders
    drafts = {draft.office_id: draft for draft in run_all(county)}
    seats = queries.draft_duties(drafts[town.id].id)
    shared = first_leader(county).id
    assert {duty.leader_id for duty in seats if duty.on_date.weekday() == 2} == {shared}
    assert {duty.on_date.weekday() for duty in seats if duty.leader_id == shared} == {2}
    own = [len(days) for leader, days in days_by_leader([drafts[town.id]]).items() if leader != shared]
    assert len(own) == 2
    assert max(own) - min(own) <= 1
    report = drafts[town.id].report
    assert report is not None
    assert report["levels"]["1a"]["value"] <= 500  # nobody is far from the share, the guest least of all
    with transaction():
        publishing.publish(db.session.get_one(Draft, drafts[town.id].id), "", "anna")
    lines = {line.leader_id: line.all for line in ledger(town, 2026).lines}
    assert lines[shared].balance == 0
    assert sum(line.balance for line in lines.values()) == 0
    at_home = {line.leader_id: line.all for line in ledger(county, 2026).lines}
    assert at_home[shared].elsewhere == lines[shared].planned


def test_a_personal_maximum_counts_what_a_leader_does_elsewhere(county: Office) -> None:
    """At most five a month; the county has given two in April already, so three are left for the township."""
    town = db.session.query(Office).filter_by(code="town-01").one()
    shared = first_leader(county)
    with transaction():
        absences.set_terms(db.session.merge(county), shared.id, absences.Terms(100, (), 1, 5))
        publishing.publish(make_draft(county, days_from(FIRST + ONE_DAY, 2), [shared]), "", "anna")
        rule = next(rule for rule in queries.list_rules(town.id) if rule.spec["seats"][0]["leaders"])
        second = db.session.query(Leader).filter_by(office_id=town.id).first()
        assert second is not None
        rule.spec = {**rule.spec, "seats": [{"role": None, "leaders": [shared.id, second.id]}]}
    with transaction():
        draft = building.create(db.session.merge(town), FIRST, LAST, "anna", 3)
    build_drafts([draft.id])
    db.session.refresh(draft)
    assert draft.state == "ready"
    assert len(days_by_leader([draft])[shared.id]) <= 3


def test_each_office_keeps_its_own_distance_when_both_are_made_again(county: Office) -> None:
    """The township wants three days between two duties of a leader, wherever they are; the county two."""
    town = db.session.query(Office).filter_by(code="town-01").one()
    with transaction():
        make_rule(db.session.merge(county), "spacing", min_gap=2)
        make_rule(db.session.merge(town), "spacing", min_gap=3)
    drafts = run_all(county, backwards=True)
    assert [draft.state for draft in drafts] == ["ready", "ready"]
    here, there = (days_by_leader([draft])[first_leader(county).id] for draft in drafts)
    assert len(there) == 5
    assert all(abs((a - b).days) >= 3 for a in here for b in there)
