"""A resident's booking on a phone without scripts, and a clerk's day, in a real browser."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.appointments.models import Visit
from app.appointments.service.booking import book
from app.core.clock import FixedClock
from app.core.database import db, transaction
from tests.e2e.conftest import SignIn
from tests.factories import make_user
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for

DAY = dt.date(2026, 3, 10)
DIGITS = {
    "zh_CN": "零一二三四五六七八九",
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
}
WORDS = {
    "zh_CN": {
        "choose": "选这一场",
        "send": "提交预约",
        "received": "已收到，尚未确认",
        "asked": "(.)加(.)等于",
    },
    "en": {
        "choose": "Choose this session",
        "send": "Send the request",
        "received": "Received, not yet confirmed",
        "asked": r"How much is (\w+) plus (\w+)",
    },
}


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    with transaction():
        scenario = make_visit_scenario()
        make_user("anna", "scheduler", scenario.office)
        return scenario


@pytest.fixture
def phone(browser: Browser, live_server: str, scenario: VisitScenario) -> Iterator[Page]:
    """A small old phone without scripts."""
    context = browser.new_context(
        base_url=live_server, java_script_enabled=False, viewport={"width": 360, "height": 640}
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_resident_books_on_a_phone_without_scripts(phone: Page, language: str) -> None:
    words = WORDS[language]
    phone.goto(f"/o/county/book?sector=教育&lang={language}")
    phone.get_by_role("link", name=words["choose"]).first.click()
    phone.fill("#name", "示例居民")
    phone.select_option("#document_kind", "passport")
    phone.fill("#document_number", "E12345678")
    phone.fill("#phone", "12")
    phone.fill("#summary", "小区道路积水，出行不便")
    phone.check("#consent")
    phone.get_by_role("button", name=words["send"]).click()
    expect(phone.locator("#phone")).to_have_attribute("aria-invalid", "true")
    expect(phone.locator("#summary")).to_have_value("小区道路积水，出行不便")
    phone.fill("#phone", "13800138000")
    asked = re.search(words["asked"], phone.locator("label[for=answer]").inner_text())
    assert asked
    digits = DIGITS[language]
    phone.fill("#answer", str(digits.index(asked[1]) + digits.index(asked[2])))
    phone.get_by_role("button", name=words["send"]).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(words["received"])
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.set_input_files(
        "#paper", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"MZ not a picture"}
    )
    phone.locator("form[action$='/papers'] button").click()
    expect(phone.get_by_role("alert")).to_contain_text("x.jpg")
    db.session.rollback()
    assert db.session.scalars(select(Visit.state)).one() == "received"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/o/county/book", "/o/county/book/any", "/o/county/visit"])
def test_public_pages_are_accessible(scenario: VisitScenario, page: Page, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{address}?lang=en")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("address", ["", "/new", "/today", "/settings", "/matching?sector=教育", "/1"])
def test_staff_pages_are_accessible(
    scenario: VisitScenario, page: Page, sign_in: SignIn, clock: FixedClock, address: str
) -> None:
    clock.at = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)
    with transaction():
        book(scenario.office, request_for(1, scenario.key(DAY)), "anna")
    sign_in(page, "anna")
    page.goto(f"/offices/county/visits{address}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_walk_in_by_keyboard_alone(
    scenario: VisitScenario, page: Page, sign_in: SignIn, clock: FixedClock
) -> None:
    clock.at = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)
    sign_in(page, "anna")
    page.goto("/offices/county/visits/today")
    page.focus("#name")
    page.keyboard.type("示例随访")
    page.keyboard.press("Tab")
    page.keyboard.type("路过反映积水")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".codes")).to_be_visible()
    db.session.rollback()
    visit = db.session.scalars(select(Visit)).one()
    assert (visit.kind, visit.state) == ("walk_in", "checked_in")
    assert page.locator(f"text={visit.ticket}").count()


def test_a_record_survives_a_closed_browser(
    scenario: VisitScenario, page: Page, sign_in: SignIn, clock: FixedClock
) -> None:
    clock.at = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)
    sign_in(page, "anna")
    page.goto("/offices/county/visits/today")
    page.fill("#name", "示例随访")
    page.get_by_role("button", name="Register, with ticket and slip").click()
    db.session.rollback()
    visit = db.session.scalars(select(Visit)).one()
    page.goto(f"/offices/county/visits/{visit.id}/record")
    page.locator("#said").press_sequentially("正在谈排水问题")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible(timeout=10_000)
    page.goto("about:blank")
    page.goto(f"/offices/county/visits/{visit.id}/record")
    expect(page.locator("#said")).to_have_value("正在谈排水问题")
