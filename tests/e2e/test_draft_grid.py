"""The draft grid in a real browser: mouse, keyboard, undo, conflicts, and without JavaScript.

March 2026, five leaders in turn from Monday the 2nd, two days apart at least; today is the 2nd. The second leader is
on leave from the 9th to the 13th.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from app.core.database import db, transaction
from app.roster.models import Draft, DraftDuty
from tests.e2e.conftest import SignIn
from tests.factories import make_user
from tests.roster_scenario import Scenario, make_scenario

FIRST, SECOND, THIRD = "王安宁", "李文斌", "张晓岚"


@pytest.fixture
def scenario(app: Flask) -> Scenario:
    """A county office with five leaders and a draft for March."""
    with transaction():
        made = make_scenario()
        make_user("anna", "scheduler", made.office)
    return made


@pytest.fixture
def draft_page(page: Page, scenario: Scenario, sign_in: SignIn) -> Iterator[Page]:
    """The grid, open in the browser; no error may reach the console."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(8000)
    sign_in(page, "anna")
    page.goto(f"/offices/county/drafts/{scenario.draft.id}?view=leaders")
    yield page
    assert problems == []


def cell(page: Page, leader: str, day: int) -> Locator:
    """The cell of a leader and a day of March."""
    return page.locator(f"tr[data-name='{leader}'] td").nth(day - 2)


def holder(scenario: Scenario, day: int) -> str | None:
    """Who has the duty of a day of March, in the database."""
    db.session.rollback()
    leader = db.session.scalar(
        select(DraftDuty.leader_id).where(
            DraftDuty.draft_id == scenario.draft.id, DraftDuty.seat_key == f"s1-202603{day:02}-day:1"
        )
    )
    return next((person.name for person in scenario.leaders if person.id == leader), None)


def saved(page: Page) -> None:
    """Wait until the change is stored."""
    expect(page.locator("#grid-status")).to_contain_text("Saved")
    expect(page.locator("#save-state")).to_have_text("All changes are saved")


def test_a_duty_is_dragged_to_another_leader_and_the_bars_follow(
    draft_page: Page, scenario: Scenario
) -> None:
    page = draft_page
    before = page.locator("#fairness-summary").inner_text()
    cell(page, SECOND, 3).locator("a.duty").drag_to(cell(page, "陈丽华", 3))
    saved(page)
    expect(cell(page, "陈丽华", 3).locator("a.duty")).to_be_visible()
    expect(cell(page, SECOND, 3).locator("a.duty")).to_have_count(0)
    assert holder(scenario, 3) == "陈丽华"
    assert page.locator("#fairness-summary").inner_text() != before


def test_a_duty_dragged_to_another_day_is_exchanged(draft_page: Page, scenario: Scenario) -> None:
    cell(draft_page, FIRST, 2).locator("a.duty").drag_to(cell(draft_page, FIRST, 4))
    saved(draft_page)
    assert (holder(scenario, 2), holder(scenario, 4)) == (THIRD, FIRST)


def test_the_keyboard_picks_up_moves_puts_down_and_undoes(draft_page: Page, scenario: Scenario) -> None:
    page = draft_page
    cell(page, SECOND, 3).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#grid-status")).to_contain_text("Picked up")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#grid-status")).to_contain_text("No rule is broken here")
    page.keyboard.press("Enter")
    saved(page)
    assert holder(scenario, 3) == "刘建民"
    expect(cell(page, "刘建民", 3)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(cell(page, SECOND, 3).locator("a.duty")).to_be_visible()
    assert holder(scenario, 3) == SECOND
    page.keyboard.press("Control+y")
    expect(cell(page, "刘建民", 3).locator("a.duty")).to_be_visible()
    assert holder(scenario, 3) == "刘建民"


def test_conflicts_are_said_before_the_drop_and_listed_after(draft_page: Page, scenario: Scenario) -> None:
    page = draft_page
    cell(page, THIRD, 11).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#grid-status")).to_contain_text("on leave")
    expect(cell(page, SECOND, 11)).to_have_class(re.compile("conflict"))
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator("#conflict-count")).not_to_have_text("0")
    expect(cell(page, SECOND, 11).locator("a.duty.bad")).to_be_visible()
    cell(page, FIRST, 30).focus()
    page.locator(".conflicts a", has_text="on leave").first.click()
    expect(page.locator("table.grid td:focus a.duty.bad")).to_have_count(1)


