"""One-tap links: nothing changes by opening, digits are asked, tries are limited, every refusal looks the same."""

import datetime as dt
import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import one_tap
from app.accounts.models import AuditEntry
from app.accounts.one_tap.models import OneTapLink
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.text import Text
from app.directory.models import Leader
from app.web.logs import without_secrets
from tests.factories import make_leader, make_office, make_user

PHONE = "13800004321"


@pytest.fixture
def leader(app: Flask) -> Leader:
    """A leader with a phone on file, and a purpose whose page says what the link is for."""
    one_tap.register_purpose("test", Text("试用", "Trial"), "one_tap_test")

    @one_tap.required("test")
    def page(link: OneTapLink) -> str:
        return f"subject {link.subject} of {link.holder_kind} {link.holder_id}"

    app.add_url_rule("/one-tap-test", "one_tap_test", page, methods=["GET", "POST"])
    with transaction():
        office = make_office("lianxi", "county", name="示例县信访局")
        office.phone = "0000-1234567"
        found = make_leader(office, "郑一")
        found.phone = PHONE
    return found


def issue(app: Flask, leader: Leader, subject: str = "test:7", hours: int = 24) -> str:
    """The path of a new link."""
    with transaction():
        address = one_tap.issue(
            "test",
            subject,
            ("leader", leader.id),
            leader.office_id,
            app.extensions["clock"].now() + dt.timedelta(hours=hours),
        )
    assert address.startswith(app.extensions["settings"].public_url + "/t/")
    return address.removeprefix(app.extensions["settings"].public_url)


def test_digits_open_the_page_and_the_token_is_gone(app: Flask, client: FlaskClient, leader: Leader) -> None:
    path = issue(app, leader)
    token = path.rpartition("/")[2]
    assert len(token) == 43
    first = client.get(path)
    assert first.status_code == 303 and token not in first.location
    assert first.headers["Referrer-Policy"] == "no-referrer" and first.headers["Cache-Control"] == "no-store"
    asked = client.get(first.location)
    assert "4321" not in asked.text and token not in asked.text
    answer = client.post(first.location, data={"digits": "4321"})
    assert answer.status_code == 303
    assert client.get(answer.location).text == f"subject test:7 of leader {leader.id}"


def test_opening_changes_nothing_in_the_database(app: Flask, client: FlaskClient, leader: Leader) -> None:
    path = issue(app, leader)
    before = list(db.session.scalars(select(AuditEntry.hash)))
    client.get(path, follow_redirects=True)
    db.session.expire_all()
    link = db.session.scalars(select(OneTapLink)).one()
    assert (link.tries, link.last_used_at) == (0, None)
    assert list(db.session.scalars(select(AuditEntry.hash))) == before


def test_the_page_asks_for_the_digits_first(app: Flask, client: FlaskClient, leader: Leader) -> None:
    client.get(issue(app, leader))
    answer = client.get("/one-tap-test")
    assert answer.status_code == 303 and "/one-tap?" in answer.location


def test_five_wrong_digits_end_the_link(app: Flask, client: FlaskClient, leader: Leader) -> None:
    asked = client.get(issue(app, leader)).location
    statuses = [client.post(asked, data={"digits": f"000{n}"}).status_code for n in range(6)]
    assert statuses == [422] * 4 + [404] * 2
    assert client.post(asked, data={"digits": "4321"}).status_code == 404


def test_every_refusal_is_the_same_page_and_says_whom_to_call(
    app: Flask, clock: FixedClock, client: FlaskClient, leader: Leader
) -> None:
    expired, revoked = issue(app, leader, "test:1", hours=1), issue(app, leader, "test:2")
    clock.advance(dt.timedelta(hours=1))
    with transaction():
        assert one_tap.revoke("test", "test:2") == 1
    pages = []
    for path in (expired, revoked, "/t/" + "x" * 43, "/t/short"):
        answer = client.get(path)
        assert answer.status_code == 404
        pages.append(re.sub(r'value="[^"]+"', "", answer.text.replace(path, "")))
    assert len(set(pages)) == 1
    assert "0000-1234567" in pages[0] and "不能使用" in pages[0] and "cannot be used" in pages[0]


