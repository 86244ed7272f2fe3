"""A leader's own links, signed in or with a one-tap link; nobody reaches another leader's."""

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.database import db, transaction
from app.feeds import service
from app.feeds.models import FeedLink
from tests.factories import make_user
from tests.integration.accounts.test_access import sign_in
from tests.integration.feeds.conftest import County

FORM = {"name": "手机", "language": "zh", "alarm": "30", "busy": "yes", "past": "60"}


@pytest.fixture
def other_link(county: County) -> int:
    """A link of the second leader."""
    with transaction():
        make_user("lee", "leader", county.office).leader_id = county.leaders[0].id
        return service.make_link(county.office, county.leaders[1].id, "别人的手机")[0].id


def only(leader_id: int) -> FeedLink:
    db.session.rollback()
    return db.session.scalars(select(FeedLink).where(FeedLink.leader_id == leader_id)).one()


def test_signed_in(county: County, client: FlaskClient, other_link: int) -> None:
    sign_in(client, "lee")
    made = client.post("/my/links", data=FORM)
    secret = re.search(r"/calendar/([\w-]{43})\.ics", made.get_data(as_text=True))
    assert made.status_code == 200 and made.headers["Cache-Control"] == "no-store" and secret
    assert b"TRIGGER:-PT30M" in client.get(secret[0]).data
    link = only(county.leaders[0].id)
    page = client.get("/my/links").get_data(as_text=True)
    assert "手机" in page and "别人的手机" not in page and secret[1] not in page
    assert client.post(f"/my/links/{link.id}", data=FORM | {"alarm": "", "name": "新手机"}).status_code == 302
    assert b"TRIGGER" not in client.get(secret[0]).data
    assert client.post(f"/my/links/{link.id}", data=FORM | {"name": ""}).status_code == 400
    for address in (f"/my/links/{other_link}", f"/my/links/{other_link}/revoke"):
        assert client.post(address, data=FORM).status_code == 404
    assert client.post(f"/my/links/{link.id}/revoke").status_code == 302
    assert client.get(secret[0]).status_code == 404


def test_an_account_without_a_leader_is_told(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    assert client.get("/my/links").status_code == 404


def test_by_a_one_tap_link(county: County, client: FlaskClient, other_link: int) -> None:
    with transaction():
        county.leaders[0].phone = "13800001234"
        db.session.merge(county.leaders[0])
    sign_in(client, "anna")
    invited = client.post("/offices/county/links/invite", data={"leader_id": county.leaders[0].id})
    address = re.search(r"http://127\.0\.0\.1:8000(/t/[\w-]+)", html.unescape(invited.get_data(as_text=True)))
    assert invited.headers["Cache-Control"] == "no-store" and address
    phone = client.application.test_client()
    asked = phone.get(address[1], follow_redirects=True)
    assert asked.status_code == 200
    opened = phone.post(asked.request.full_path, data={"digits": "1234"}, follow_redirects=True)
    assert "我的日历订阅" in opened.get_data(as_text=True)
    made = phone.post(opened.request.full_path, data=FORM)
    secret = re.search(r"/calendar/[\w-]{43}\.ics", made.get_data(as_text=True))
    assert secret and phone.get(secret[0]).status_code == 200
    link = only(county.leaders[0].id)
    assert link.created_by == "安一"
    number = opened.request.args["link"]
    assert phone.post(f"/calendar-links/{other_link}/revoke?link={number}").status_code == 404
    assert phone.post(f"/calendar-links/{link.id}/revoke?link={number}").status_code == 302
    stranger = client.application.test_client()
    assert stranger.post(f"/calendar-links/{link.id}/revoke?link={number}").status_code == 404
    assert db.session.scalars(select(User).where(User.username == "lee")).one().leader_id
