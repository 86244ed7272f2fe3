"""Every page in a real browser: readable by everybody, nothing in the console, nothing beside the screen.

Chinese on a wide bright screen and English on a dark telephone are judged by axe (WCAG 2 A and AA, and best
practices); then each page is given the other width, and must still fit.
"""

from dataclasses import dataclass
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, ViewportSize

from app.core.database import db, transaction
from tests.e2e.conftest import SignIn
from tests.whole_app.addresses import Address, every_address
from tests.whole_app.county import PASSWORD, make_county

GRAVE = ("serious", "critical")
LONG_TABLES = {"exclude": [["tbody tr:nth-child(n+25)"]]}  # the rows after these are made like them
# A browser downloads these instead of showing them, or they are no pages.
NO_PAGE = (".ics", ".json", ".xlsx", ".csv", ".txt", ".js", "/healthz", "/readyz")


@dataclass(frozen=True)
class View:
    """How somebody looks at the site, and the other size the window is then given."""

    lang: str
    size: ViewportSize
    scheme: Literal["light", "dark"]
    other_size: ViewportSize

    def __str__(self) -> str:
        return f"{self.lang}-{self.size['width']}-{self.scheme}"


VIEWS = (
    View("zh-CN", {"width": 1920, "height": 1080}, "light", {"width": 360, "height": 740}),
    View("en", {"width": 390, "height": 844}, "dark", {"width": 1920, "height": 1080}),
)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_every_page(app: Flask, browser: Browser, live_server: str, sign_in: SignIn, view: View) -> None:
    with transaction():
        county = make_county()
    addresses = [each for each in every_address(app, county) if is_page(each)]
    db.session.remove()
    context = browser.new_context(
        base_url=live_server,
        locale="en-US" if view.lang == "en" else "zh-CN",
        viewport=view.size,
        color_scheme=view.scheme,
    )
    problems: list[str] = []
    for who, theirs in (("administrator", False), ("unit", True)):
        context.clear_cookies()
        page = context.new_page()
        sign_in(page, who)
        for address in addresses:
            if (address.access == "unit.answer") == theirs:
                problems += [f"{address}: {line}" for line in look_at(page, address, view)]
    context.close()
    assert not problems, "\n".join(problems)


def is_page(address: Address) -> bool:
    if address.method != "GET" or address.one_tap or address.access == "token":
        return False
    return not address.path.split("?")[0].endswith(NO_PAGE) and not address.path.startswith("/api/")


def look_at(page: Page, address: Address, view: View) -> list[str]:
    """What is wrong with one page."""
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            heard.append(f"console: {message.text}")

    def fail(error: object) -> None:
        heard.append(f"script: {error}")

    page.on("console", listen)
    page.on("pageerror", fail)
    try:
        answer = page.goto(address.path)
    except Error as error:
        if "Download is starting" in error.message:  # a browser keeps it instead of showing it
            return heard
        raise
    finally:
        page.remove_listener("console", listen)
        page.remove_listener("pageerror", fail)
    if answer is None or answer.status >= 400:
        return [f"status {answer.status if answer else 'none'}"]
    if "text/html" not in answer.headers.get("content-type", ""):
        return heard
    heard += beside_the_screen(page) + judge(page)
    page.set_viewport_size(view.other_size)
    heard += beside_the_screen(page)
    page.set_viewport_size(view.size)
    return heard


def beside_the_screen(page: Page) -> list[str]:
    """Whether the whole page has to be scrolled sideways, and because of what."""
    pixels, width = page.evaluate("[document.documentElement.scrollWidth - innerWidth, innerWidth]")
    return [f"{pixels} pixels beside {width}: {page.evaluate(WIDEST)}"] if pixels > 0 else []


WIDEST = """() => {
  const wide = [...document.querySelectorAll("body *")].filter((each) => {
    for (let up = each.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible" && up !== document.body) return false;
    return each.getBoundingClientRect().right > innerWidth + 1;
  });
  return wide.slice(0, 3).map((each) => `${each.tagName}.${each.className}`).join(", ");
}"""


def judge(page: Page) -> list[str]:
    """What axe finds that keeps somebody from using the page."""
    found = Axe().run(page, LONG_TABLES, {"resultTypes": ["violations"], "preload": False})
    return [
        f"axe {each['id']} ({each['impact']}): {each['nodes'][0]['html'][:160]}"
        for each in found.response["violations"]
        if each["impact"] in GRAVE
    ]


def test_the_switches_and_menus_work_without_scripts(app: Flask, browser: Browser, live_server: str) -> None:
    with transaction():
        make_county()
    db.session.remove()
    context = browser.new_context(base_url=live_server, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/sign-in?next=/people")
    page.click("button[lang=en]")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "next=" in page.url
    page.click("details.theme summary")
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.fill("[name=username]", "administrator")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    assert page.url.endswith("/people")
    page.get_by_role("link", name="target").click()
    page.get_by_role("link", name="Deactivate").click()
    page.get_by_role("main").get_by_role("button", name="Deactivate").click()
    assert "The account is deactivated." in page.get_by_role("status").inner_text()
    context.close()


def test_a_dialog_asks_in_place_and_escape_leaves_everything(
    app: Flask, browser: Browser, live_server: str
) -> None:
    with transaction():
        county = make_county()
    db.session.remove()
    context = browser.new_context(base_url=live_server, locale="en-US")
    page = context.new_page()
    page.goto(f"/sign-in?next=/people/{county.values['user_id']}")
    page.fill("[name=username]", "administrator")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.get_by_role("link", name="Deactivate").click()
    dialog = page.get_by_role("dialog", name="Deactivate this account?")
    assert dialog.is_visible()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    page.get_by_role("link", name="Deactivate").click()
    dialog.get_by_role("button", name="Deactivate").click()
    assert "The account is deactivated." in page.get_by_role("status").inner_text()
    context.close()
