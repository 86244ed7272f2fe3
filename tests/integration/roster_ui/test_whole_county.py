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
    assert "Continue with the offices without a roster" in anna.get(address).text
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
