"""Signing in: the lock-out, where one lands, how sessions end."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import SignInFailure, User
from app.accounts.rules import TRIES_PER_ADDRESS, TRIES_PER_NAME
from app.core.clock import FixedClock
from app.core.database import db, transaction
from tests.factories import make_office, make_user

PASSWORD = "correct horse battery"


@pytest.fixture
def anna(app: Flask) -> User:
    with transaction():
        return make_user("anna", "scheduler", make_office("county"))


def post(
    client: FlaskClient, username: str = "anna", password: str = PASSWORD, **more: str
) -> tuple[int, str]:
    answer = client.post("/sign-in", data={"username": username, "password": password, **more})
    return answer.status_code, answer.text


@pytest.mark.parametrize("name", ["anna", " Anna ", "anna@example.org", "ANNA@EXAMPLE.ORG"])
def test_the_user_name_or_the_address_signs_in(anna: User, client: FlaskClient, name: str) -> None:
    assert post(client, name)[0] == 302
    assert client.get("/account").status_code == 200


def test_a_wrong_password_and_an_unknown_name_read_the_same(anna: User, client: FlaskClient) -> None:
    wrong = post(client, "anna", "wrong")[1]
    unknown = post(client, "nobody", "wrong")[1]
    sentence = "用户名或密码不正确，或账号已停用。"
    assert sentence in wrong
    assert sentence in unknown


def test_the_form_says_what_is_missing(anna: User, client: FlaskClient) -> None:
    assert post(client, "", "")[1].count("请填写此项。") == 2


def test_after_too_many_failures_even_the_right_password_waits(
    anna: User, client: FlaskClient, clock: FixedClock
) -> None:
    for _number in range(TRIES_PER_NAME):
        assert post(client, "anna", "wrong")[0] == 200
    status, text = post(client)
    assert status == 429
    assert "12:15" in text
    clock.advance(dt.timedelta(minutes=15, seconds=1))
    assert post(client)[0] == 302


def test_success_wipes_the_failures_of_the_name(anna: User, client: FlaskClient) -> None:
    for _number in range(TRIES_PER_NAME - 1):
        post(client, "anna", "wrong")
    assert post(client)[0] == 302
    client.post("/sign-out")
    assert post(client, "anna", "wrong")[0] == 200
    assert post(client)[0] == 302


def test_one_address_cannot_try_every_name(anna: User, client: FlaskClient, clock: FixedClock) -> None:
    for number in range(TRIES_PER_ADDRESS):
        assert post(client, f"name{number}", "wrong")[0] == 200
    assert post(client)[0] == 429
    other = client.post(
        "/sign-in",
        data={"username": "anna", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert other.status_code == 302


def test_old_failures_are_removed(anna: User, client: FlaskClient, clock: FixedClock) -> None:
    for _number in range(3):
        post(client, "anna", "wrong")
    clock.advance(dt.timedelta(minutes=16))
    post(client)
    assert db.session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_the_table_holds_no_names_or_addresses(anna: User, client: FlaskClient) -> None:
    post(client, "anna", "wrong")
    keys = db.session.scalars(select(SignInFailure.key)).all()
    assert len(keys) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)


@pytest.mark.parametrize(
    ("wanted", "landing"),
    [
        ("/audit?page=2", "/audit?page=2"),
        ("https://evil.example/", "/offices"),
        ("//evil.example/", "/offices"),
        ("/\\evil.example/", "/offices"),
        ("/\t/evil.example/", "/offices"),
        ("javascript:alert(1)", "/offices"),
    ],
)
def test_sign_in_leads_on_within_this_site_only(
    anna: User, client: FlaskClient, wanted: str, landing: str
) -> None:
    answer = client.post(
        "/sign-in", query_string={"next": wanted}, data={"username": "anna", "password": PASSWORD}
    )
    assert answer.location == landing


def test_somebody_signed_in_does_not_see_the_form_again(anna: User, client: FlaskClient) -> None:
    post(client)
    assert client.get("/sign-in").location == "/offices"


def test_signing_out_ends_the_session_and_the_remembered_one(anna: User, client: FlaskClient) -> None:
    post(client, remember="y")
    assert client.get_cookie("remember_token") is not None
    assert client.post("/sign-out").location == "/"
    assert client.get("/account").status_code == 302


def test_a_remembered_sign_in_outlives_the_session(anna: User, client: FlaskClient) -> None:
    post(client, remember="y")
    client.delete_cookie("session")
    assert client.get("/account").status_code == 200


def test_without_remember_the_browser_session_is_all(anna: User, client: FlaskClient) -> None:
    post(client)
    client.delete_cookie("session")
    assert client.get("/account").status_code == 302


def test_signing_out_by_link_is_refused(anna: User, client: FlaskClient) -> None:
    answer = client.get("/sign-out")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) >= {"POST"}


def test_an_account_switched_off_ends_its_sessions_at_once(anna: User, client: FlaskClient) -> None:
    post(client, remember="y")
    with transaction():
        user = db.session.get_one(User, anna.id)
        user.active = False
    assert client.get("/account").status_code == 302
    assert post(client)[0] == 200


def test_changing_the_password_ends_other_sessions(anna: User, app: Flask, client: FlaskClient) -> None:
    elsewhere = app.test_client()
    post(elsewhere)
    post(client)
    new = "a sentence of her own"
    answer = client.post("/account/password", data={"present": PASSWORD, "new": new, "again": new})
    assert answer.location == "/account"
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert post(elsewhere)[0] == 200
    assert post(elsewhere, password=new)[0] == 302


@pytest.mark.parametrize(
    ("present", "new", "again", "sentence"),
    [
        ("wrong", "a sentence of her own", "a sentence of her own", "当前密码不正确。"),
        (PASSWORD, "short", "short", "密码至少 10 个字符"),
        (PASSWORD, "anna has a password", "anna has a password", "密码不能包含用户名"),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa", "密码太简单"),
        (PASSWORD, "a sentence of her own", "another sentence", "两次输入的新密码不一致。"),
    ],
)
def test_a_new_password_is_refused_with_a_reason(
    anna: User, client: FlaskClient, present: str, new: str, again: str, sentence: str
) -> None:
    post(client)
    answer = client.post("/account/password", data={"present": present, "new": new, "again": again})
    assert answer.status_code == 200
    assert sentence in answer.text


def test_a_one_time_password_must_be_changed_first(anna: User, client: FlaskClient) -> None:
    with transaction():
        db.session.get_one(User, anna.id).must_change_password = True
    post(client)
    assert client.get("/offices").location == "/account/password"
    assert client.get("/account/password").status_code == 200
    new = "a sentence of her own"
    client.post("/account/password", data={"present": PASSWORD, "new": new, "again": new})
    assert client.get("/offices").status_code == 200


def test_a_form_without_its_token_is_refused(app: Flask, anna: User, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/sign-in", data={"username": "anna", "password": PASSWORD})
    assert answer.status_code == 400
    assert "请返回、刷新页面后重新提交" in answer.text


def test_a_flood_of_posts_is_braked(app: Flask, client: FlaskClient) -> None:
    statuses = [client.post("/sign-in", data={}).status_code for _number in range(62)]
    assert statuses[:60] == [200] * 60
    assert statuses[-1] == 429
