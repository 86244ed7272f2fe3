"""A whole county in one run: starting, progress, summary, cancelling, continuing."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Office
from app.roster import background, queries
from app.roster.build_command import Request, run
from app.roster.models import Draft, Revision
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import make_rule

DATA = {"first": "2026-04-01", "last": "2026-04-30"}


@pytest.fixture
def county(app: Flask) -> Office:
    """A county with two townships (one without rules), and one that is closed."""
    with transaction():
        county = make_office()
        for code, name in (("town-01", "城关镇"), ("town-02", "河口镇"), ("town-03", "旧镇")):
            town = make_office(code, "township", county, name)
            for leader in "甲乙丙":
                make_leader(town, leader)
        town.closed_on = dt.date(2025, 1, 1)
        for leader in "丁戊己":
            make_leader(county, leader)
        make_rule(county)
        make_rule(db.session.scalars(select(Office).filter_by(code="town-01")).one())
        make_user("anna", "scheduler", county)
        make_user("rita", "reception", county)
    return county


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Runs whose process was begun; none is started."""
    found: list[Any] = []
    monkeypatch.setattr(background, "spawn_run", lambda *arguments: found.append(arguments))
    return found


@pytest.fixture
def anna(client: FlaskClient, county: Office) -> FlaskClient:
    """A scheduler's browser, in English."""
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    client.set_cookie("lang", "en")
    return client


def begin(client: FlaskClient, **more: str) -> str:
    """Start a run; its address."""
    answer = client.post("/offices/county/whole", data={**DATA, **more})
    assert answer.status_code == 302
    return str(answer.location)


def states(county: Office) -> dict[str, str]:
    """The state of each office's draft."""
    db.session.rollback()
    rows = db.session.execute(select(Office.code, Draft.state).join(Draft, Draft.office_id == Office.id))
    return {row[0]: row[1] for row in rows}


def work(key: str, publish: bool = False, reason: str = "") -> int:
    """What the process does."""
    asked = Request(
        codes=(),
        everywhere=False,
        under=None,
        first=None,
        last=None,
        publish=publish,
        reason=reason,
        accept_conflicts=False,
        time_limit=None,
        processes=2,
        draft_id=None,
        run_key=key,
    )
    return run(asked)


def test_one_run_builds_publishes_and_sums_up(anna: FlaskClient, county: Office, spawned: list[Any]) -> None:
    address = begin(anna, publish="yes", reason="全年安排")
    key = address.rsplit("/", 1)[1]
    assert spawned == [(key, True, "全年安排")]
    assert states(county) == {"county": "queued", "town-01": "queued", "town-02": "queued"}
    page = anna.get(address).text
    assert '<meta http-equiv="refresh"' in page
    assert "0 of 3 offices have a roster." in page
    assert work(*spawned[0]) == 4  # one office has no rules
    db.session.rollback()
    published = db.session.scalars(select(Revision.published_by)).all()
    assert published == ["anna", "anna"]
    page = anna.get(address).text
    for words in (
        "2 of 3 offices have a roster.",
        "Published: 2.",
        "Largest distance from the exact share anywhere",
        "Smallest gap between two duties anywhere",
        "No coverage rule holds in this period",
        "城关镇" if "城关镇" in page else "Sample town-01",
    ):
        assert words in page
    assert '<meta http-equiv="refresh"' not in page
    live = anna.get(f"{address}.json").get_json()
    assert (live["running"], live["done"]) == (False, False)
    assert address in anna.get("/offices/county/whole").text


def test_a_run_is_cancelled_and_continued(
    anna: FlaskClient, county: Office, spawned: list[Any], clock: FixedClock
) -> None:
    address = begin(anna)
    with transaction():
        first = queries.waiting_drafts(address.rsplit("/", 1)[1])[0][0]
        first.state = "building"
    assert anna.post(f"{address}/cancel").status_code == 302
    assert states(county) == {"county": "building", "town-01": "failed", "town-02": "failed"}
    assert db.session.get_one(Draft, first.id, populate_existing=True).cancel_requested
    assert "Stopped before its turn." in anna.get(address).text
    clock.advance(dt.timedelta(minutes=2))
    assert "Continue where it is not complete (3)" in anna.get(address).text
    assert anna.post(f"{address}/continue", data={"effort": "thorough"}).status_code == 302
    assert set(states(county).values()) == {"queued"}
    assert len(spawned) == 2
    limits = [draft.progress["time_limit"] for draft in db.session.scalars(select(Draft)) if draft.progress]
    assert limits == [20.0] * 3


def test_a_bad_range_is_told(anna: FlaskClient, county: Office, spawned: list[Any]) -> None:
    answer = anna.post("/offices/county/whole", data={"first": "2026-04-30", "last": "2026-04-01"})
    assert answer.status_code == 400
    assert "is before the first day" in answer.text
    assert (spawned, states(county)) == ([], {})


