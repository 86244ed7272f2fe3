"""Public pages in a real browser."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.core.database import transaction
from app.directory.models import Leader
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, workdays

MONDAY = dt.date(2026, 3, 2)


@pytest.fixture
def leaders(app: Flask) -> list[Leader]:
    """A county with a published spring and three leaders; the clock stands at Monday noon."""
    with transaction():
        office = make_office("county")
        office.phone, office.address = "0000-1234567", "示例县人民路1号"
        found = [make_leader(office, name) for name in ("安一", "包二", "陈三")]
        publish_days(office, found, workdays(MONDAY, dt.date(2026, 5, 29)))
        make_office("town-01", "township", office, "柳河镇综合接待室")
        make_user("anna", "scheduler", office)
    return found


@pytest.fixture
def plain_page(browser: Browser, live_server: str, leaders: list[Leader]) -> Iterator[Page]:
    """A small phone without scripts, in Chinese."""
    context = browser.new_context(
        base_url=live_server,
        java_script_enabled=False,
        locale="zh-CN",
        viewport={"width": 360, "height": 740},
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address",
    [
        "/?lang=zh_CN",
        "/?q=nothing&lang=en",
        "/o/county?lang=zh_CN",
        "/o/county?q=教育&day=2026-03-05&lang=en",
        "/o/county/year/2026?lang=en",
        "/o/county/leaders/1?lang=zh_CN",
        "/o/town-01?lang=en",
    ],
)
def test_public_pages_are_accessible(leaders: list[Leader], page: Page, address: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_everything_works_on_a_small_phone_without_scripts(plain_page: Page) -> None:
    plain_page.goto("/")
    plain_page.fill("#q", "示例县")
    plain_page.click("main button")
    plain_page.click(".offices a")
    expect(plain_page.locator(".today .name")).to_have_text("安一")
    plain_page.fill("#q", "包二")
    plain_page.click(".search button")
    expect(plain_page.locator(".found .who")).to_have_text("包二")
    plain_page.click(".found .who")
    expect(plain_page.locator("h1")).to_have_text("包二")
    plain_page.click("text=English")
    expect(plain_page.locator("h2").first).to_have_text("Next sessions")


@pytest.mark.parametrize("address", ["/", "/o/county", "/o/county/year/2026", "/o/county/leaders/1"])
def test_no_page_is_wider_than_a_phone(plain_page: Page, address: str) -> None:
    plain_page.goto(address)
    box = plain_page.locator("main").bounding_box()
    assert box is not None and box["width"] <= 360
    right = plain_page.locator("h1").bounding_box()
    assert right is not None and right["x"] + right["width"] <= 360


def test_the_qr_code_is_whole(leaders: list[Leader], page: Page) -> None:
    page.goto("/o/county")
    svg = page.locator(".qr svg")
    assert svg.get_attribute("viewBox")
    box = svg.bounding_box()
    assert box is not None and box["width"] == box["height"] > 150
