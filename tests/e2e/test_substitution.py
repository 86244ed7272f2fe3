"""On a telephone, without JavaScript, in both languages: asked by a link, a leader takes a duty over."""

import datetime as dt

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.accounts import one_tap
from app.core.database import db, transaction
from app.directory.models import Office
from app.roster.models import Duty
from app.roster.substitution import service
from tests.e2e.conftest import SignIn
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, workdays

WORDS = {
    "zh-CN": ("请您代班", "我接下", "谢谢，由您接班。"),
    "en-US": ("asks you to stand in", "I take it", "Thank you: you take it."),
}


@pytest.fixture
def office_id(app: Flask) -> int:
    """Three leaders take turns in March; an account for the staff."""
    with transaction():
        office = make_office()
        leaders = [make_leader(office, name) for name in ("示例甲", "示例乙", "示例丙")]
        for leader in leaders:
            leader.phone = "13800004321"
        publish_days(office, leaders, workdays(dt.date(2026, 3, 2), dt.date(2026, 3, 31)))
        make_user("staff", "scheduler", office)
        return office.id


def ask_by_link(app: Flask, office_id: int) -> str:
    """The second leader asks the third; the path of the link."""
    with transaction():
        duty = db.session.query(Duty).filter_by(on_date=dt.date(2026, 3, 10), until_revision=None).one()
        people = {row.leader_id for row in db.session.query(Duty)} - {duty.leader_id}
        candidate = max(person for person in people if person)
        office = db.session.get_one(Office, office_id)
        request = service.request_cover(
            office, duty.leader_id or 0, [duty.seat_key], "business", "staff", candidates=[candidate]
        )
        expires = app.extensions["clock"].now() + dt.timedelta(days=1)
        address = one_tap.issue("ask", f"ask:{request.asks[0].id}", ("leader", candidate), office_id, expires)
    return "/t/" + address.rpartition("/")[2]


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_link_on_a_telephone_without_scripts(
    app: Flask, office_id: int, browser: Browser, live_server: str, locale: str
) -> None:
    heading, take, thanks = WORDS[locale]
    path = ask_by_link(app, office_id)
    context = browser.new_context(
        base_url=live_server, viewport={"width": 360, "height": 740}, java_script_enabled=False, locale=locale
    )
    page = context.new_page()
    page.goto(path)
    assert path not in page.url
    page.fill("[name=digits]", "4321")
    page.click("main form button")
    expect(page.get_by_role("heading", level=2)).to_contain_text(heading)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name=take).click()
    expect(page.get_by_role("status")).to_contain_text(thanks)
    context.close()
    db.session.rollback()
    rows = db.session.query(Duty).filter_by(on_date=dt.date(2026, 3, 10)).order_by(Duty.id).all()
    assert len(rows) == 2 and rows[1].leader_name == "示例丙"


def test_two_clicks_from_the_board(office_id: int, page: Page, sign_in: SignIn) -> None:
    sign_in(page, "staff")
    page.goto("/offices/county/substitution")
    page.get_by_role("link", name="Cannot come?").first.click()
    page.get_by_role("button", name="On duty now").first.click()
    expect(page.get_by_role("status")).to_contain_text("Arranged and published")
    expect(page.locator(".history")).to_contain_text("roster changed")
