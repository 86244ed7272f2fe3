"""A scheduler's day in a real browser, in both languages: build the year, edit, ask why, publish; re-plan in July.

Two principals and six deputies, one of them every working day of 2026 from 2 March on, three days apart at least.
"""

import datetime as dt
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.roster import background, queries
from app.roster.models import Draft, Revision
from app.roster.solving import build_drafts
from tests.e2e.conftest import SignIn
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import make_rule
from tests.roster_scenario import FAMILY, GIVEN

PATIENCE = 90_000  # milliseconds: a build runs beside the browser
SHOTS = os.environ.get("SCREENSHOTS")  # a folder: pictures of every step, for a person to look at


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The office; builds run in a thread, by the clock of the test."""
    with transaction():
        office = make_office()
        for number, name in enumerate(a + b for a, b in zip(FAMILY, GIVEN, strict=False)):
            make_leader(office, name, role="lead" if number < 2 else "deputy")
        make_rule(office)
        make_rule(office, "spacing", "至少相隔三天", min_gap=3)
        make_user("anna", "scheduler", office)

    def build(draft_id: int) -> None:
        def work() -> None:
            with app.app_context():
                build_drafts([draft_id])

        threading.Thread(target=work, daemon=True).start()

    monkeypatch.setattr(background, "spawn_build", build)
    return office


@pytest.fixture
def look(page: Page, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep a picture of the page, if pictures are asked for; no error may reach the console."""
    language = request.node.callspec.params["language"]

    def shoot(name: str) -> None:
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{language}.png", full_page=True)

    return shoot


def build_and_open(page: Page, look: Callable[[str], None], name: str) -> int:
    """Press the button, watch the progress, stop once the shares are proven; the id of the draft, open in its grid."""
    page.locator("main form[action$='/new'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/drafts/\d+"))
    draft_id = int(re.findall(r"/drafts/(\d+)", page.url)[0])
    levels, grid = page.locator("#progress table").first, page.locator("#workspace")
    expect(levels.or_(grid)).to_be_visible(timeout=PATIENCE)
    if levels.is_visible():
        look(f"{name}-progress")
        page.locator("form[action$='/cancel'] button").click()
        expect(grid).to_be_visible(timeout=PATIENCE)
    return draft_id


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_from_the_year_to_the_correction(
    page: Page, office: Office, sign_in: SignIn, clock: FixedClock, look: Callable[[str], None], language: str
) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(30_000)
    sign_in(page, "anna")
    page.goto(f"/offices?lang={language}")

    # The year is built, and is there with its proof.
    page.goto("/offices/county/drafts/new?first=2026-03-02&last=2026-12-31")
    first = build_and_open(page, look, "1-year")
    look("2-grid")

    # One duty: why, and what any other leader would cost; then it is handed over, and taken back.
    seat = queries.draft_duties(first)[5]
    key, had = seat.seat_key, seat.leader_id
    page.goto(f"/offices/county/drafts/{first}/seat?key={key}")
    expect(page.locator("table.alternatives tbody tr")).to_have_count(7)
    look("3-why")
    given = page.locator("table.alternatives tbody tr button").first
    given.click()
    page.wait_for_url(re.compile(rf"/drafts/{first}\?"))
    assert holder(first, key) != had
    page.locator("form[action$='/undo'] button").first.click()
    expect(page.locator("form[action$='/redo'] button").first).to_be_enabled()
    assert holder(first, key) == had

    # Published.
    page.goto(f"/offices/county/drafts/{first}/publish")
    look("4-publish")
    publish(page)
    look("5-published")
    assert numbers(office) == [1]

    # July: one leader is away for five weeks, and nothing may move within the next week.
    clock.advance(dt.timedelta(days=126))
    leader = db.session.query(Leader).filter_by(office_id=office.id).order_by(Leader.id).all()[3]
    page.goto(f"/offices/county/absences/{leader.id}")
    leave = page.locator("form[action$='/leave']").last
    leave.locator("[name=first_day]").fill("2026-07-20")
    leave.locator("[name=last_day]").fill("2026-08-21")
    leave.locator("button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("2026")
    look("6-leave")
    page.goto("/offices/county/drafts/new?first=2026-07-06&last=2026-12-31")
    page.fill("[name=freeze_days]", "7")
    expect(page.locator("[name=keep_invited]")).to_be_checked()
    second = build_and_open(page, look, "7-replan")
    page.goto(f"/offices/county/drafts/{second}/publish")
    expect(page.locator("#cost-title")).to_be_visible()
    expect(page.locator("table.changes tbody tr").first).to_be_visible()
    look("8-correction")
    page.fill("#reason", "一位领导外出学习，调整其接访")
    publish(page)
    look("9-corrected")
    assert numbers(office) == [1, 2]
    moved = changed_days(office)
    assert moved
    assert min(moved) >= dt.date(2026, 7, 13)
    assert len(moved) <= 12  # the duties of the one who is away, and at most as many that make room
    assert not queries.duties_of_leader(leader.id, dt.date(2026, 7, 20), dt.date(2026, 8, 21))
    assert problems == []


def publish(page: Page) -> None:
    """Accept what may be accepted, and publish."""
    accept = page.locator("#accept")
    if accept.count():
        accept.check()
    page.locator(".publish-form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/revisions/\d+/shown"))


def holder(draft_id: int, seat_key: str) -> int | None:
    """Who has the seat now."""
    db.session.rollback()
    found = {duty.seat_key: duty.leader_id for duty in queries.draft_duties(draft_id)}
    return found[seat_key]


def numbers(office: Office) -> list[int]:
    """Published revisions."""
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Revision.number).where(Revision.office_id == office.id).order_by(Revision.number)
        )
    )


def changed_days(office: Office) -> list[dt.date]:
    """Days that the correction changed."""
    rows = queries.current_duties(office.id)
    assert db.session.query(Draft).count() == 2
    return [row.on_date for row in rows if row.since_revision == 2]
