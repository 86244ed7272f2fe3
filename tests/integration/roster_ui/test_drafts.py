"""The draft's pages over HTTP: views, changes with and without script, and who may do what."""

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.core.database import db, transaction
from app.roster.models import DraftDuty
from tests.integration.roster_ui.conftest import reread
from tests.roster_scenario import Scenario, make_draft

JSON = {"Accept": "application/json"}


def key(day: int) -> str:
    """The seat of a day of March."""
    return f"s1-202603{day:02}-day:1"


def holder(scenario: Scenario, day: int) -> int | None:
    """The leader of a day in the database."""
    db.session.rollback()
    return db.session.scalar(
        select(DraftDuty.leader_id).where(
            DraftDuty.draft_id == scenario.draft.id, DraftDuty.seat_key == key(day)
        )
    )


def change(
    client: FlaskClient, scenario: Scenario, what: str, **fields: object
) -> tuple[int, dict[str, Any]]:
    """Post a change the way the script does; status and answer."""
    data = {"version": reread(scenario.draft).version, "month": "2026-03", **fields}
    answer = client.post(f"/offices/county/drafts/{scenario.draft.id}/{what}", data=data, headers=JSON)
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize("view", ["", "leaders", "month", "list", "nonsense"])
def test_every_view_shows_the_month(anna: FlaskClient, scenario: Scenario, view: str) -> None:
    page = anna.get(f"/offices/county/drafts/{scenario.draft.id}?view={view}").get_data(as_text=True)
    assert "王安宁" in page
    assert "Largest difference from the exact share" in page
    assert len(re.findall(r"<h1", page)) == 1
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_morning_and_an_afternoon_of_one_day_are_told_apart(anna: FlaskClient, scenario: Scenario) -> None:
    with transaction():
        for number, session in ((2, "am"), (3, "pm")):
            seat = db.session.scalars(select(DraftDuty).where(DraftDuty.seat_key == key(number))).one()
            seat.on_date, seat.session = dt.date(2026, 3, 2), session
            seat.leader_id = scenario.leaders[0].id
    for view in ("leaders", "month", "list"):
        page = anna.get(f"/offices/county/drafts/{scenario.draft.id}?view={view}").get_data(as_text=True)
        assert "Morning" in page
        assert "Afternoon" in page


def test_a_suspended_session_and_a_free_offer_are_shown_as_such(
    anna: FlaskClient, scenario: Scenario
) -> None:
    with transaction():
        rows = db.session.scalars(select(DraftDuty).where(DraftDuty.seat_key.in_((key(2), key(3)))))
        for seat in rows:
            seat.leader_id = None
            seat.status, seat.optional = ("suspended", False) if seat.seat_key == key(2) else ("held", True)
    page = anna.get(f"/offices/county/drafts/{scenario.draft.id}?view=month").get_data(as_text=True)
    assert re.search(r'class="duty[^"]* suspended', page)
    assert re.search(r'class="duty[^"]* free', page)
    listed = anna.get(f"/offices/county/drafts/{scenario.draft.id}?view=list").get_data(as_text=True)
    assert "Free" in listed


def test_the_list_says_how_fair_a_draft_is(anna: FlaskClient, scenario: Scenario) -> None:
    page = anna.get("/offices/county/drafts").get_data(as_text=True)
    assert "0.60 duties" in page
    assert "Ready" in page


def test_a_change_answers_with_the_new_workspace(anna: FlaskClient, scenario: Scenario) -> None:
    leader = scenario.leaders[3]
    status, answer = change(anna, scenario, "edit", seat=key(3), leader=leader.id)
    assert status == 200
    assert holder(scenario, 3) == leader.id
    assert answer["version"] == reread(scenario.draft).version
    assert f'data-leader="{leader.id}"' in answer["html"]


def test_a_plain_form_goes_back_to_the_month_it_came_from(anna: FlaskClient, scenario: Scenario) -> None:
    data = {
        "version": 1,
        "month": "2026-03",
        "view": "list",
        "seat": key(3),
        "leader": scenario.leaders[3].id,
    }
    answer = anna.post(f"/offices/county/drafts/{scenario.draft.id}/edit", data=data)
    assert answer.status_code == 302
    assert answer.location.endswith(f"/drafts/{scenario.draft.id}?view=list&month=2026-03")


def test_moving_to_another_day_exchanges_and_can_be_undone(anna: FlaskClient, scenario: Scenario) -> None:
    one, other = holder(scenario, 2), holder(scenario, 4)
    status, answer = change(anna, scenario, "move", seat=key(2), leader=one, day="2026-03-04")
    assert (status, holder(scenario, 2), holder(scenario, 4)) == (200, other, one)
    assert "2/3" in answer["message"]
    assert change(anna, scenario, "undo")[0] == 200
    assert (holder(scenario, 2), holder(scenario, 4)) == (one, other)
    assert change(anna, scenario, "redo")[0] == 200
    assert holder(scenario, 4) == one


