"""The bulletin by API: the numbers of the page, with a key of its own scope."""

from flask import Flask
from flask.testing import FlaskClient

from app.core.database import transaction
from app.feeds.api.tokens import make_token
from tests.bulletin_scenario import count_by_hand, simulate, store
from tests.integration.followup.scenario import make_scene
from tests.integration.followup.test_bulletin import FIRST, RANGES

ADDRESS = "/api/v1/offices/county/bulletin"


def test_the_same_numbers(app: Flask, client: FlaskClient) -> None:
    with transaction():
        scene = make_scene()
        leaders, units = [leader.id for leader in scene.leaders], [unit.id for unit in scene.units]
        rows = simulate(scene.office.id, leaders, units, FIRST, days=60, per_day=2, seed=7)
        store(rows)
        good = make_token(scene.office, "办公系统", ["bulletin.read"], None)[1]
        other = make_token(scene.office, "办公系统", ["visits.counts"], None)[1]
    key = {"Authorization": f"Bearer {good}"}
    days = "from=2025-12-01&to=2025-12-31"
    found = client.get(f"{ADDRESS}?{days}", headers=key).get_json()
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    page = client.get(f"/offices/county/bulletin.json?{days}").get_json()
    assert found == page
    first, last = RANGES[0][0].replace(year=2025, month=12), RANGES[0][1].replace(year=2025, month=12)
    assert found["figures"] == count_by_hand(rows, first, last)
    assert found["units"] and found["leaders"] and found["before"]["figures"]["groups"] > 0
    assert client.get(ADDRESS).status_code == 401
    assert client.get(ADDRESS, headers={"Authorization": f"Bearer {other}"}).status_code == 403
    assert client.get(f"{ADDRESS}?below=true", headers=key).status_code == 200


def test_days_that_are_none(app: Flask, client: FlaskClient) -> None:
    with transaction():
        scene = make_scene()
        good = make_token(scene.office, "办公系统", ["bulletin.read"], None)[1]
    key = {"Authorization": f"Bearer {good}"}
    for days in (
        "from=2025-12-01",
        "from=2025-12-02&to=2025-12-01",
        "from=0001-01-01&to=0001-01-02",
        "month=2025-12",
        "from=heute&to=morgen",
    ):
        assert client.get(f"{ADDRESS}?{days}", headers=key).status_code == 422, days


def test_it_is_described(app: Flask, client: FlaskClient) -> None:
    found = client.get("/api/v1/openapi.json").get_json()
    described = found["paths"]["/api/v1/offices/{office_code}/bulletin"]["get"]
    assert described["security"] == [{"key": []}]
    assert {parameter["name"] for parameter in described["parameters"]} >= {"from", "to", "below"}
