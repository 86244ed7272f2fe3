"""Sign-in and permissions through the web."""

from flask import Flask
from flask.testing import FlaskClient

from app.core.database import transaction
from tests.factories import make_office, make_user


def sign_in(client: FlaskClient, username: str, password: str = "correct horse battery") -> int:
    """Sign in through the form; the status of the answer."""
    return client.post("/sign-in", data={"username": username, "password": password}).status_code


def test_a_scheduler_of_one_county_may_not_see_another(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_user("anna", "scheduler", make_office("county"))
        make_office("other")
    assert sign_in(client, "anna") == 302
    assert client.get("/offices/county/").status_code == 200
    assert client.get("/offices/other/").status_code == 403
    assert client.get("/offices/nowhere/").status_code == 404


def test_a_grant_reaches_down_the_tree_but_not_up(app: Flask, client: FlaskClient) -> None:
    with transaction():
        city = make_office("city", "city")
        county = make_office("county", "county", city)
        make_office("town-01", "township", county)
        make_user("anna", "scheduler", county)
    sign_in(client, "anna")
    assert client.get("/offices/town-01/").status_code == 200
    assert client.get("/offices/city/").status_code == 403


def test_a_stranger_is_sent_to_the_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/offices")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/offices"
    assert client.get("/sign-in").status_code == 200


def test_a_wrong_password_says_one_sentence(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_user("anna", "scheduler", make_office("county"))
    assert sign_in(client, "anna", "wrong") == 200