def test_escape_puts_back_delete_clears_and_the_empty_seat_is_shown(
    draft_page: Page, scenario: Scenario
) -> None:
    page = draft_page
    cell(page, SECOND, 3).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".duty.held")).to_have_count(0)
    page.keyboard.press("Delete")
    expect(page.locator(".nobody-row a.duty")).to_have_count(1)
    assert holder(scenario, 3) is None
    page.locator(".nobody-row a.duty").drag_to(cell(page, FIRST, 3))
    expect(
        cell(page, FIRST, 3).locator("a.duty")
    ).to_be_visible()  # "Saved" still stands there from the clearing
    saved(page)
    assert holder(scenario, 3) == FIRST


def test_slash_finds_a_leader_and_the_question_mark_helps(draft_page: Page) -> None:
    page = draft_page
    page.keyboard.press("/")
    page.keyboard.type(THIRD)
    expect(page.locator(f"tr[data-name='{FIRST}']")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("table.grid td:focus")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.locator("#help-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help-dialog")).to_be_hidden()


def test_a_click_explains_and_a_lock_holds_the_duty(draft_page: Page, scenario: Scenario) -> None:
    page = draft_page
    cell(page, THIRD, 11).locator("a.duty").click()
    dialog = page.locator("#seat-dialog")
    expect(dialog).to_contain_text("Why this leader")
    expect(dialog.locator("tr.forbidden").first).to_contain_text("on leave")
    dialog.get_by_role("button", name="Lock").click()
    expect(cell(page, THIRD, 11).locator("a.duty.locked")).to_be_visible()
    cell(page, THIRD, 11).focus()
    page.keyboard.press("Delete")
    expect(page.locator("#grid-status.bad")).to_contain_text("pinned")
    assert holder(scenario, 11) == THIRD


def test_somebody_elses_change_is_not_overwritten(draft_page: Page, scenario: Scenario) -> None:
    with transaction():
        draft = db.session.get_one(Draft, scenario.draft.id)
        draft.version += 1
    cell(draft_page, SECOND, 3).locator("a.duty").drag_to(cell(draft_page, "陈丽华", 3))
    expect(draft_page.locator("#grid-status")).to_contain_text("Somebody else")
    expect(draft_page.locator("#save-state a")).to_have_text("Reload")
    assert holder(scenario, 3) == SECOND


def test_the_month_view_exchanges_by_drag(draft_page: Page, scenario: Scenario) -> None:
    page = draft_page
    page.goto(f"/offices/county/drafts/{scenario.draft.id}?view=month")
    page.locator("#day-2026-03-02 a.duty").drag_to(page.locator("#day-2026-03-03 a.duty"))
    saved(page)
    assert (holder(scenario, 2), holder(scenario, 3)) == (SECOND, FIRST)


def test_everything_works_without_javascript(
    browser: Browser, live_server: str, scenario: Scenario, sign_in: SignIn
) -> None:
    context = browser.new_context(base_url=live_server, java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(8000)
    sign_in(page, "anna")
    page.goto(f"/offices/county/drafts/{scenario.draft.id}?view=leaders")
    cell(page, SECOND, 3).locator("a.duty").click()
    page.get_by_label("Give this duty to").select_option(label="陈丽华")
    page.get_by_role("button", name="Save").click()
    expect(cell(page, "陈丽华", 3).locator("a.duty")).to_be_visible()
    assert holder(scenario, 3) == "陈丽华"
    page.get_by_role("button", name="Undo").click()
    expect(cell(page, SECOND, 3).locator("a.duty")).to_be_visible()
    context.close()
