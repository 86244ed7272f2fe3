"""Security headers, compression, logs without secrets, health."""

import json
import secrets

import pytest
import structlog
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.database import db
from app.web.access import public
from app.web.logs import without_secrets
from tests.conftest import settings_for


def test_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/sign-in")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "nonce" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_cookies_are_for_https_when_the_site_is(app: Flask, database_url: str, client: FlaskClient) -> None:
    plain = client.get("/sign-in?lang=en").headers
    assert "Strict-Transport-Security" not in plain
    assert all("Secure" not in cookie for cookie in plain.getlist("Set-Cookie"))
    settings = settings_for(database_url, app.extensions["settings"].data_dir)
    app.extensions["settings"] = type(settings)(
        **{name: getattr(settings, name) for name in settings.__slots__}
        | {"public_url": "https://rota.example"}
    )
    secure = client.get("/sign-in?lang=zh").headers
    assert "Strict-Transport-Security" in secure
    cookie = next(value for value in secure.getlist("Set-Cookie") if value.startswith("lang="))
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_static_files_carry_their_version_and_are_kept(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    address = page.split('href="/static/web/css/')[1].split('"')[0]
    answer = client.get(f"/static/web/css/{address}")
    assert "immutable" in answer.headers["Cache-Control"]
    plain = client.get("/static/web/css/rota.css")
    assert "immutable" not in plain.headers["Cache-Control"]
    assert client.get("/static/web/css/gone.css?v=1").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["text/html", "text/calendar", "application/json", "text/css"])
def test_long_answers_are_compressed(app: Flask, client: FlaskClient, kind: str) -> None:
    @app.get("/long")
    @public
    def long() -> Response:
        return Response("BEGIN:VEVENT\r\n" * 500, mimetype=kind)

    answer = client.get("/long", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_request_id_is_taken_over_when_it_is_one(client: FlaskClient) -> None:
    assert (
        client.get("/healthz", headers={"X-Request-ID": "abc-123456"}).headers["X-Request-ID"] == "abc-123456"
    )
    strange = client.get("/healthz", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"]
    assert len(strange) == 36


def test_secrets_in_addresses_are_cut() -> None:
    token = secrets.token_urlsafe(32)
    assert without_secrets(f"/feeds/{token}.ics") == "/feeds/….ics"
    assert without_secrets(f"/a/{token}/b/{token}") == "/a/…/b/…"
    assert without_secrets("/offices/county/leaders/12") == "/offices/county/leaders/12"


class Notebook:
    """Stands in for the logger and keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[dict[str, object]] = []

    def info(self, event: str, **values: object) -> None:
        """Keep one line."""
        self.lines.append({"event": event, **structlog.contextvars.get_contextvars(), **values})


def test_the_log_of_a_request_holds_no_secret(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = Notebook()
    monkeypatch.setattr("app.web.logs.log", notebook)
    token = secrets.token_urlsafe(32)
    client.get(f"/nothing/{token}?password=hunter2", headers={"X-Request-ID": "abc-123456"})
    client.post("/sign-in", data={"username": "anna", "password": "hunter2"})
    assert notebook.lines[0]["request_id"] == "abc-123456"
    assert [line["status"] for line in notebook.lines] == [404, 200]
    written = json.dumps(notebook.lines)
    assert token not in written
    assert "hunter2" not in written


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "ok"


def test_a_database_at_another_migration_is_not_ready(app: Flask, client: FlaskClient) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "9999" in answer.text


def test_a_database_without_tables_is_not_ready(app: Flask, client: FlaskClient) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
