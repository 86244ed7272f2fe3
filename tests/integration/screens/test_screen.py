"""The public window of an office: its page, its sealed snapshot, and the files of the player."""

import datetime as dt
import json
import re
import zlib
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.clock import FixedClock
from app.core.database import transaction
from app.directory.models import Leader
from tests.factories import make_leader, make_office, make_user
from tests.integration.accounts.test_access import sign_in
from tests.published import publish_days, replace_leader, workdays

MONDAY = dt.date(2026, 3, 2)
STATE = "/screen/county/state.json"


def seed() -> list[Leader]:
    """A county with three leaders and four published months."""
    with transaction():
        office = make_office("county")
        leaders = [make_leader(office, name) for name in ("安一", "包二", "陈三")]
        publish_days(office, leaders, workdays(MONDAY, dt.date(2026, 6, 30)))
        make_user("rita", "reception", office)
        make_user("anna", "leader", office)
    return leaders


def opened(envelope: Any) -> dict[str, Any]:
    """The content of an envelope whose seal is whole."""
    assert envelope["format"] == 2
    assert zlib.crc32(envelope["content"].encode()) == envelope["crc"]
    content: dict[str, Any] = json.loads(envelope["content"])
    return content


def place_of(answer: TestResponse) -> dict[str, Any]:
    """The one place of a window."""
    (place,) = opened(answer.get_json())["places"]
    found: dict[str, Any] = place
    return found


def test_the_state_holds_the_days_ahead(app: Flask, client: FlaskClient, clock: FixedClock) -> None:
    seed()
    answer = client.get(STATE)
    found = place_of(answer)
    assert found["revision"] == 1
    assert [day["date"] for day in found["days"]] == [
        (MONDAY + dt.timedelta(days=n)).isoformat() for n in range(28)
    ]
    assert found["days"][0]["sessions"][0]["leaders"][0]["name"] == "安一"
    assert found["days"][5]["rest"] is True
    assert len(found["later"]) == 5 and found["later"][0]["date"] == "2026-03-30"
    assert int(answer.headers["X-Server-Time"]) == clock.now().timestamp() * 1000


def test_polling_is_304_until_something_changes_or_the_day_does(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    leaders = seed()
    tag = {"If-None-Match": client.get(STATE).headers["ETag"]}
    clock.advance(dt.timedelta(hours=11))
    answer = client.get(STATE, headers=tag)
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["X-Server-Time"]
    with transaction():
        replace_leader(leaders[0].office, MONDAY, leaders[1])
    changed = client.get(STATE, headers=tag)
    assert changed.status_code == 200
    leader = place_of(changed)["days"][0]["sessions"][0]["leaders"][0]
    assert (leader["name"], leader["stands_in_for"]) == ("包二", "安一")
    clock.advance(dt.timedelta(hours=2))
    assert client.get(STATE, headers={"If-None-Match": changed.headers["ETag"]}).status_code == 200


def test_the_page_carries_its_first_state(app: Flask, client: FlaskClient) -> None:
    seed()
    page = client.get("/screen/county").get_data(as_text=True)
    embedded = re.search(r'<script type="application/json" id="envelope">(.*?)</script>', page, re.S)
    assert embedded
    assert json.loads(json.loads(embedded[1])) == client.get(STATE).get_json()
    assert client.get("/screen/nowhere").status_code == 404


def test_an_office_without_a_roster_has_a_screen_too(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_office("town-01", "township")
    found = place_of(client.get("/screen/town-01/state.json"))
    assert (found["revision"], found["published_at"], found["later"]) == (0, None, [])
    assert client.get("/screen/town-01").status_code == 200


def test_only_staff_of_the_office_preview_a_moment(app: Flask, client: FlaskClient) -> None:
    seed()
    preview = "/screen/county?at=2026-03-07T10:00"
    assert client.get(preview).status_code == 403
    assert client.get(STATE + "?at=2026-03-07T10:00").status_code == 403
    sign_in(client, "anna")
    assert client.get(preview).status_code == 403
    client.post("/sign-out")
    sign_in(client, "rita")
    answer = client.get(preview)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert (
        int(answer.headers["X-Server-Time"]) == dt.datetime(2026, 3, 7, 2, tzinfo=dt.UTC).timestamp() * 1000
    )
    assert place_of(client.get(STATE + "?at=2026-03-07T10:00"))["days"][0]["date"] == "2026-03-07"
    for bad in ("soon", "0001-01-01T00:00", "2026-03-07T10:00%2B99:00"):
        assert client.get(f"/screen/county?at={bad}").status_code == 400, bad


def test_a_snapshot_ends_after_its_fourteenth_day(app: Flask, client: FlaskClient) -> None:
    seed()
    ends = dt.datetime.fromtimestamp(client.get(STATE).get_json()["expires_at"] / 1000, dt.UTC)
    assert ends == dt.datetime(2026, 3, 16, 16, tzinfo=dt.UTC)  # midnight after the 16th in Shanghai


def test_the_worker_keeps_every_file_of_the_player(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/screen/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/screen"
    files = re.search(r"FILES = \[(.*?)\]", answer.get_data(as_text=True))
    assert files
    addresses = [name.strip(' "') for name in files[1].split(",")]
    assert len(addresses) >= 10
    for address in addresses:
        found = client.get(address)
        assert found.status_code == 200 and "immutable" in found.headers["Cache-Control"], address
    old = re.sub("files/[^/]+", "files/older", addresses[0])
    assert client.get(old).headers["Cache-Control"] == "no-store"
    assert client.get(re.sub("[^/]+$", "secret.js", addresses[0])).status_code == 404
