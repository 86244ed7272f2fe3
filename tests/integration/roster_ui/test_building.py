"""The form for a new draft, and the progress page in every state a build can be in."""

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.roster import background
from app.roster.models import Draft
from tests.integration.roster_ui.conftest import reread
from tests.roster_scenario import Scenario

LEVELS = {
    "1a": {"value": 600, "bound": 600, "proven": True, "seconds": 0.1},
    "3a": {"value": -20, "bound": -24, "proven": False, "seconds": 2.0},
}


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Drafts whose build was begun; no process is started."""
    found: list[int] = []
    monkeypatch.setattr(background, "spawn_build", found.append)
    return found


def put(scenario: Scenario, **values: Any) -> None:
    """Set columns of the draft."""
    with transaction():
        draft = db.session.get_one(Draft, scenario.draft.id)
        for name, value in values.items():
            setattr(draft, name, value)


def progress(client: FlaskClient, scenario: Scenario) -> str:
    """The progress page."""
    answer = client.get(f"/offices/county/drafts/{scenario.draft.id}/progress")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_form_offers_the_rest_of_the_year_and_says_what_is_provisional(
    anna: FlaskClient, scenario: Scenario
) -> None:
    page = anna.get("/offices/county/drafts/new").get_data(as_text=True)
    assert 'value="2026-03-03"' in page
    assert 'value="2026-12-31"' in page
    assert "The holiday notice for 2027 is not announced yet" in page


def test_a_new_draft_begins_its_build_and_shows_progress(
    anna: FlaskClient, scenario: Scenario, spawned: list[int]
) -> None:
    data = {"first": "2026-04-01", "last": "2026-04-30"}
    answer = anna.post("/offices/county/drafts/new", data=data)
    assert answer.status_code == 302
    assert answer.location == f"/offices/county/drafts/{spawned[0]}/progress"
    assert "The build begins in a moment" in anna.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [("2026-04-30", "2026-04-01", "before"), ("soon", "2026-04-01", "first and the last"), ("2026-01-01", "2029-01-01", "two years")],
)  # fmt: skip
def test_a_bad_range_is_told_and_kept_in_the_form(
    anna: FlaskClient, scenario: Scenario, spawned: list[int], first: str, last: str, sentence: str
) -> None:
    answer = anna.post("/offices/county/drafts/new", data={"first": first, "last": last})
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert f'value="{last}"' in page
    assert spawned == []


def test_a_running_build_shows_levels_in_words_a_picture_and_can_be_stopped(
    anna: FlaskClient, scenario: Scenario, clock: FixedClock
) -> None:
    roster = {f"s1-202603{day:02}-day:1": str(scenario.leaders[0].id) for day in (2, 3)}
    shown = {"phase": "polish", "seconds": 3.0, "time_limit": 20.0, "levels": LEVELS, "roster": roster}
    put(scenario, state="building", progress=shown, heartbeat_at=clock.now())
    page = progress(anna, scenario)
    for words in (
        "All duties: largest difference",
        "0.60",
        "24 days",
        "4 days",
        "proven best",
        "Improving gaps",
        "王安宁",
    ):
        assert words in page
    assert '<meta http-equiv="refresh"' in page
    live = anna.get(f"/offices/county/drafts/{scenario.draft.id}/progress.json").get_json()
    assert (live["running"], live["done"]) == (True, False)
    assert anna.post(f"/offices/county/drafts/{scenario.draft.id}/cancel").status_code == 302
    assert reread(scenario.draft).cancel_requested


def test_a_build_whose_process_is_gone_can_be_continued(
    anna: FlaskClient, scenario: Scenario, clock: FixedClock, spawned: list[int]
) -> None:
    put(scenario, state="building", heartbeat_at=clock.now())
    clock.advance(dt.timedelta(minutes=5))
    assert "fallen silent" in progress(anna, scenario)
    live = anna.get(f"/offices/county/drafts/{scenario.draft.id}/progress.json").get_json()
    assert (live["running"], live["silent"]) == (True, True), "looked at on: it may be heard of again"
    assert anna.post(f"/offices/county/drafts/{scenario.draft.id}/rebuild").status_code == 302
    assert spawned == [scenario.draft.id]
    assert reread(scenario.draft).state == "queued"


def test_an_impossible_draft_says_why_and_the_ways_out(anna: FlaskClient, scenario: Scenario) -> None:
    conflict = {
        "reasons": [{"text": {"zh": "三天只有两位领导", "en": "these 3 days have only 2 leaders"}}],
        "ways_out": [
            {
                "text": {"zh": "如果…", "en": "if X could serve on 2 March, it works"},
                "change": {
                    "op": "remove_leave",
                    "leader": str(scenario.leaders[1].id),
                    "date": "2026-03-10",
                },
                "verified": True,
            }
        ],
    }
    put(scenario, state="impossible", report={"levels": {}, "conflict": conflict})
    page = progress(anna, scenario)
    assert "these 3 days have only 2 leaders" in page
    assert "if X could serve on 2 March" in page
    assert f'href="/offices/county/absences/{scenario.leaders[1].id}"' in page


def test_a_failed_build_says_its_sentence(anna: FlaskClient, scenario: Scenario) -> None:
    put(scenario, state="failed", progress={"error": {"zh": "没有规则", "en": "No rule holds."}}, report=None)
    page = progress(anna, scenario)
    assert "No rule holds." in page
    assert "Try again" in page


def test_the_address_of_a_draft_leads_to_what_it_is(anna: FlaskClient, scenario: Scenario) -> None:
    grid = f"/offices/county/drafts/{scenario.draft.id}"
    assert anna.get(f"{grid}/progress").location == grid
    put(scenario, state="queued")
    assert anna.get(grid).location == f"{grid}/progress"
