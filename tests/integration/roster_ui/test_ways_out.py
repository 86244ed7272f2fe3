"""One click out of an impossible draft: what is said, what is changed, and that it works."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.dates import ONE_DAY
from app.core.errors import Conflict
from app.core.text import Text
from app.directory.models import Leader, Office
from app.roster import background, building, claims, publishing, queries
from app.roster.models import Draft, LeaderTerms, Leave, Pin, Rule
from app.roster.rules import parse_rule
from app.roster.solving import build_drafts
from app.roster.way_undo import noting, remember, take_back
from app.roster.ways_out import plan_way
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import make_rule

FIRST, LAST = dt.date(2026, 4, 1), dt.date(2026, 4, 30)
DAY = dt.date(2026, 4, 15)


@pytest.fixture
def office(app: Flask) -> Office:
    """Two leaders, one every working day."""
    with transaction():
        office = make_office()
        for name in "甲乙":
            make_leader(office, name)
        make_rule(office)
        make_user("anna", "scheduler", office)
        make_user("rita", "reception", office)
    return office


@pytest.fixture
def anna(client: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A scheduler's browser, in English; builds are queued, not started."""
    monkeypatch.setattr(background, "spawn_build", lambda draft_id: None)
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    client.set_cookie("lang", "en")
    return client


def people(office: Office) -> list[Leader]:
    """The leaders in order."""
    return list(db.session.scalars(select(Leader).where(Leader.office_id == office.id).order_by(Leader.id)))


def impossible(office: Office, freeze_days: int = 0) -> Draft:
    """A draft of April that cannot be built, with its ways out."""
    with transaction():
        draft = building.create(office, FIRST, LAST, "anna", 20, freeze_days)
    build_drafts([draft.id])
    db.session.refresh(draft)
    assert draft.state == "impossible", draft.progress
    return draft


def number_of(draft: Draft, op: str) -> int:
    """The number of the first way out of this kind."""
    changes = [way["change"] for way in (draft.report or {})["conflict"]["ways_out"]]
    return next(n for n, change in enumerate(changes) if change["op"] == op)


def agree(client: FlaskClient, draft: Draft, number: int) -> list[str]:
    """Confirm a way out; the sentences that were agreed to. The draft is then built here."""
    address = f"/offices/county/drafts/{draft.id}/ways/{number}"
    assert f'href="{address}"' in client.get(f"/offices/county/drafts/{draft.id}/progress").text
    assert client.get(address).status_code == 200
    office = db.session.get_one(Office, draft.office_id)
    steps = plan_way(office, draft, (draft.report or {})["conflict"]["ways_out"][number]["change"])
    said = [step.text.en for step in steps or []]
    assert client.post(address, data={"step": said}).status_code == 302
    db.session.rollback()
    assert db.session.get_one(Draft, draft.id).state == "queued"
    build_drafts([draft.id])
    db.session.rollback()
    assert db.session.get_one(Draft, draft.id).state == "ready"
    return said


def away(office: Office, first: dt.date, last: dt.date) -> None:
    """Both leaders are on leave."""
    with transaction():
        for leader in people(office):
            db.session.add(Leave(leader_id=leader.id, first_day=first, last_day=last, reason="家事"))


def test_the_shortest_leave_is_withdrawn_and_the_draft_is_built(anna: FlaskClient, office: Office) -> None:
    away(office, DAY - dt.timedelta(days=20), DAY)
    with transaction():
        for leader in people(office)[1:]:
            for leave in queries.list_leaves([leader.id]):
                leave.first_day = DAY
        second = people(office)[0]
        queries.list_leaves([second.id])[0].last_day = DAY + dt.timedelta(days=3)
    draft = impossible(office)
    number = number_of(draft, "remove_leave")
    said = agree(anna, draft, number)
    assert said == ["Leave of 乙 (2026-04-15 – 2026-04-15) is withdrawn"]
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"leave.withdraw", "draft.rebuild"} <= actions


def test_a_long_leave_is_split_around_the_day(anna: FlaskClient, office: Office) -> None:
    away(office, DAY, DAY)
    with transaction():
        for leader in people(office):
            leave = queries.list_leaves([leader.id])[0]
            leave.first_day, leave.last_day = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)
        change = {"op": "remove_leave", "leader": str(people(office)[0].id), "date": DAY.isoformat()}
        draft = building.create(office, FIRST, LAST, "anna")
        for step in plan_way(office, draft, change) or []:
            step.apply()
    left = queries.list_leaves([people(office)[0].id])
    assert [(leave.first_day.day, leave.last_day.day, leave.reason) for leave in left] == [
        (14, 14, "家事"),
        (16, 16, "家事"),
    ]


