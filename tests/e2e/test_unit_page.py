"""The page a responsible unit opens from its link, on a telephone: which test_every_page cannot see without a link."""

import datetime as dt

import pytest
from flask import Flask
from playwright.sync_api import Browser, FilePayload, Page

from app.accounts import one_tap
from app.core.clock import FixedClock
from app.core.database import transaction
from app.followup.service.matters import Opening, open_matter
from tests.e2e.conftest import SignIn
from tests.e2e.test_visit_pages import look
from tests.factories import make_user
from tests.integration.followup.scenario import make_scene


def opened_on_a_phone(browser: Browser, site: str, link: str, digits: str) -> Page:
    """The page behind a one-tap link, on a small telephone in the dark."""
    context = browser.new_context(
        base_url=site, viewport={"width": 360, "height": 740}, color_scheme="dark", locale="en"
    )
    page = context.new_page()
    page.goto(f"/t/{link.rpartition('/t/')[2]}?lang=en")
    page.fill("[name=digits]", digits)
    page.click("main form button")
    return page


def test_a_unit_replies_with_a_file(
    app: Flask, clock: FixedClock, browser: Browser, live_server: str
) -> None:
    with transaction():
        scene = make_scene()
        unit = scene.units[0]
        opening = Opening(dt.date(2026, 3, 2), "示例路灯不亮", "taken_back", account="示例", units=[unit.id])
        part = open_matter(scene.office, opening, "clerk").parts[0]
        soon = clock.now() + dt.timedelta(days=1)
        link = one_tap.issue(
            "unit_reply", f"part:{part.id}", ("contact", unit.contacts[0].id), scene.office.id, soon
        )
    page = opened_on_a_phone(browser, live_server, link, "1234")
    look(page, "unit")
    page.get_by_text("Written reply").click()
    page.fill("[name=reply-text]", "已换灯12盏")
    page.set_input_files("[name=reply-file]", paper("答复.exe", b"MZ"))
    page.locator("form[action*='/unit/reply'] button").click()
    look(page, "unit-refused")
    assert page.input_value("[name=reply-text]") == "已换灯12盏"
    page.set_input_files("[name=reply-file]", paper("答复.pdf", b"%PDF-1.4\n%%EOF\n"))
    page.locator("form[action*='/unit/reply'] button").click()
    look(page, "unit-replied")
    assert page.get_by_text("答复.pdf").is_visible()
    page.context.close()


@pytest.mark.parametrize(("width", "script"), [(390, False), (1920, True)])
def test_a_unit_that_signs_in(
    app: Flask, browser: Browser, live_server: str, sign_in: SignIn, width: int, script: bool
) -> None:
    """From the sign-in to the reply with the keyboard alone; on a telephone without JavaScript."""
    with transaction():
        scene = make_scene()
        unit = scene.units[0]
        opening = Opening(dt.date(2026, 3, 2), "示例路灯不亮", "taken_back", account="示例", units=[unit.id])
        open_matter(scene.office, opening, "clerk")
        make_user("jia", "unit", scene.office, department_id=unit.id)
    context = browser.new_context(
        base_url=live_server,
        viewport={"width": width, "height": 844},
        locale="en",
        java_script_enabled=script,
    )
    page = context.new_page()
    sign_in(page, "jia")
    page.goto("/our-matters?lang=en")
    look_at = look if script else no_look
    look_at(page, "our-matters")
    page.get_by_role("link", name="2026-0001").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="It is ours: accept").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Thank you: accepted.").wait_for()
    look_at(page, "our-matter")
    page.get_by_text("Written reply").first.click()
    page.locator("[name=reply-text]").fill("已换灯12盏")
    page.locator("[name=reply-text]").press("Tab")
    page.locator("form[action*='/reply'] button").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Your reply has reached the office.").wait_for()
    page.goto("/our-sessions?lang=en")
    look_at(page, "our-sessions")
    context.close()


def no_look(page: Page, name: str) -> None:
    """Axe needs JavaScript in the page."""


def test_a_leader_urges_with_one_tap(
    app: Flask, clock: FixedClock, browser: Browser, live_server: str
) -> None:
    with transaction():
        scene = make_scene()
        leader = scene.leaders[0]
        leader.phone = "13800005678"
        opening = Opening(
            dt.date(2026, 3, 2),
            "示例路灯不亮",
            "raised",
            case_leader_id=leader.id,
            units=[unit.id for unit in scene.units],
            leader_due_on=dt.date(2026, 3, 6),
        )
        part = open_matter(scene.office, opening, "clerk").parts[0]
        clock.at += dt.timedelta(days=11)
        soon = clock.now() + dt.timedelta(days=1)
        link = one_tap.issue("urge", f"part:{part.id}", ("leader", leader.id), scene.office.id, soon)
    page = opened_on_a_phone(browser, live_server, link, "5678")
    look(page, "urging")
    page.locator("main form button").first.press("Enter")
    look(page, "urged")
    assert page.get_by_text("hears that you urge it").is_visible()
    page.locator("main form button").first.press("Enter")
    look(page, "urged-again")
    page.goto(page.url)
    assert page.get_by_role("heading", name="Overdue replies").is_visible()
    page.context.close()


def paper(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}
