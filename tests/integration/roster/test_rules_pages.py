"""The pages of rules: preview before saving, sentences, errors at their field, permissions."""

import datetime as dt
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import AuditEntry
from app.core.database import db, transaction
from app.directory.models import Office, Room
from app.roster import queries, ruling
from app.roster.errors import BadRule
from app.roster.models import Rule
from app.roster.rules import COMMON_RULES, CoverageRule
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import make_rule


@pytest.fixture
def office(app: Flask, client: FlaskClient) -> Office:
    """A county with three leaders and a room; its scheduler is signed in, pages are English."""
    with transaction():
        office = make_office()
        for name in "甲乙丙":
            make_leader(office, name)
        db.session.add(Room(office=office, name="第一接访室"))
        make_user("anna", "scheduler", office)
        make_user("rita", "reception", office)
    sign_in(client, "anna")
    return office


def sign_in(client: FlaskClient, name: str) -> None:
    """Sign in, in English."""
    client.post("/sign-in", data={"username": name, "password": "correct horse battery"})
    client.set_cookie("lang", "en")


def coverage(**more: Any) -> dict[str, Any]:
    """What the browser sends for Tuesdays and Thursdays."""
    return {
        "name": "接访日",
        "when": "weekdays",
        "weekdays": ["1", "3"],
        "policy": "next_working_day",
        "make_up": "own_weekday",
        "sessions": "day",
        "seats-0-who": "any",
        **more,
    }


def test_a_rule_is_shown_before_it_is_saved(office: Office, client: FlaskClient) -> None:
    answer = client.post("/offices/county/rules/new/coverage", data=coverage(preview="yes"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "One leader receives all day (08:30–17:30) every Tuesday and Thursday" in page
    assert "105 days" in page
    assert "sessions on 2026-10-08" in page
    assert db.session.query(Rule).count() == 0


def test_saving_writes_rule_and_audit(office: Office, client: FlaskClient) -> None:
    answer = client.post("/offices/county/rules/new/coverage", data=coverage())
    assert answer.location == "/offices/county/rules"
    rule = queries.list_rules(office.id)[0]
    plain = queries.as_office_rule(rule).rule
    assert isinstance(plain, CoverageRule)
    assert plain.when["weekdays"] == [1, 3]
    assert db.session.query(AuditEntry).filter_by(action="rule.add").count() == 1
    assert "every Tuesday and Thursday" in client.get("/offices/county/rules").get_data(as_text=True)


def test_editing_shows_what_is_stored_and_keeps_it(office: Office, client: FlaskClient) -> None:
    with transaction():
        leader = make_leader(office, "丁")
        rule = make_rule(
            office,
            when={
                "type": "rrule",
                "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
                "start": "2026-01-07",
                "policy": "cancel",
                "make_up": "ask",
            },
            sessions=["am", "pm"],
            seats=[{"role": "lead"}, {"leaders": [leader.id]}],
            by_weekday={"2": {"role": "lead"}},
            times={"am": ["09:00", "11:30"]},
        )
    page = client.get(f"/offices/county/rules/{rule.id}").get_data(as_text=True)
    assert "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE" in page
    fields = {**form_values(page), "name": "改名"}
    before = rule.spec
    answer = client.post(f"/offices/county/rules/{rule.id}", data=fields)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    db.session.refresh(rule)
    assert (rule.name, rule.version) == ("改名", 2)
    assert rule.spec == before


def form_values(page: str) -> dict[str, Any]:
    """What a browser would send of the form of a page, unchanged."""
    found: dict[str, list[str]] = {}

    class Reader(HTMLParser):
        select = ""
        area = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            own = dict(attrs)
            name, kind = own.get("name") or "", own.get("type")
            if tag == "select":
                self.select = name
                found[name] = []
            elif tag == "option" and self.select and ("selected" in own or not found[self.select]):
                if "selected" in own or own.get("value") is not None:
                    found[self.select] = [own.get("value") or ""]
            elif tag == "textarea":
                self.area = name
            elif tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in own):
                found.setdefault(name, []).append(own.get("value") or "")

        def handle_data(self, data: str) -> None:
            if self.area:
                found[self.area] = [data.strip()]

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.area = ""

    Reader().feed(page[page.index('class="rule-form"') : page.index("rule-preview")])
    return {name: values for name, values in found.items() if values}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weekdays": []}, "Weekdays"),
        ({"when": "rrule", "rule": "FREQ=SOMETIMES"}, "FREQ"),
        ({"when": "dates", "dates": "2026-02-30"}, "2026-02-30 is not a date"),
        ({"when": "month_days", "month_days": "40"}, "-31 to 31"),
        ({"name": ""}, "Give the rule a name"),
        ({"first_day": "2026-05-01", "last_day": "2026-04-01"}, "is before the first day"),
        ({"day_from": "17:00", "day_to": "09:00"}, "the end must be after the start"),
        ({"seats-0-who": ""}, "Seats"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    office: Office, client: FlaskClient, wrong: dict[str, Any], said: str
) -> None:
    answer = client.post("/offices/county/rules/new/coverage", data=coverage(**wrong))
    assert answer.status_code == 200
    assert said in answer.get_data(as_text=True)
    assert db.session.query(Rule).count() == 0


@pytest.mark.parametrize("key", [ready.key for ready in COMMON_RULES])
def test_ready_rules_are_taken_with_one_click(office: Office, client: FlaskClient, key: str) -> None:
    answer = client.post(f"/offices/county/rules/common/{key}")
    assert answer.status_code == 302
    assert client.get(answer.location).status_code == 200
    assert db.session.query(Rule).count() == 1


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("limit", {"period": "month", "min": "1", "who": "lead"}),
        ("spacing", {"min_gap": "5", "window_k": "2", "window_days": "30"}),
        ("on_call", {"order": "乙\n甲"}),
        ("fairness", {"levels-0-level": "1a", "levels-1-level": "3a", "carry_over": "y"}),
    ],
)
def test_the_other_kinds(office: Office, client: FlaskClient, kind: str, data: dict[str, str]) -> None:
    assert client.get(f"/offices/county/rules/new/{kind}").status_code == 200
    answer = client.post(f"/offices/county/rules/new/{kind}", data={"name": "规则", **data})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    rule = queries.list_rules(office.id)[0]
    assert client.get(f"/offices/county/rules/{rule.id}").status_code == 200


