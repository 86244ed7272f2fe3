"""The page a responsible unit opens from its link, on a telephone: which test_every_page cannot see without a link."""

import datetime as dt

from flask import Flask
from playwright.sync_api import Browser, FilePayload

from app.accounts import one_tap
from app.core.clock import FixedClock
from app.core.database import transaction
from app.followup.service.matters import Opening, open_matter
from tests.e2e.test_visit_pages import look
from tests.integration.followup.scenario import make_scene


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
    context = browser.new_context(
        base_url=live_server, viewport={"width": 360, "height": 740}, color_scheme="dark", locale="en"
    )
    page = context.new_page()
    page.goto(f"/t/{link.rpartition('/t/')[2]}?lang=en")
    page.fill("[name=digits]", "1234")
    page.click("main form button")
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
    context.close()


def paper(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}