def test_a_pin_on_leave_is_removed(anna: FlaskClient, office: Office) -> None:
    with transaction():
        rule, one = queries.list_rules(office.id)[0], people(office)[0]
        db.session.add(Leave(leader_id=one.id, first_day=DAY, last_day=DAY))
        db.session.add(Pin(office_id=office.id, seat_key=f"r{rule.id}:{DAY}:day:1", leader_id=one.id))
    draft = impossible(office)
    assert agree(anna, draft, number_of(draft, "drop_pin")) == ["The seat on 2026-04-15 is no longer pinned"]
    assert queries.list_pins(office.id) == []


def test_the_distances_of_a_rule_are_shortened_at_once(anna: FlaskClient, office: Office) -> None:
    with transaction():
        make_rule(office, "spacing", "间隔", min_gap=3, window_days=3, window_k=1)
    draft = impossible(office)
    changes = [way["change"] for way in (draft.report or {})["conflict"]["ways_out"]]
    number = next(n for n, change in enumerate(changes) if plan_way(office, draft, change))
    said = agree(anna, draft, number)
    spec = next(rule.spec for rule in queries.list_rules(office.id) if rule.kind == "spacing")
    assert len(said) == 1
    assert spec["min_gap"] < 3
    assert spec["window_days"] < 3


def test_a_weekday_is_allowed_again(anna: FlaskClient, office: Office) -> None:
    with transaction():
        for leader in people(office):
            db.session.add(LeaderTerms(leader_id=leader.id, share_percent=80, forbidden_weekdays=[0, 2]))
        draft = building.create(office, FIRST, LAST, "anna")
        change = {"op": "allow_weekday", "leader": str(people(office)[0].id), "weekday": 2}
        for step in plan_way(office, draft, change) or []:
            step.apply()
    own = queries.terms_of([leader.id for leader in people(office)])
    assert sorted((terms.forbidden_weekdays, terms.share_percent) for terms in own.values()) == [
        ([0], 80),
        ([0, 2], 80),
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"period": "month", "min": 20, "max": 25}, {"min": 0, "max": 25}),
        ({"period": "month", "min": 20}, None),
    ],
)
def test_a_monthly_minimum_is_dropped_for_everybody(
    anna: FlaskClient, office: Office, spec: dict[str, Any], expected: dict[str, int] | None
) -> None:
    with transaction():
        rule_id = make_rule(office, "limit", "每月至少二十次", **spec).id
        db.session.add(LeaderTerms(leader_id=people(office)[1].id, month_min=19))
    draft = impossible(office)
    for_one = {"op": "month_min", "leader": str(people(office)[0].id), "value": 0}
    assert plan_way(office, draft, for_one) is None
    changes = [way["change"] for way in (draft.report or {})["conflict"]["ways_out"]]
    agree(anna, draft, changes.index({"op": "month_min", "leader": None, "value": 0}))
    rule = db.session.get_one(Rule, rule_id)
    parse_rule(rule.kind, rule.spec)
    if expected is None:
        assert rule.last_day == dt.date(2026, 3, 31)
    else:
        assert {name: rule.spec[name] for name in expected} == expected
    assert db.session.get_one(LeaderTerms, people(office)[1].id).month_min == 0


def test_a_quota_ends_before_the_draft(anna: FlaskClient, office: Office) -> None:
    with transaction():
        make_rule(office, "limit", "每周至少四次", period="week", min=4)
    draft = impossible(office)
    page = anna.get(f"/offices/county/drafts/{draft.id}/progress").text
    agreed_once = page.count("Apply and build again") == 1  # several leaders, one rule: said once
    said = agree(anna, draft, number_of(draft, "drop_quota"))
    assert agreed_once
    assert said == ['The rule "每周至少四次" no longer holds from 2026-04-01 on']