def test_two_spacing_rules_at_once_are_refused(office: Office) -> None:
    with transaction():
        ruling.add_rule(office, "spacing", "五天", {"min_gap": 5}, last_day=dt.date(2026, 6, 30))
        ruling.add_rule(office, "spacing", "六天", {"min_gap": 6}, first_day=dt.date(2026, 7, 1))
    with pytest.raises(BadRule), transaction():
        ruling.add_rule(office, "spacing", "七天", {"min_gap": 7})


def test_ending_moving_and_changing_twice(office: Office, client: FlaskClient) -> None:
    with transaction():
        one, other = make_rule(office), make_rule(office, "limit", "上限", period="month", max=3)
    client.post(f"/offices/county/rules/{other.id}/move", data={"to": "up"})
    assert [rule.id for rule in queries.list_rules(office.id)] == [other.id, one.id]
    end = {"last_day": "2026-02-28", "version": "1"}
    assert client.post(f"/offices/county/rules/{one.id}/end", data=end).status_code == 302
    assert client.post(f"/offices/county/rules/{one.id}/end", data=end).status_code == 409
    assert "Ended rules" in client.get("/offices/county/rules").get_data(as_text=True)
    assert [rule.id for rule in queries.list_rules(office.id, dt.date(2026, 3, 1))] == [other.id]


def test_reception_may_look_and_not_touch(office: Office, client: FlaskClient) -> None:
    with transaction():
        rule = make_rule(office)
    client.post("/sign-out")
    sign_in(client, "rita")
    assert client.get("/offices/county/rules").status_code == 200
    assert client.get(f"/offices/county/rules/{rule.id}").status_code == 403
    assert client.post("/offices/county/rules/common/every-day").status_code == 403


def test_rooms_and_leaders_of_strangers_are_refused(office: Office) -> None:
    with transaction():
        elsewhere = make_office("elsewhere")
        stranger, room = make_leader(elsewhere), Room(office=elsewhere, name="x")
        db.session.add(room)
    for spec in ({"seats": [{"leaders": [stranger.id]}]}, {"rooms": [room.id]}):
        with pytest.raises(BadRule), transaction():
            ruling.add_rule(office, "coverage", "x", {"when": {"type": "every_day"}, **spec})
