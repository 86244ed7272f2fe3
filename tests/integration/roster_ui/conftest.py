"""A county office with a draft for March, and people signed in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database import db, transaction
from app.roster.models import Draft
from tests.factories import make_user
from tests.roster_scenario import Scenario, make_scenario


@pytest.fixture
def scenario(app: Flask) -> Scenario:
    """Five leaders in turn over the working days of March 2026; today is the 2nd."""
    with transaction():
        made = make_scenario()
        make_user("anna", "scheduler", made.office)
        make_user("rita", "reception", made.office)
    return made


@pytest.fixture
def anna(client: FlaskClient, scenario: Scenario) -> FlaskClient:
    """A scheduler's browser, in English."""
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    client.set_cookie("lang", "en")
    return client


def reread(draft: Draft) -> Draft:
    """The draft as it is now."""
    db.session.rollback()
    return db.session.get_one(Draft, draft.id, populate_existing=True)