def test_a_frozen_seat_is_freed_by_a_shorter_freeze(
    anna: FlaskClient, office: Office, clock: FixedClock
) -> None:
    with transaction():
        draft = building.create(office, FIRST, LAST, "anna", 2)
    build_drafts([draft.id])
    with transaction():
        publishing.publish(db.session.get_one(Draft, draft.id), "", "anna")
        again = building.create(office, FIRST, LAST, "anna", 2, 60)
        claims.claim(again, "test")
        assert again.problem is not None
        slot = again.problem["slots"][3]
        change = {"op": "drop_pin", "slot": slot["id"]}
        steps = plan_way(office, again, change) or []
        assert [step.text.en for step in steps] == ["Nothing moves within the next 36 days only (was 60)"]
        steps[0].apply()
    assert db.session.get_one(Draft, again.id).freeze_days == 36
    assert dt.date.fromisoformat(slot["date"]) == dt.date(2026, 3, 2) + dt.timedelta(days=36)


def test_kinds_that_need_a_person_have_no_button(anna: FlaskClient, office: Office) -> None:
    with transaction():
        draft = building.create(office, FIRST, LAST, "anna")
    for slot in ("r99:2026-04-15:day:1", "s1-20260415"):  # of a rule that is gone, of another program
        assert plan_way(office, draft, {"op": "any_role", "slot": slot}) is None
    with transaction():
        stranger = make_leader(make_office("town", "township"))
    far = {"op": "remove_leave", "leader": str(stranger.id), "date": DAY.isoformat()}
    assert plan_way(office, draft, far) is None
    assert anna.get(f"/offices/county/drafts/{draft.id}/ways/0").status_code == 302


def test_what_was_not_agreed_to_is_not_done(anna: FlaskClient, office: Office) -> None:
    away(office, DAY, DAY)
    draft = impossible(office)
    address = f"/offices/county/drafts/{draft.id}/ways/{number_of(draft, 'remove_leave')}"
    assert anna.post(address, data={"step": ["Something else"]}).status_code == 409
    assert len(queries.list_leaves([leader.id for leader in people(office)])) == 2
    anna.post("/sign-out")
    anna.post("/sign-in", data={"username": "rita", "password": "correct horse battery"})
    assert anna.get(address).status_code == 403
    assert anna.post(address).status_code == 403


def forced(draft: Draft, change: dict[str, object]) -> None:
    """As if the engine had found this way out."""
    with transaction():
        kept = db.session.get_one(Draft, draft.id)
        way = {"text": {"zh": "办法", "en": "way"}, "change": change, "verified": True}
        report = dict(kept.report or {})
        kept.report = {**report, "conflict": {**report["conflict"], "ways_out": [way]}}


@pytest.mark.parametrize(
    ("op", "kind", "said"),
    [
        ("drop_slot", "none", "2026-04-15: no reception"),
        ("any_role", "any_role", "2026-04-15: any role may serve"),
        ("anybody", "anybody", "2026-04-15: any leader may serve"),
    ],
)
def test_a_single_seat_becomes_an_exception_and_is_taken_back(
    anna: FlaskClient, office: Office, op: str, kind: str, said: str
) -> None:
    with transaction():
        third = make_leader(db.session.merge(office), "丙", role="lead")
        rule = queries.list_rules(office.id)[0]
        need = {"role": "lead"} if op == "any_role" else {"leaders": [third.id]}
        rule.spec = {**rule.spec, "by_weekday": {"2": {"role": None, "leaders": [], **need}}}
        db.session.add(Leave(leader_id=third.id, first_day=DAY, last_day=DAY))
        if op == "drop_slot":
            for leader in people(office)[:2]:
                db.session.add(Leave(leader_id=leader.id, first_day=DAY, last_day=DAY))
    draft = impossible(office)
    forced(draft, {"op": op, "slot": f"r{rule.id}:{DAY}:day:1"})
    assert agree(anna, draft, 0) == [f'The rule "每个工作日" gets an exception: {said}']
    key = f"{DAY}:day:1"
    rule = queries.list_rules(office.id)[0]
    assert rule.spec["exceptions"] == {key: kind}
    on_day = [duty.leader_id for duty in queries.draft_duties(draft.id) if duty.on_date == DAY]
    assert len(on_day) == (0 if op == "drop_slot" else 1)
    form = anna.get(f"/offices/county/rules/{rule.id}").text
    assert f'name="exception-{key}"' in form
    assert said in form
    page = anna.get(f"/offices/county/drafts/{draft.id}").text
    assert "Way out applied: The rule" in page
    assert anna.post(f"/offices/county/drafts/{draft.id}/ways/undo").status_code == 302
    db.session.expire_all()
    assert queries.list_rules(office.id)[0].spec["exceptions"] == {}
    assert db.session.get_one(Draft, draft.id).state == "queued"
    build_drafts([draft.id])
    db.session.expire_all()
    assert db.session.get_one(Draft, draft.id).state == "impossible"
    again = anna.post(f"/offices/county/drafts/{draft.id}/ways/undo")
    assert again.status_code == 409  # nothing is left to take back


