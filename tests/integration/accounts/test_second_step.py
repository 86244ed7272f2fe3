"""The second sign-in step: turned on with proof, asked for, each code once."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP

from app.accounts.models import User
from app.accounts.service import sign_in as service
from app.core.clock import FixedClock
from app.core.database import db, transaction
from tests.factories import make_office, make_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def anna(app: Flask) -> User:
    with transaction():
        user = make_user("anna", "scheduler", make_office("county"))
        user.code_secret = SECRET
        return user


def code_at(clock: FixedClock, secret: str = SECRET) -> str:
    return str(TOTP(key=secret, format="base32").generate(time=clock.now()).token)


def give_password(client: FlaskClient) -> str | None:
    data = {"username": "anna", "password": "correct horse battery"}
    return client.post("/sign-in", data=data, query_string={"next": "/account"}).location


def test_the_password_alone_does_not_sign_in(anna: User, client: FlaskClient) -> None:
    assert give_password(client) == "/sign-in/code?next=/account"
    assert client.get("/account").status_code == 302


def test_the_code_completes_it(anna: User, client: FlaskClient, clock: FixedClock) -> None:
    give_password(client)
    answer = client.post("/sign-in/code?next=/account", data={"code": code_at(clock)})
    assert answer.location == "/account"
    assert client.get("/account").status_code == 200


def test_a_code_works_once(anna: User, app: Flask, client: FlaskClient, clock: FixedClock) -> None:
    give_password(client)
    client.post("/sign-in/code", data={"code": code_at(clock)})
    thief = app.test_client()
    give_password(thief)
    assert thief.post("/sign-in/code", data={"code": code_at(clock)}).status_code == 200
    assert thief.get("/account").status_code == 302


def test_codes_cannot_be_guessed_for_long(anna: User, client: FlaskClient, clock: FixedClock) -> None:
    give_password(client)
    statuses = [client.post("/sign-in/code", data={"code": "000000"}).status_code for _number in range(9)]
    assert statuses == [200] * 8 + [429]
    assert client.post("/sign-in/code", data={"code": code_at(clock)}).status_code == 429


def test_the_second_step_expires(anna: User, client: FlaskClient, clock: FixedClock) -> None:
    give_password(client)
    clock.advance(dt.timedelta(minutes=6))
    answer = client.post("/sign-in/code", data={"code": code_at(clock)})
    assert (answer.location or "").startswith("/sign-in")


@pytest.mark.parametrize(
    ("seconds", "right"), [(-29, True), (0, True), (31, True), (-95, False), (95, False)]
)
def test_a_clock_slightly_off_is_forgiven(app: Flask, clock: FixedClock, seconds: int, right: bool) -> None:
    token = code_at(FixedClock(clock.now() + dt.timedelta(seconds=seconds)))
    assert (service.match_code(SECRET, token, 0) is not None) is right


@pytest.mark.parametrize("nonsense", ["", "abc", "12345", "1234567", "１２３４５６x"])
def test_nonsense_is_no_code(app: Flask, nonsense: str) -> None:
    assert service.match_code(SECRET, nonsense, 0) is None


def test_turning_it_on_needs_a_code_that_fits(app: Flask, client: FlaskClient, clock: FixedClock) -> None:
    with transaction():
        user = make_user("anna", "scheduler", make_office("county"))
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    page = client.get("/account/second-step").text
    secret = page.split('<code class="secret">')[1].split("<")[0]
    client.post("/account/second-step", data={"code": "000000"})
    assert db.session.get_one(User, user.id, populate_existing=True).code_secret is None
    client.post("/account/second-step", data={"code": code_at(clock, secret)})
    assert db.session.get_one(User, user.id, populate_existing=True).code_secret == secret
    assert client.post("/account/second-step/off").location == "/account"
    assert db.session.get_one(User, user.id, populate_existing=True).code_secret is None