def test_a_revoked_link_stops_in_a_browser_that_opened_it(
    app: Flask, client: FlaskClient, leader: Leader
) -> None:
    asked = client.get(issue(app, leader)).location
    page = client.post(asked, data={"digits": "4321"}).location
    with transaction():
        one_tap.revoke("test", "test:7")
    assert client.get(page).status_code == 404


def test_two_links_in_one_browser_are_not_mistaken(app: Flask, client: FlaskClient, leader: Leader) -> None:
    pages = []
    for subject in ("test:1", "test:2"):
        asked = client.get(issue(app, leader, subject)).location
        pages.append(client.post(asked, data={"digits": "4321"}).location)
    assert "test:1" in client.get(pages[0]).text and "test:2" in client.get(pages[1]).text
    assert client.get("/one-tap-test?link=999").status_code == 404


def test_another_browser_cannot_use_the_address_after_the_token(
    app: Flask, client: FlaskClient, leader: Leader
) -> None:
    asked = client.get(issue(app, leader)).location
    page = client.post(asked, data={"digits": "4321"}).location
    assert app.test_client().get(page).status_code == 404


def test_without_a_phone_on_file_staff_must_confirm(app: Flask, client: FlaskClient, leader: Leader) -> None:
    with transaction():
        db.session.get_one(Leader, leader.id).phone = None
    asked = client.get(issue(app, leader)).location
    assert "0000-1234567" in client.get(asked).text
    assert client.post(asked, data={"digits": ""}).status_code == 422
    with transaction():
        one_tap.confirm_by_staff(db.session.scalars(select(OneTapLink)).one())
    assert client.get(asked, follow_redirects=True).text.startswith("subject test:7")


def test_every_use_is_in_the_audit_trail_without_token_or_digits(
    app: Flask, client: FlaskClient, leader: Leader
) -> None:
    path = issue(app, leader)
    asked = client.get(path).location
    client.post(asked, data={"digits": "1111"})
    client.post(asked, data={"digits": "4321"})
    rows = list(
        db.session.scalars(
            select(AuditEntry).where(AuditEntry.action.like("one_tap%")).order_by(AuditEntry.id)
        )
    )
    assert [row.action for row in rows] == ["one_tap.issue", "one_tap.wrong_digits", "one_tap.use"]
    written = " ".join(f"{row.before}{row.after}{row.subject}" for row in rows)
    assert path.rpartition("/")[2] not in written and "4321" not in written


def test_the_token_reaches_no_log(
    app: Flask,
    client: FlaskClient,
    leader: Leader,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = issue(app, leader)
    assert without_secrets(path) == "/t/…"
    client.get(path, follow_redirects=True)
    logging.getLogger("werkzeug").warning('"GET %s HTTP/1.1" 303', path)
    out, err = capfd.readouterr()
    assert path.rpartition("/")[2] not in out + err + caplog.text and "/t/…" in caplog.text


def test_staff_confirm_and_revoke(app: Flask, client: FlaskClient, leader: Leader) -> None:
    with transaction():
        make_user("staff", "reception", leader.office)
        db.session.get_one(Leader, leader.id).phone = None
    path = issue(app, leader)
    client.post("/sign-in", data={"username": "staff", "password": "correct horse battery"})
    page = client.get("/offices/lianxi/one-tap?lang=en").text
    assert "no phone on file" in page and "郑一" in page
    link = db.session.scalars(select(OneTapLink.id)).one()
    client.post(f"/offices/lianxi/one-tap/{link}/confirm")
    visitor = app.test_client()
    assert visitor.get(path, follow_redirects=True).text.startswith("subject test:7")
    client.post(f"/offices/lianxi/one-tap/{link}/revoke")
    assert visitor.get(path).status_code == 404
    assert client.post(f"/offices/lianxi/one-tap/{link}/revoke").status_code == 404