def test_an_exception_stays_when_the_rule_is_changed_and_goes_when_unticked(
    anna: FlaskClient, office: Office
) -> None:
    key = f"{DAY}:day:1"
    with transaction():
        rule = queries.list_rules(office.id)[0]
        rule.spec = {**rule.spec, "exceptions": {key: "none"}}
    form = {"name": "每天", "when": "working_days", "seats-0-who": "any", "version": "1"}
    address = f"/offices/county/rules/{rule.id}"
    assert anna.post(address, data={**form, f"exception-{key}": "none"}).status_code == 302
    db.session.expire_all()
    assert queries.list_rules(office.id)[0].spec["exceptions"] == {key: "none"}
    assert anna.post(address, data={**form, "version": "2"}).status_code == 302
    db.session.expire_all()
    assert queries.list_rules(office.id)[0].spec["exceptions"] == {}
    assert "that is no seat" in anna.post(address, data={**form, "exception-x": "none"}).text


def test_every_kind_of_way_is_taken_back(anna: FlaskClient, office: Office) -> None:
    with transaction():
        one, two = people(office)
        rule = queries.list_rules(office.id)[0]
        key = f"r{rule.id}:{DAY}:day:1"
        db.session.add(
            Leave(leader_id=one.id, first_day=DAY - ONE_DAY, last_day=DAY + ONE_DAY, reason="家事")
        )
        db.session.add(Leave(leader_id=two.id, first_day=DAY, last_day=DAY))
        db.session.add(LeaderTerms(leader_id=two.id, forbidden_weekdays=[2], month_min=2))
        db.session.add(Pin(office_id=office.id, seat_key=key, leader_id=one.id, note="说明"))
        make_rule(office, "limit", "每月三次", period="month", min=3)
        draft = building.create(office, FIRST, LAST, "anna")
        before = standing(office)
        steps = [
            {"op": "remove_leave", "leader": str(one.id), "date": DAY.isoformat()},
            {"op": "remove_leave", "leader": str(two.id), "date": DAY.isoformat()},
            {"op": "allow_weekday", "leader": str(two.id), "weekday": 2},
            {"op": "drop_pin", "slot": key},
            {"op": "month_min", "leader": None, "value": 0},
        ]
        planned = plan_way(office, draft, {"op": "all", "changes": steps}) or []
        with noting() as notes:
            for step in planned:
                step.apply()
        remember(draft, Text("全部", "all"), notes)
        draft.state = "impossible"
        assert len(notes) >= 6
    assert standing(office) != before
    assert "家事" not in str(draft.progress)  # a reason may tell of an illness
    with transaction():
        take_back(db.session.get_one(Draft, draft.id), "anna")
    assert standing(office) == before


def test_what_somebody_changed_since_is_not_taken_back(anna: FlaskClient, office: Office) -> None:
    with transaction():
        rule = queries.list_rules(office.id)[0]
        draft = building.create(office, FIRST, LAST, "anna")
        with noting() as notes:
            rule.spec = {**rule.spec, "exceptions": {f"{DAY}:day:1": "none"}}
        remember(draft, Text("例外", "exception"), notes)
        draft.state = "impossible"
    with transaction():
        rule.spec = {**rule.spec, "note": "改过"}
    with pytest.raises(Conflict), transaction():
        take_back(db.session.get_one(Draft, draft.id), "anna")
    db.session.expire_all()
    assert queries.list_rules(office.id)[0].spec["note"] == "改过"


def standing(office: Office) -> list[object]:
    """Leave, terms, pins and rules as they hold now."""
    db.session.expire_all()
    ids = [leader.id for leader in people(office)]
    terms = queries.terms_of(ids)
    return [
        [
            (leave.leader_id, leave.first_day, leave.last_day, leave.reason)
            for leave in queries.list_leaves(ids)
        ],
        {key: (row.forbidden_weekdays, row.month_min, row.month_max) for key, row in terms.items()},
        [(pin.seat_key, pin.leader_id, pin.note) for pin in queries.list_pins(office.id)],
        [(rule.kind, rule.spec, rule.first_day, rule.last_day) for rule in queries.list_rules(office.id)],
    ]
