"""A real server with the test's own database, and the system's Chromium pointed at it.

`page` comes from pytest-playwright; its addresses may be relative (`page.goto("/offices")`). Forms carry their CSRF
token here, as they do in real life. Fill the database before the page asks for it, inside `transaction()`.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from app.core.database import db

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
]
PASSWORD = "correct horse battery"
SignIn = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, so that `-m "not e2e"` leaves it out."""
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The address of the application under test, served by a thread on a free port."""
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=True)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    db.session.rollback()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; nothing is downloaded."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], live_server: str) -> dict[str, Any]:
    """English by default, because a test reads better that way; `?lang=zh_CN` switches."""
    return {
        **browser_context_args,
        "base_url": live_server,
        "locale": "en-US",
        "viewport": {"width": 1440, "height": 900},
    }


@pytest.fixture
def sign_in() -> SignIn:
    """`sign_in(page, "anna")`: through the form, as a person does it."""

    def go(page: Page, username: str, password: str = PASSWORD) -> None:
        page.goto("/sign-in")
        page.fill("[name=username]", username)
        page.fill("[name=password]", password)
        page.click("main form button")
        page.wait_for_url(lambda address: "/sign-in" not in address)

    return go
