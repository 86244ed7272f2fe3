"""The small county, made once for each test that asks."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database import transaction
from tests.whole_app.county import PASSWORD, County, make_county


@pytest.fixture
def county(app: Flask) -> County:
    """A database in which every page has something to show."""
    with transaction():
        return make_county()


@pytest.fixture
def administrator(county: County, client: FlaskClient) -> FlaskClient:
    """A browser signed in as the county's administrator."""
    client.post("/sign-in", data={"username": "administrator", "password": PASSWORD})
    return client
