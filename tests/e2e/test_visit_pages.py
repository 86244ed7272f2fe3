"""Every page of visits that nobody sees at first: readable, accessible and inside a phone, in both languages."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from app.accounts import one_tap
from app.appointments.models import Visit
from app.appointments.rules.matching import Matter
from app.appointments.service import invitations, resident, screening
from app.appointments.service.booking import Person, book, confirm
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Contact, Department
from tests.e2e.conftest import SignIn
from tests.factories import make_user
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for

NOW = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)  # 09:00 in Shanghai, in the middle of a session
TODAY, LATER = dt.date(2026, 3, 10), dt.date(2026, 3, 12)
SIZES = {"phone": (360, 740), "desk": (1920, 1080)}
STAFF = "/offices/county/visits"


@pytest.fixture
def scenario(app: Flask, clock: FixedClock) -> VisitScenario:
    """Somebody here, somebody expected, an invited visit in the middle of its answers, requests that wait."""
    with transaction():
        scenario = make_visit_scenario(places=10)
        make_user("anna", "reception", scenario.office)
        unit = Department(office_id=scenario.office.id, name="示例住建局", sectors="住房城乡建设")
        unit.contacts.append(Contact(name="联系人", phone="13800001111"))
        db.session.add(unit)
        db.session.flush()
        for leader in scenario.leaders:
            leader.phone = "13800002222"
        people = (Person("interpreter", "示例翻译", note="手语"),)
        here, _code = book(
            scenario.office, request_for(1, scenario.key(TODAY), headcount=30, people=people), "anna"
        )
        confirm(here, "anna")
        for number in range(2, 6):
            book(scenario.office, request_for(number, None, matter=Matter(sector="住房城乡建设")))
        invited = db.session.scalars(select(Visit).where(Visit.session_key.is_(None))).first()
        assert invited is not None
        leader_id = scenario.leaders[1].id
        invitations.invite(invited, scenario.key(LATER), leader_id, (unit.id,), "anna")
        refused, _code = book(scenario.office, request_for(8, None))
        screening.refuse(refused, "before_court", "请等待法院判决。", "anna")
    clock.at = NOW
    return scenario


@pytest.fixture(params=[("phone", "en"), ("desk", "zh_CN")], ids="-".join)
def place(browser: Browser, live_server: str, request: pytest.FixtureRequest) -> Iterator[tuple[Page, str]]:
    """A page of a size, and the language to ask for."""
    size, language = request.param
    width, height = SIZES[size]
    scheme = "dark" if size == "phone" else "light"
    context = browser.new_context(
        base_url=live_server,
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language.replace("_", "-"),
    )
    yield context.new_page(), language
    context.close()


def look(page: Page, name: str) -> None:
    """Axe finds nothing and nothing sticks out; with SCREENSHOTS=folder a picture is kept to be looked at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name} sticks out by {wide} px"


def test_pages_of_the_staff(scenario: VisitScenario, place: tuple[Page, str], sign_in: SignIn) -> None:
    page, language = place
    sign_in(page, "anna")
    later = scenario.key(LATER)
    waiting = [visit.id for visit in db.session.scalars(select(Visit).where(Visit.state == "received"))]
    addresses = {
        "queue": "",
        "queue-empty": "?group=confirmed&words=示例不存在",
        "today": "/today",
        "board": "/board",
        "session": f"/sessions/{later}",
        "session-units": f"/sessions/{later}?visit={waiting[1]}&visit={waiting[2]}",
        "visit": "/1",
        "invited": "/2",
        "correct": "/1/correct",
        "slip": "/1/slip",
        "entry": "/new",
        "matching": "/matching?sector=教育",
    }
    page.goto(f"{STAFF}?lang={language}")
    for name, address in addresses.items():
        page.goto(f"{STAFF}{address}")
        look(page, name)
    page.goto(f"{STAFF}/today")
    page.locator(f"form[action$='{STAFF}/brief'] button").first.click()
    look(page, "brief")
    page.goto(f"{STAFF}/1")
    page.locator("form[action$='/reveal'] button").click()
    look(page, "revealed")
    for step in ("check-in", "begin"):
        page.goto(f"{STAFF}/today")
        page.locator(f"form[action$='/1/day/{step}'] button").first.click()
    page.goto(f"{STAFF}/1/record")
    look(page, "record")


def test_one_tap_pages(scenario: VisitScenario, place: tuple[Page, str]) -> None:
    page, language = place
    contact = db.session.scalars(select(Contact.id)).one()
    office_id, soon = scenario.office.id, NOW + dt.timedelta(days=1)
    for purpose, holder, digits in (
        ("consent", ("leader", scenario.leaders[1].id), "2222"),
        ("attend", ("contact", contact), "1111"),
    ):
        with transaction():
            link = one_tap.issue(purpose, "visit:2", holder, office_id, soon)
        page.goto(f"/t/{link.rpartition('/t/')[2]}?lang={language}")
        look(page, f"{purpose}-digits")
        page.fill("[name=digits]", digits)
        page.click("main form button")
        look(page, purpose)
        if purpose == "attend":
            page.fill("#person", "示例科长")
        page.locator("button[value=yes]").click()
        look(page, f"{purpose}-done")


def test_pages_by_code(scenario: VisitScenario, place: tuple[Page, str]) -> None:
    page, language = place
    with transaction():
        visit, code = book(scenario.office, request_for(20, scenario.key(LATER)))
    page.goto(f"/o/county/visit?lang={language}")
    page.fill("[name=reference]", "0000-0000")
    page.fill("[name=code]", "wrong")
    page.click("main form button")
    look(page, "wrong-code")
    page.fill("[name=reference]", visit.reference)
    page.fill("[name=code]", code)
    page.click("main form button")
    look(page, "mine")
    for name in ("slip", "other", "cancel"):
        page.goto(f"/o/county/visit/{name}")
        look(page, f"mine-{name}")
    with transaction():
        resident.cancel(db.session.get_one(Visit, visit.id))
    page.goto("/o/county/visit/mine")
    look(page, "mine-cancelled")
