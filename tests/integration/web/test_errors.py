"""Error pages: they help, in both languages, as a page, as JSON or as a line of text."""

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.core.errors import Conflict
from app.web.access import public
from app.web.errors import explanation

STATUSES = (400, 401, 403, 404, 405, 409, 413, 429, 500, 503)


@pytest.fixture
def failing(app: Flask) -> Flask:
    """Views that fail in every way."""

    @app.route("/fail/<int:status>")
    @public
    def fail(status: int) -> str:
        abort(status)

    @app.route("/fail/rule")
    @app.route("/fail/rule.json")
    @app.route("/fail/rule.ics")
    @public
    def refuse() -> str:
        raise Conflict("别人先改了。", "Somebody was first.")

    @app.route("/fail/bug")
    @public
    def bug() -> str:
        raise ZeroDivisionError("secret detail")

    return app


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_status_has_a_page(failing: Flask, client: FlaskClient, status: int, lang: str) -> None:
    answer = client.get(f"/fail/{status}?lang={lang}", headers={"X-Request-ID": "abc-123456"})
    assert answer.status_code == status
    assert f'<html lang="{lang}"' in answer.text
    assert answer.text.count("<h1") == 1
    assert "abc-123456" in answer.text
    assert ("返回首页" in answer.text) is (lang == "zh-CN")
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_status_has_its_own_sentence(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert len({explanation(status) for status in STATUSES}) == len(STATUSES)
        assert explanation(418) == explanation(400)
        assert explanation(502) == explanation(500)


def test_a_named_failure_shows_its_sentence(failing: Flask, client: FlaskClient) -> None:
    assert "别人先改了。" in client.get("/fail/rule").text
    answer = client.get("/fail/rule.json?lang=en")
    assert (answer.status_code, answer.json and answer.json["error"]) == (409, "Somebody was first.")
    answer = client.get("/fail/rule?lang=en", headers={"Accept": "application/json"})
    assert answer.json is not None
    answer = client.get("/fail/rule.ics?lang=en")
    assert (answer.mimetype, answer.text) == ("text/plain", "Somebody was first.\n")


def test_a_bug_shows_no_detail(failing: Flask, client: FlaskClient) -> None:
    answer = client.get("/fail/bug")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text


def test_without_a_database_the_page_still_helps(
    failing: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("gone"))

    monkeypatch.setattr("app.accounts.routes.sign_in.SignInForm", broken)
    answer = client.get("/sign-in")
    assert answer.status_code == 500
    assert "返回首页" in answer.text
    assert "secret" not in answer.text


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.delete("/sign-in")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_head_answers_like_get_without_a_body(client: FlaskClient) -> None:
    answer = client.head("/sign-in")
    assert (answer.status_code, answer.data) == (200, b"")


def test_a_body_that_is_too_large_is_refused(app: Flask, client: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post("/sign-in", data={"username": "x" * 2000})
    assert answer.status_code == 413
    assert "16 MB" in answer.text


def test_the_character_nul_never_reaches_the_database(client: FlaskClient) -> None:
    assert client.get("/offices/%00/").status_code == 404
    assert client.get("/sign-in?next=%00").status_code == 400
    assert client.post("/sign-in", data={"username": "a\x00", "password": "x"}).status_code == 400
