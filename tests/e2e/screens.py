"""What the browser tests of screens share: a published county, a box in its hall, and what the box shows."""

import datetime as dt
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.screens.models import Screen
from app.screens.service import setting_up
from tests.integration.screens.helpers import MONDAY, make_hall, make_screen
from tests.published import replace_leader

TOKEN = "token-of-the-box-in-the-hall"


def make_box(**values: Any) -> list[Leader]:
    """A published county with one enrolled screen; its leaders."""
    with transaction():
        office, leaders = make_hall()
        office.phone, office.address = "0000-1234567", "示例县人民路1号"
        make_screen(office, TOKEN, **values)
    return leaders


def give_token(context: BrowserContext, site: str) -> None:
    """The browser holds the enrolled screen's cookie."""
    cookie = {"name": "screen", "value": TOKEN, "domain": "127.0.0.1", "path": "/screen", "httpOnly": True}
    del site
    context.add_cookies([cookie])  # type: ignore[list-item]


def start(page: Page, site: str = "", name: str = "安一") -> None:
    """Open the player and wait until it shows the leader."""
    page.goto(f"{site}/screen")
    expect(page.locator("#focus .name")).to_have_text(name, timeout=15_000)


def without_service_worker(page: Page) -> None:
    """Once it stands before the page, Playwright's routes do not see the page's requests any more."""
    page.add_init_script("delete Navigator.prototype.serviceWorker")


def keep_offline_copy(page: Page) -> None:
    """Wait until the service worker serves the page and has kept it."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    page.wait_for_function("caches.match('/screen').then((found) => found !== undefined)")
    expect(page.locator("#focus .name")).to_be_visible()


def substitute(leader: Leader) -> None:
    """Publish a substitution: the leader takes Monday."""
    db.session.rollback()
    with transaction():
        replace_leader(db.session.get_one(Office, leader.office_id), MONDAY, leader, kind="substitution")


def revoke() -> None:
    """The office revokes the enrolled screen."""
    db.session.rollback()
    with transaction():
        setting_up.revoke_screen(db.session.query(Office).one(), db.session.query(Screen).one())


def screen() -> Screen:
    """The enrolled screen as it is stored now."""
    db.session.rollback()
    return db.session.query(Screen).one()


def minutes(count: float) -> int:
    """Milliseconds."""
    return int(dt.timedelta(minutes=count).total_seconds() * 1000)
