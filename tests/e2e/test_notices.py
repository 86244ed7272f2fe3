"""The pages about notices in a browser: both languages, desktop and phone; the live preview; the policy."""

import datetime as dt

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.core.database import transaction
from app.directory.models import Office
from app.notifications import outbox
from app.notifications.sending import Sender
from tests.e2e.conftest import SignIn
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, workdays

BASE = "/offices/county/notices"
PAGES = ("", "/reminders", "/wording", "/wording/duty.reminder/zh_CN", "/people", "/1")


@pytest.fixture
def office(app: Flask) -> Office:
    """Three leaders with duties in March, a scheduler, and one reminder that was sent to the trial outbox."""
    with transaction():
        office = make_office()
        leaders = [make_leader(office, name) for name in ("示例甲", "示例乙", "示例丙")]
        publish_days(office, leaders, workdays(dt.date(2026, 3, 3), dt.date(2026, 3, 31)))
        make_user("anna", "scheduler", office)
        subject = f"day:{office.id}:2026-03-03"
        outbox.queue("duty.reminder", subject, ("leader", leaders[0].id), office_id=office.id, lead="eve")
    Sender(lanes=1).run(app)
    return office


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("width", [360, 1920])
def test_no_page_is_wider_than_the_screen(
    office: Office, page: Page, sign_in: SignIn, language: str, width: int
) -> None:
    """Nothing but tables scrolls sideways, and nothing fails on the way."""
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda said: failures.append(said.text) if said.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, "anna")
    for path in PAGES:
        page.goto(f"{BASE}{path}?lang={language}")
        expect(page.locator("h1")).to_have_count(1)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
    assert failures == []


def test_the_text_message_is_counted_while_somebody_types(
    office: Office, page: Page, sign_in: SignIn
) -> None:
    """As the server counts it: one message up to 70 characters, then parts of 67."""
    sign_in(page, "anna")
    page.goto(f"{BASE}/wording/duty.reminder/zh_CN?lang=en")
    page.fill("#short", "一" * 70)
    expect(page.locator("#sms-length")).to_have_text("70 characters, one text message, 0 left")
    page.fill("#short", "一" * 71)
    expect(page.locator("#sms-length")).to_have_text("71 characters, 2 text messages, 63 left in the last")
    page.fill("#short", "{leader}{when} {link}")
    expect(page.locator("#preview-short")).to_contain_text("示例甲3月3日")
    counted = page.locator("#sms-length").inner_text()
    page.click("button[name=preview]")
    expect(page.locator("#sms-length")).to_have_text(counted)


def test_a_reminder_is_moved_looked_at_saved_and_taken_back(
    office: Office, page: Page, sign_in: SignIn
) -> None:
    """The preview shows the new hour before anything is saved."""
    sign_in(page, "anna")
    page.goto(f"{BASE}/reminders?lang=en")
    page.fill("#duty-eve-at", "17:45")
    page.get_by_role("button", name="Show what it would mean").click()
    expect(page.locator(".alert-warning")).to_contain_text("Not saved yet")
    expect(page.locator(".day-ahead[open]").first).to_contain_text("17:45")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#duty-eve-at")).to_have_value("17:45")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#duty-eve-at")).to_have_value("16:00")


def test_the_outbox_leads_to_the_very_words(office: Office, page: Page, sign_in: SignIn) -> None:
    """From the list to the message by keyboard."""
    sign_in(page, "anna")
    page.goto(f"{BASE}?lang=en")
    page.get_by_role("link", name="Duty reminder").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message").first).to_contain_text("请留意您的接访安排")