def test_only_those_who_may_and_only_where_there_is_something_below(
    anna: FlaskClient, county: Office, spawned: list[Any]
) -> None:
    address = begin(anna)
    assert 'href="/offices/county/whole"' in anna.get("/offices/county/drafts").text
    assert 'href="/offices/town-01/whole"' not in anna.get("/offices/town-01/drafts").text
    assert "no offices below" in anna.get("/offices/town-01/whole").text
    town = anna.get(address.replace("county", "town-01")).text
    assert "0 of 1 offices have a roster." in town
    assert anna.get("/offices/county/whole/nothing").status_code == 404
    anna.post("/sign-out")
    anna.post("/sign-in", data={"username": "rita", "password": "correct horse battery"})
    assert anna.get(address).status_code == 200
    assert anna.post(f"{address}/cancel").status_code == 403
    assert anna.post("/offices/county/whole", data=DATA).status_code == 403


def test_a_run_that_was_stopped_goes_on_from_the_best_so_far(
    anna: FlaskClient, county: Office, spawned: list[Any]
) -> None:
    address = begin(anna)
    key = address.rsplit("/", 1)[1]
    work(key)
    with transaction():
        draft = db.session.scalars(select(Draft).where(Draft.state == "ready")).all()[0]
        draft.progress = {**(draft.progress or {}), "stopped_early": True}  # as a cancelled build leaves it
    page = anna.get(address).text
    assert "Stopped early: it can become better." in page
    assert "Continue where it is not complete (2)" in page  # and the office without rules
    before = {seat.seat_key: seat.leader_id for seat in queries.draft_duties(draft.id)}
    anna.post(f"{address}/continue", data={"effort": "quick"})
    again = db.session.get_one(Draft, draft.id, populate_existing=True)
    assert (again.state, again.cancel_requested) == ("queued", False)
    assert {key: int(who) for key, who in (again.progress or {})["roster"].items()} == before
    work(key)
    assert db.session.get_one(Draft, draft.id, populate_existing=True).state == "ready"


def test_all_ready_rosters_are_published_together_and_refusals_say_why(
    anna: FlaskClient, county: Office, spawned: list[Any]
) -> None:
    address = begin(anna, freeze_days="0", keep_invited="yes")
    work(address.rsplit("/", 1)[1])
    assert "Look at all ready rosters and publish them (2)" in anna.get(address).text
    page = anna.get(f"{address}/publish").text
    assert page.count('type="checkbox" name="draft"') + page.count('name="draft"') >= 2
    assert "No conflicts" in page
    with transaction():
        one, two = db.session.scalars(select(Draft).where(Draft.state == "ready").order_by(Draft.id)).all()
        empty = queries.draft_duties(two.id)[0]
        empty.leader_id = None
    page = anna.get(f"{address}/publish").text
    assert "nobody receives on 2026-04-01" in page
    chosen = [f"{one.id}:{one.version}", f"{two.id}:{two.version}"]
    answer = anna.post(f"{address}/publish", data={"draft": chosen}, follow_redirects=True)
    assert "Published: 1." in answer.text
    assert "Not published: 1." in answer.text
    assert "This cannot be published yet: nobody receives on 2026-04-01" in answer.text
    assert sorted(states(county).values()) == ["failed", "published", "ready"]
    again = anna.post(f"{address}/publish", data={"draft": [f"{two.id}:99"]}, follow_redirects=True).text
    assert "Somebody else has just edited this draft" in again


def test_a_leader_in_two_drafts_at_once_is_told_before_anything_is_published(
    anna: FlaskClient, county: Office, spawned: list[Any]
) -> None:
    address = begin(anna)
    work(address.rsplit("/", 1)[1])
    with transaction():
        one, two = db.session.scalars(select(Draft).where(Draft.state == "ready").order_by(Draft.id)).all()
        same = queries.draft_duties(one.id)[0]
        other = next(seat for seat in queries.draft_duties(two.id) if seat.on_date == same.on_date)
        other.leader_id = same.leader_id
    page = anna.get(f"{address}/publish").text
    assert "on 2026-04-01 a leader is also in the draft of" in page
    assert page.count("disabled") >= 2


def test_what_stays_is_asked_for_the_whole_county(
    anna: FlaskClient, county: Office, spawned: list[Any]
) -> None:
    begin(anna, freeze_days="10")
    found = db.session.execute(select(Draft.freeze_days, Draft.keep_invited)).all()
    assert [tuple(row) for row in found] == [(10, False)] * 3
    answer = anna.post("/offices/county/whole", data={**DATA, "freeze_days": "many"})
    assert "Give a number of days" in answer.text
