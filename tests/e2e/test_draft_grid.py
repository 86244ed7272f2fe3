"""The draft grid in a real browser: mouse, keyboard, undo, conflicts, and without JavaScript."""

from flask import Flask
from playwright.sync_api import Page, expect

from app.core.database import transaction
from tests.e2e.conftest import SignIn
from tests.factories import make_office, make_user


def test_the_scheduler_reaches_the_office(app: Flask, page: Page, sign_in: SignIn) -> None:
    with transaction():
        make_user("anna", "scheduler", make_office("county"))
    sign_in(page, "anna")
    page.goto("/offices/county/")
    expect(page.locator("h1")).to_be_visible()
