"""The API: its description, its keys, what it gives; fuzzed from its own description."""

import contextlib
import datetime as dt
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from limits import RateLimitItemPerMinute
from schemathesis import GenerationMode

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.feeds import limits
from app.feeds.api.tokens import SCOPES, make_token
from app.feeds.models import ApiToken
from tests.factories import make_office
from tests.integration.accounts.test_access import sign_in
from tests.integration.feeds.conftest import County
from tests.integration.feeds.test_subscriptions import visit
from tests.published import replace_leader

API = "/api/v1"
OFFICE = f"{API}/offices/county"


def key_of(county: County, *scopes: str, expires_on: dt.date | None = None) -> dict[str, str]:
    with transaction():
        secret = make_token(county.office, "办公系统", scopes or list(SCOPES), expires_on)[1]
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def described(county: County, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The API with its description, without limits."""
    for name in limits.LIMITS:
        monkeypatch.setitem(limits.LIMITS, name, RateLimitItemPerMinute(10**6))
    key = key_of(county)
    found = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", app)
    found.config.update(headers=key)
    return found


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_it_does_what_it_says(described: Any, mode: GenerationMode) -> None:
    asked = 0
    for result in described.get_all_operations():
        cases = result.ok().as_strategy(generation_mode=mode)

        @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=cases)
        def answers_as_described(case: Any) -> None:
            nonlocal asked
            asked += 1
            days = [case.query.get(name) for name in ("from", "to")] if case.query else []
            if mode is GenerationMode.POSITIVE and days and all(days) and days[0] > days[1]:
                assert case.call().status_code in (404, 422), "what a description cannot say"
            else:
                case.call_and_validate()

        with contextlib.suppress(Unsatisfiable):  # nothing can be wrong where nothing may be said
            answers_as_described()
    assert asked > 30


def test_public_resources(county: County, client: FlaskClient) -> None:
    with transaction():
        replace_leader(county.office, dt.date(2026, 3, 10), county.leaders[2], "外出开会")
    (office,) = client.get(f"{API}/offices").get_json()
    assert (office["code"], office["parent"], office["phone"]) == ("county", None, "0000-1234567")
    found = client.get(f"{OFFICE}/sessions?from=2026-03-10&to=2026-03-10").get_json()
    assert found["revision"] == 2 and [s["leaders"][0]["name"] for s in found["sessions"]] == ["陈三"]
    newest, oldest = client.get(f"{OFFICE}/revisions").get_json()
    assert (newest["number"], newest["reason"], oldest["superseded_by"]) == (2, "外出开会", 2)
    (change,) = client.get(f"{OFFICE}/revisions/2").get_json()["changes"]
    assert change["before"]["leaders"][0]["name"] == "安一"
    assert change["before"]["key"] == change["after"]["key"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sessions?from=2026-13-01", 422),
        ("/sessions?from=2026-03-02&to=2026-03-01", 422),
        ("/sessions?until=2026-03-02", 422),
        ("/revisions/9", 404),
        ("/visits", 401),
        ("/leaders", 401),
    ],
)
def test_errors_are_json_with_a_sentence(county: County, client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(OFFICE + path)
    assert answer.status_code == status
    assert answer.get_json().keys() == {"error", "request_id"}
    assert answer.get_json()["error"].endswith("。")


def test_the_wrong_method_is_told_the_right_one(county: County, client: FlaskClient) -> None:
    answer = client.post(f"{OFFICE}/sessions")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_key_reads_what_its_scopes_say(county: County, client: FlaskClient) -> None:
    with transaction():
        visit(county)
        make_office("other", "county", name="邻县")
        make_office("town-01", "township", county.office, "柳河镇")
    counts, leaders = key_of(county, "visits.counts"), key_of(county, "leaders.read")
    (row,) = client.get(f"{OFFICE}/visits?from=2026-03-01&to=2026-04-30", headers=counts).get_json()
    assert row | {"key": ""} == {
        "key": "",
        "date": "2026-03-05",
        "pending": 0,
        "confirmed": 1,
        "waiting": 0,
        "people": 3,
    }
    assert client.get(f"{OFFICE}/leaders", headers=counts).status_code == 403
    names = [leader["name"] for leader in client.get(f"{OFFICE}/leaders", headers=leaders).get_json()]
    assert names == ["安一", "包二", "陈三"]
    assert client.get(f"{API}/offices/town-01/leaders", headers=leaders).status_code == 200
    assert client.get(f"{API}/offices/other/leaders", headers=leaders).status_code == 403


def test_keys_end_and_are_revoked(county: County, client: FlaskClient, clock: FixedClock) -> None:
    key = key_of(county, "leaders.read", expires_on=dt.date(2026, 3, 2))
    assert client.get(f"{OFFICE}/leaders", headers=key).status_code == 200
    db.session.rollback()
    token = db.session.query(ApiToken).one()
    assert token.last_used_at == clock.now() and key["Authorization"][7:] not in str(vars(token))
    clock.advance(dt.timedelta(days=1))
    assert client.get(f"{OFFICE}/leaders", headers=key).status_code == 401
    clock.advance(dt.timedelta(days=-1))
    sign_in(client, "anna")
    assert client.post(f"/offices/county/tokens/{token.id}/revoke").status_code == 302
    assert client.get(f"{OFFICE}/leaders", headers=key).status_code == 401
    assert client.post(f"/offices/county/tokens/{token.id}/revoke").status_code == 404


def test_a_key_is_made_by_staff_and_shown_once(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    url = "/offices/county/tokens"
    assert client.post(url, data={"name": "OA", "scopes": "everything"}).status_code == 400
    made = client.post(url, data={"name": "OA", "scopes": ["leaders.read"]})
    assert made.headers["Cache-Control"] == "no-store"
    secret = made.get_data(as_text=True).partition('id="secret-key">')[2].partition("<")[0]
    assert client.get(f"{OFFICE}/leaders", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert secret not in client.get(url).get_data(as_text=True)


def test_above_the_limit_a_key_waits(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "api", RateLimitItemPerMinute(2))
    key = key_of(county, "leaders.read")
    codes = [client.get(f"{OFFICE}/leaders", headers=key).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
