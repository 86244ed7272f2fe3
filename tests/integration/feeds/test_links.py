"""Staff make and revoke calendar links."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.core.database import db
from app.core.ids import hash_token
from app.feeds.models import FeedLink
from app.web.logs import without_secrets
from tests.integration.accounts.test_access import sign_in
from tests.integration.feeds.conftest import County

URL = "/offices/county/links"


def make(client: FlaskClient, county: County, name: str = "我的手机") -> str:
    """Make a link for the first leader through the form; the page that shows it."""
    answer = client.post(URL, data={"whom": f"leader:{county.leaders[0].id}", "name": name})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    return html.unescape(answer.get_data(as_text=True))


def secret_of(page: str) -> str:
    found = re.search(r"/calendar/([A-Za-z0-9_-]{43})\.ics", page)
    assert found
    return found[1]


def test_a_link_is_shown_once_and_works(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    page = make(client, county)
    secret = secret_of(page)
    assert f"http://127.0.0.1:8000/calendar/{secret}.ics" in page
    assert f"webcal://127.0.0.1:8000/calendar/{secret}.ics" in page
    assert "<svg" in page
    assert client.get(f"/calendar/{secret}.ics", headers={"User-Agent": "Thunderbird/140"}).status_code == 200
    listing = client.get(URL)
    assert listing.headers["Cache-Control"] == "no-store"
    text = listing.get_data(as_text=True)
    assert secret not in text and hash_token(secret) not in text
    assert "我的手机" in text and "Thunderbird/140" in text


def test_making_and_revoking_is_audited_without_the_secret(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    secret = secret_of(make(client, county))
    link = db.session.scalars(select(FeedLink)).one()
    assert client.post(f"{URL}/{link.id}/revoke").status_code == 302
    assert client.get(f"/calendar/{secret}.ics").status_code == 404
    assert client.post(f"{URL}/{link.id}/revoke").status_code == 404, "revoked already"
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("link.%"))).all()
    assert [(e.action, e.actor) for e in entries] == [("link.make", "anna"), ("link.revoke", "anna")]
    assert secret not in str([(e.before, e.after, e.subject) for e in entries])
    assert "我的手机" not in client.get(URL).get_data(as_text=True).partition("<tbody>")[2]


def test_a_link_needs_a_name_and_a_leader_of_this_office(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    for data in (
        {"whom": f"leader:{county.leaders[0].id}", "name": " "},
        {"whom": "leader:999", "name": "x"},
        {},
    ):
        answer = client.post(URL, data=data)
        assert answer.status_code == 400
    assert db.session.scalars(select(FeedLink)).all() == []


def test_only_those_who_manage_links(county: County, client: FlaskClient, app: Flask) -> None:
    assert client.get(URL).status_code == 302
    sign_in(client, "rita")
    assert client.get(URL).status_code == 403
    assert client.post(URL, data={"whom": f"leader:{county.leaders[0].id}", "name": "x"}).status_code == 403


def test_a_link_of_another_office_cannot_be_revoked_from_here(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    assert client.post(f"{URL}/12345/revoke").status_code == 404


class Recorder:
    """Takes what would be logged."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def _take(self, *args: object, **values: object) -> None:
        self.lines.append(f"{args} {values}")

    info = error = warning = _take


def test_the_secret_never_reaches_the_log(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, "anna")
    secret = secret_of(make(client, county))
    recorder = Recorder()
    monkeypatch.setattr("app.web.logs.log", recorder)
    monkeypatch.setattr("app.web.errors.log", recorder)
    client.get(f"/calendar/{secret}.ics?alarm=5")
    client.get(f"/calendar/{secret}x.ics")
    monkeypatch.setattr("app.feeds.subscriptions.find_subscription", lambda _token: 1 / 0)
    client.application.config.update(PROPAGATE_EXCEPTIONS=False)
    assert client.get(f"/calendar/{secret}.ics").status_code == 500
    assert len(recorder.lines) == 4, "three requests and one error"
    assert secret not in "".join(recorder.lines)
    assert without_secrets(f"/calendar/{secret}.ics") == "/calendar/….ics"
