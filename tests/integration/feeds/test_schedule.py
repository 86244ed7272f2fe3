"""schedule.json: exactly the documented fields."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database import transaction
from tests.factories import make_office
from tests.integration.feeds.conftest import County
from tests.published import add_duty, make_revision, publish_days, replace_leader

URL = "/o/county/schedule.json"


def test_exactly_the_documented_shape(county: County, client: FlaskClient) -> None:
    answer = client.get(URL + "?from=2026-03-02&to=2026-03-02")
    assert answer.content_type == "application/json; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json == {
        "office": "county",
        "revision": 1,
        "provisional": False,
        "timezone": "Asia/Shanghai",
        "sessions": [
            {
                "date": "2026-03-02",
                "session": "day",
                "start": "08:30",
                "end": "17:30",
                "room": "一号接待室",
                "status": "held",
                "leaders": [{"name": "安一", "post": "县委书记", "role": "lead"}],
            }
        ],
    }


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 44), ("?from=2026-04-30", 1), ("?to=2026-03-02", 1), ("?from=2026-03-07&to=2026-03-08", 0)],
)
def test_the_range_is_inclusive_and_open(county: County, client: FlaskClient, query: str, count: int) -> None:
    assert len(client.get(URL + query).get_json()["sessions"]) == count


@pytest.mark.parametrize(
    "query", ["?from=2026-13-01", "?to=tomorrow", "?from=2026-03-03&to=2026-03-02", "?from=%00"]
)
def test_a_bad_date_is_one_sentence(county: County, client: FlaskClient, query: str) -> None:
    answer = client.get(URL + query)
    assert answer.status_code == 400
    assert answer.get_json()["error"].count("。") == 1


def test_unchanged_is_304_and_a_correction_is_not(county: County, client: FlaskClient) -> None:
    tag = client.get(URL).headers["ETag"]
    assert client.get(URL, headers={"If-None-Match": tag}).status_code == 304
    with transaction():
        replace_leader(county.office, dt.date(2026, 3, 3), county.leaders[2], status="suspended")
    answer = client.get(URL + "?from=2026-03-03&to=2026-03-03", headers={"If-None-Match": tag})
    assert answer.get_json()["revision"] == 2
    assert answer.get_json()["sessions"][0]["status"] == "suspended"


def test_provisional_follows_the_range_asked_for(county: County, client: FlaskClient) -> None:
    with transaction():
        publish_days(county.office, county.leaders, [dt.date(2027, 3, 1)], provisional=True)
    assert client.get(URL).get_json()["provisional"] is True
    assert client.get(URL + "?to=2026-12-31").get_json()["provisional"] is False


def test_seats_of_one_session_are_one_entry(county: County, client: FlaskClient) -> None:
    day = dt.date(2026, 5, 6)
    with transaction():
        revision = make_revision(county.office, day, day)
        add_duty(revision, county.leaders[0], day, "am")
        add_duty(revision, county.leaders[1], day, "am", seat=2)
        add_duty(revision, county.leaders[2], day, "pm")
    sessions = client.get(URL + "?from=2026-05-06").get_json()["sessions"]
    assert [(s["session"], s["start"], [x["name"] for x in s["leaders"]]) for s in sessions] == [
        ("am", "08:30", ["安一", "包二"]),
        ("pm", "14:30", ["陈三"]),
    ]


def test_nothing_published_and_no_such_office(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_office("town-01", "township")
    assert client.get("/o/town-01/schedule.json").get_json() == {
        "office": "town-01",
        "revision": 0,
        "provisional": False,
        "timezone": "Asia/Shanghai",
        "sessions": [],
    }
    assert client.get("/o/nowhere/schedule.json").status_code == 404
    assert client.get(URL).is_json
