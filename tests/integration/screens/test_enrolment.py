"""From a code on a screen to an enrolled screen, and what its token opens."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.screens.models import Screen, ScreenCode, ScreenCodeTry
from tests.factories import make_leader, make_office, make_user
from tests.integration.accounts.test_access import sign_in
from tests.published import publish_days, workdays

MONDAY = dt.date(2026, 3, 2)
STATE = "/screen/own/state.json"
PLAYER = {"X-Player": "yes"}


@pytest.fixture
def box(app: Flask) -> FlaskClient:
    """The browser of a box in the hall."""
    return app.test_client()


@pytest.fixture
def staff(app: Flask, client: FlaskClient) -> FlaskClient:
    """A scheduler, signed in, at a county with a published spring."""
    with transaction():
        office = make_office("county")
        publish_days(office, [make_leader(office, "安一")], workdays(MONDAY, dt.date(2026, 3, 31)))
        make_user("anna", "scheduler", office)
        make_user("rita", "reception", office)
    sign_in(client, "anna")
    return client


def code_of(box: FlaskClient) -> str:
    """Ask for a code as the player does."""
    return str(box.post("/screen/own/code", headers=PLAYER).get_json()["code"])


def approve(staff: FlaskClient, code: str, name: str = "一楼大厅") -> int:
    """Enter a code as staff do; the status."""
    form = {"code": code, "name": name, "layout": "full"}
    return staff.post("/offices/county/screens/new", data=form).status_code


def test_a_code_becomes_a_screen(app: Flask, staff: FlaskClient, box: FlaskClient) -> None:
    assert (box.get(STATE).status_code, box.get(STATE).get_json()) == (401, {"screen": "unknown"})
    code = code_of(box)
    assert len(code) == 6
    assert (box.get(STATE).status_code, box.get(STATE).get_json()) == (202, {"screen": "waiting"})
    assert approve(staff, f" {code[:3].lower()}-{code[3:]} ") == 302
    answer = box.get(STATE)
    assert answer.status_code == 200
    assert "安一" in answer.get_json()["content"]
    page = staff.get("/offices/county/screens").get_data(as_text=True)
    assert "一楼大厅" in page
    stored = db.session.scalars(select(Screen)).one()
    cookie = box.get_cookie("screen", path="/screen")
    assert cookie is not None and cookie.http_only and cookie.value not in (stored.token_hash, "")


def test_a_header_is_as_good_as_the_cookie(app: Flask, staff: FlaskClient, box: FlaskClient) -> None:
    approve(staff, code_of(box))
    cookie = box.get_cookie("screen", path="/screen")
    assert cookie is not None
    other = app.test_client()
    assert other.get(STATE, headers={"X-Screen-Token": cookie.value}).status_code == 200
    assert other.get(STATE, headers={"X-Screen-Token": cookie.value + "x"}).status_code == 401


def test_a_code_lives_fifteen_minutes(staff: FlaskClient, box: FlaskClient, clock: FixedClock) -> None:
    code = code_of(box)
    clock.advance(dt.timedelta(minutes=15))
    assert approve(staff, code) == 400
    assert box.get(STATE).status_code == 401
    assert approve(staff, code_of(box)) == 302


def test_a_code_is_approved_once(staff: FlaskClient, box: FlaskClient) -> None:
    code = code_of(box)
    assert (approve(staff, code), approve(staff, code)) == (302, 409)
    assert len(db.session.scalars(select(Screen)).all()) == 1


def test_five_wrong_codes_lock_one_person_for_a_quarter_of_an_hour(
    staff: FlaskClient, box: FlaskClient, clock: FixedClock
) -> None:
    code = code_of(box)
    assert [approve(staff, "ZZZZZZ") for _ in range(6)] == [400] * 5 + [429]
    assert approve(staff, code) == 429
    assert len(db.session.scalars(select(ScreenCodeTry)).all()) == 5
    clock.advance(dt.timedelta(minutes=15))
    assert approve(staff, code_of(box)) == 302


def test_only_staff_who_may_set_up_screens_approve(app: Flask, staff: FlaskClient, box: FlaskClient) -> None:
    code = code_of(box)
    rita = app.test_client()
    sign_in(rita, "rita")
    assert approve(rita, code) == 403
    assert approve(app.test_client(), code) == 401


def test_another_site_cannot_take_a_screens_token_away(staff: FlaskClient, box: FlaskClient) -> None:
    assert box.post("/screen/own/code").status_code == 400
    approve(staff, code_of(box))
    assert box.post("/screen/own/code", headers=PLAYER).status_code == 409


def test_codes_are_not_given_out_without_end(app: Flask, staff: FlaskClient) -> None:
    answers = [app.test_client().post("/screen/own/code", headers=PLAYER).status_code for _ in range(31)]
    assert answers == [201] * 30 + [429]


def test_old_codes_are_removed(staff: FlaskClient, app: Flask, clock: FixedClock) -> None:
    code_of(app.test_client())
    clock.advance(dt.timedelta(days=2))
    code_of(app.test_client())
    assert len(db.session.scalars(select(ScreenCode)).all()) == 1


def test_a_revoked_screen_is_told_so_and_can_be_enrolled_again(staff: FlaskClient, box: FlaskClient) -> None:
    approve(staff, code_of(box))
    screen = db.session.scalars(select(Screen)).one()
    assert staff.get(f"/offices/county/screens/{screen.id}/revoke").status_code == 200
    assert staff.post(f"/offices/county/screens/{screen.id}/revoke").status_code == 302
    assert staff.post(f"/offices/county/screens/{screen.id}/revoke").status_code == 404
    answer = box.get(STATE)
    assert (answer.status_code, answer.get_json()) == (410, {"screen": "revoked"})
    assert box.post("/screen/own/contact", json={}).status_code == 401
    assert approve(staff, code_of(box)) == 302
    assert box.get(STATE).status_code == 200
