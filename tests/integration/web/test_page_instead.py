"""The address of a button, typed or reloaded: a browser comes to the page that has the button, a program is told."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database import transaction
from tests.integration.followup.scenario import make_scene

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def signed_in(app: Flask, client: FlaskClient) -> FlaskClient:
    with transaction():
        make_scene()
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    return client


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("/offices/county/matters/7/close", "/offices/county/matters/7"),
        ("/offices/county/matters/7/units/3/not-ours", "/offices/county/matters/7"),
        ("/offices/county/matters/7/papers", "/offices/county/matters/7"),
        ("/offices/county/visits/7/cancel?day=2026-03-02", "/offices/county/visits/7?day=2026-03-02"),
        ("/unit/reply?link=4", "/unit?link=4"),
    ],
)
def test_a_browser_comes_to_the_page_of_the_button(signed_in: FlaskClient, typed: str, page: str) -> None:
    answer = signed_in.get(typed, headers=BROWSER)
    assert (answer.status_code, answer.location) == (303, page)
    assert signed_in.post(typed, headers=BROWSER).status_code != 405


def test_programs_are_told_what_is_allowed(signed_in: FlaskClient) -> None:
    for accept in ("*/*", "application/json", ""):
        answer = signed_in.get("/offices/county/matters/7/close", headers={"Accept": accept})
        assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)
    answer = signed_in.delete("/offices/county/matters", headers=BROWSER)
    assert answer.status_code == 405


def test_every_button_of_follow_through_and_visits_has_a_page(app: Flask) -> None:
    lonely = []
    for rule in app.url_map.iter_rules():
        own = rule.endpoint.partition(".")[0] in ("followup", "visits")
        if not own or rule.methods is None or "GET" in rule.methods:
            continue
        address = rule.rule.replace("<int:", "<").replace("<path:", "<")
        for name in rule.arguments:
            address = address.replace(f"<{name}>", "county" if name == "office_code" else "7")
        with app.test_client() as client:
            answer = client.get(address, headers=BROWSER)
        if answer.status_code == 405:
            lonely.append(address)
    assert lonely == []