def test_a_stale_page_is_told_and_changes_nothing(anna: FlaskClient, scenario: Scenario) -> None:
    before = holder(scenario, 3)
    data = {"version": 99, "seat": key(3), "leader": ""}
    answer = anna.post(f"/offices/county/drafts/{scenario.draft.id}/edit", data=data, headers=JSON)
    assert answer.status_code == 409
    assert "Somebody else" in answer.get_json()["error"]
    assert holder(scenario, 3) == before


@pytest.mark.parametrize(
    ("what", "fields", "status"),
    [
        ("edit", {"seat": "nowhere", "leader": ""}, 404),
        ("edit", {"seat": key(3), "leader": "abc"}, 400),
        ("edit", {"seat": key(3), "leader": "999999"}, 404),
        ("move", {"seat": key(3), "leader": "1", "day": "soon"}, 400),
        ("move", {"seat": key(3), "leader": "1", "day": "2026-03-08"}, 400),
        ("edit", {"seat": key(3), "leader": "", "version": "x"}, 400),
        ("undo", {}, 400),
    ],
)
def test_nonsense_gets_a_sentence(
    anna: FlaskClient, scenario: Scenario, what: str, fields: dict[str, str], status: int
) -> None:
    found, answer = change(anna, scenario, what, **fields)
    assert found == status
    assert len(answer["error"]) > 10


def test_targets_name_the_rule_a_drop_would_break(anna: FlaskClient, scenario: Scenario) -> None:
    away = scenario.leaders[1]
    answer = anna.get(
        f"/offices/county/drafts/{scenario.draft.id}/targets.json?key={key(11)}&month=2026-03", headers=JSON
    ).get_json()
    state, sentence = answer["targets"][f"{away.id}|2026-03-11"]
    assert state == "conflict"
    assert "on leave" in sentence


def test_a_locked_seat_stays_and_can_be_unlocked(anna: FlaskClient, scenario: Scenario) -> None:
    before = holder(scenario, 3)
    assert change(anna, scenario, "lock", seat=key(3), locked="yes")[0] == 200
    status, answer = change(anna, scenario, "edit", seat=key(3), leader="")
    assert status == 400
    assert "pinned" in answer["error"]
    assert holder(scenario, 3) == before
    assert change(anna, scenario, "lock", seat=key(3), locked="no")[0] == 200
    assert change(anna, scenario, "edit", seat=key(3), leader="")[0] == 200


def test_the_seat_page_says_why_and_what_others_cost(anna: FlaskClient, scenario: Scenario) -> None:
    path = f"/offices/county/drafts/{scenario.draft.id}/seat?key={key(10)}"
    page = anna.get(path).get_data(as_text=True)
    assert "Why this leader" in page
    assert "on leave" in page  # the second leader, that week
    part = anna.get(path + "&part=yes").get_data(as_text=True)
    assert "<html" not in part
    assert "What it would cost" in part


def test_reception_looks_but_does_not_touch(client: FlaskClient, scenario: Scenario) -> None:
    client.post("/sign-in", data={"username": "rita", "password": "correct horse battery"})
    page = client.get(f"/offices/county/drafts/{scenario.draft.id}").get_data(as_text=True)
    assert 'data-editable="no"' in page
    for what in ("edit", "move", "undo", "redo", "lock", "discard", "rebuild", "cancel", "publish"):
        assert client.post(f"/offices/county/drafts/{scenario.draft.id}/{what}").status_code == 403


def test_a_draft_of_another_office_is_not_found(app: Flask, anna: FlaskClient, scenario: Scenario) -> None:
    assert anna.get("/offices/county/drafts/4711").status_code == 404


def test_discarding_asks_the_version(anna: FlaskClient, scenario: Scenario) -> None:
    address = f"/offices/county/drafts/{scenario.draft.id}/discard"
    assert anna.post(address, data={"version": 7}).status_code == 409
    assert anna.post(address, data={"version": 1}).status_code == 302
    assert reread(scenario.draft).state == "discarded"
    page = anna.get("/offices/county/drafts").get_data(as_text=True)
    assert "There is no open draft." in page


def test_the_number_of_queries_does_not_grow_with_the_roster(
    app: Flask, anna: FlaskClient, scenario: Scenario
) -> None:
    with transaction():
        people = [db.session.merge(leader) for leader in scenario.leaders]
        office = people[0].office
        long = make_draft(office, people, dt.date(2026, 3, 2), dt.date(2026, 12, 31))
    counts = [_queries(anna, f"/offices/county/drafts/{draft}") for draft in (scenario.draft.id, long.id)]
    assert counts[0] == counts[1]


def _queries(client: FlaskClient, path: str) -> int:
    found: list[str] = []

    def note(*args: object) -> None:
        found.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    return len(found)
