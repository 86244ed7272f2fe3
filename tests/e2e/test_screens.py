"""Lobby screens in a real browser: enrolled, changed, called, previewed, drawn in every state and size."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from app.appointments.service import day
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.screens import calls, gallery
from app.screens.models import Screen
from app.screens.service import notices
from tests.e2e.screens import give_token, make_box, revoke, screen, start, substitute, without_service_worker
from tests.integration.screens.helpers import MONDAY, make_hall
from tests.visit_scenario import request_for

SignIn = Callable[..., None]


@pytest.fixture
def leaders(app: Flask) -> list[Leader]:
    """A published county with an enrolled screen; the clock stands at Monday noon."""
    return make_box()


def test_a_box_is_enrolled_by_its_code_and_returns_to_one_when_revoked(
    app: Flask, page: Page, browser: Browser, live_server: str, sign_in: SignIn
) -> None:
    with transaction():
        make_hall()
    box = browser.new_page(base_url=live_server, viewport={"width": 1920, "height": 1080})
    box.goto("/screen")
    code = box.locator(".enrol-code")
    expect(code).to_have_text(re.compile(r"^[A-Z0-9]{3} [A-Z0-9]{3}$"))
    shown = code.inner_text()
    box.reload()  # the same code: a second one would let the first be approved for nobody
    expect(code).to_have_text(shown)
    sign_in(page, "anna")
    page.goto("/offices/county/screens")
    page.locator("a", has_text="Add a screen").first.click()
    page.fill("#code", shown)
    page.fill("#name", "大厅")
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("大厅")
    expect(box.locator("#focus .name")).to_have_text("安一", timeout=8_000)
    expect(page.locator("tbody")).to_contain_text("大厅")
    revoke()
    expect(code).to_be_visible(timeout=8_000)
    assert "安一" not in box.content()
    box.close()


def test_a_box_revoked_before_its_stream_opens_hears_it_at_once(
    app: Flask, leaders: list[Leader], page: Page, live_server: str
) -> None:
    """Between the look that showed the roster and the stream that would tell of changes."""

    def revoke_first(route: Route) -> None:
        with app.app_context():
            revoke()
        route.continue_()

    del leaders
    give_token(page.context, live_server)
    without_service_worker(page)
    page.route("**/screen/own/nudges", revoke_first, times=1)
    page.goto("/screen")
    expect(page.locator(".enrol-code")).to_be_visible(timeout=10_000)


def test_a_change_is_on_screen_within_two_seconds(
    leaders: list[Leader], page: Page, live_server: str
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    give_token(page.context, live_server)
    with page.expect_response("**/nudges"):
        start(page)
    page.wait_for_timeout(500)
    substitute(leaders[2])
    expect(page.locator("#focus .name")).to_have_text("陈三", timeout=2_500)
    expect(page.locator(".stands-in")).to_contain_text("今日由 陈三 代班（原安排：安一）")
    expect(page.locator("#as-of")).to_contain_text("第 2 版")
    with transaction():
        notices.say_late(db.session.query(Office).one(), 20, MONDAY)
    expect(page.locator(".is-late-today")).to_contain_text("推迟约 20 分钟", timeout=2_500)
    assert errors == []


def test_a_ticket_is_called_in_sight_and_said_once_where_that_is_wanted(
    app: Flask, page: Page, live_server: str, clock: FixedClock
) -> None:
    make_box(voice=True)
    called: list[calls.Call] = []

    def provider(_office_id: int, _now: dt.datetime) -> Sequence[calls.Call]:
        return called

    calls.register(app, provider)
    page.add_init_script(
        "window.said = []; speechSynthesis.speak = (one) => window.said.push(one.lang + ' ' + one.text);"
    )
    give_token(page.context, live_server)
    with page.expect_response("**/nudges"):
        start(page)
    page.wait_for_timeout(500)
    with transaction():
        called.append(calls.Call("427", "二号接待室", clock.now()))
        notices.say_late(db.session.query(Office).one(), 0, MONDAY)  # any audited change, as a call is one
    expect(page.locator(".call-ticket")).to_have_text("427", timeout=2_500)
    expect(page.locator(".call-room")).to_have_text("二号接待室")
    page.wait_for_timeout(1_500)
    assert page.evaluate("window.said") == [
        "zh-CN 请 4 2 7 号，到二号接待室",
        "en-US Ticket 4 2 7, please go to 二号接待室",
    ]


@pytest.mark.parametrize("voice", [False, True])
def test_the_desk_calls_a_visitor_and_the_hall_sees_and_hears_it(
    leaders: list[Leader], page: Page, browser: Browser, live_server: str, sign_in: SignIn, voice: bool
) -> None:
    with transaction():
        office = db.session.query(Office).one()
        db.session.query(Screen).one().voice = voice
        request = request_for(1, f"r1:{MONDAY.isoformat()}:day")
        visit, _code = day.register_walk_in(office, request, "rita")
        ticket, visit_id = str(visit.ticket), visit.id
    box = browser.new_page(viewport={"width": 1920, "height": 1080})
    box.add_init_script("window.said = []; speechSynthesis.speak = (one) => window.said.push(one.text);")
    give_token(box.context, live_server)
    with box.expect_response("**/nudges"):
        start(box, live_server)
    assert "示例居民1" not in box.content()
    sign_in(page, "rita")
    page.goto("/offices/county/visits/today")
    page.locator(f"form[action$='/visits/{visit_id}/day/call'] button").click()
    expect(box.locator(".call-ticket")).to_have_text(ticket, timeout=4_000)
    expect(box.locator(".call-room")).to_have_text("一号接待室")
    box.wait_for_timeout(1_200)
    spelled = " ".join(ticket)
    said = [f"请 {spelled} 号，到一号接待室", f"Ticket {spelled}, please go to 一号接待室"] if voice else []
    assert box.evaluate("window.said") == said
    page.locator(f"form[action$='/visits/{visit_id}/day/begin'] button").click()
    expect(box.locator(".call-ticket")).to_have_count(0, timeout=4_000)
    assert "示例居民1" not in box.content()
    box.close()


def test_texts_groups_and_reload_by_hand(
    leaders: list[Leader], page: Page, browser: Browser, live_server: str, sign_in: SignIn
) -> None:
    box = browser.new_page(viewport={"width": 1920, "height": 1080})
    give_token(box.context, live_server)
    with box.expect_response("**/nudges"):
        start(box, live_server)
    sign_in(page, "anna")
    page.goto("/offices/county/screens/texts")
    for text in ("西门施工", "东门施工"):
        if text == "东门施工":
            page.get_by_role("link", name="Edit the notice").click()
        page.fill("#text_zh", text)
        page.locator("form.panel button[type=submit]").click()
        expect(box.locator("#band")).to_contain_text(text, timeout=4_000)
    page.get_by_role("button", name="Undo the change").click()
    expect(box.locator("#band")).to_contain_text("西门施工", timeout=4_000)
    page.get_by_role("button", name="Bring back").click()
    expect(box.locator("#band")).to_contain_text("东门施工", timeout=4_000)
    expect(page.locator("main strong")).to_have_text(["东门施工"])
    page.get_by_role("button", name="Take off").click()
    expect(box.locator("#band")).to_be_hidden(timeout=4_000)
    page.goto("/offices/county/screens")
    with box.expect_navigation(timeout=15_000):
        page.locator(f"form[action$='/screens/{screen().id}/reload'] button").click()
    expect(box.locator("#focus .name")).to_have_text("安一")
    box.close()


def test_the_public_window_needs_no_token_and_shows_the_same(leaders: list[Leader], page: Page) -> None:
    page.goto("/screen/county")
    expect(page.locator("#focus .name")).to_have_text("安一")
    expect(page.locator("#clock")).to_have_text("12:00")
    expect(page.locator(".state")).to_contain_text("至 17:30")


def test_staff_look_at_any_time_of_a_day_with_and_without_scripts(
    leaders: list[Leader], page: Page, browser: Browser, live_server: str, sign_in: SignIn
) -> None:
    sign_in(page, "anna")
    page.goto(f"/offices/county/screens/{screen().id}/preview?day=2026-03-07&time=10:00")
    frame = page.frame_locator("#picture")
    expect(frame.locator(".state")).to_contain_text("今日休息")
    page.fill("#day", "2026-03-03")
    page.locator("#slider").fill("600")
    expect(frame.locator("#focus .name")).to_have_text("包二")
    expect(frame.locator("#clock")).to_have_text("10:00")
    plain = browser.new_context(
        base_url=live_server, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    still = plain.new_page()
    still.goto(f"/offices/county/screens/{screen().id}/preview?day=2026-03-07")
    still.click("text=08:30")
    assert "at=2026-03-07T08:30" in (still.locator("#picture").get_attribute("src") or "").replace("%3A", ":")
    plain.close()


LANDSCAPE, PORTRAIT, LARGE = (1920, 1080), (1080, 1920), (3840, 2160)
LOOKS = [
    (LANDSCAPE, "both"),
    (PORTRAIT, "both"),
    (LARGE, "both"),
    (LANDSCAPE, "zh"),
    (LANDSCAPE, "en"),
    (PORTRAIT, "en"),
]
OVERFLOWING = """() => [document.body, ...document.querySelectorAll("#focus, #side, .place, .name, .coming-date, .state, .foot, .head")]
  .filter((one) => one.offsetParent !== null || one === document.body)
  .filter((one) => (one.scrollWidth > one.clientWidth + 1) || (!one.matches(".name, .coming-date, .state") && one.scrollHeight > one.clientHeight + 1))
  .map((one) => `${one.className || one.id} ${one.scrollWidth - one.clientWidth} ${one.scrollHeight - one.clientHeight}`)"""


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_every_state_fits_its_screen(
    leaders: list[Leader], page: Page, sign_in: SignIn, size: tuple[int, int], language: str
) -> None:
    sign_in(page, "anna")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wrong: dict[str, Any] = {}
    for state in gallery.every_state():
        page.goto(f"/offices/county/screens/gallery/{state.name}?language={language}", wait_until="load")
        page.wait_for_function("document.body.dataset.kind !== 'starting'")
        found = page.evaluate(OVERFLOWING)
        if found:
            wrong[state.name] = found
    assert wrong == {}


@pytest.mark.parametrize("state", ["during", "suspended", "substitute", "calling", "many-places", "expired"])
def test_contrast_and_structure_are_accessible(
    leaders: list[Leader], page: Page, sign_in: SignIn, state: str
) -> None:
    sign_in(page, "anna")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"/offices/county/screens/gallery/{state}")
    expect(page.locator("#focus .state").first).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", ["", "/new", "/texts", "/groups", "/gallery"])
def test_staff_pages_are_accessible(leaders: list[Leader], page: Page, sign_in: SignIn, path: str) -> None:
    sign_in(page, "anna")
    page.goto(f"/offices/county/screens{path}")
    found = Axe().run(page, options={"iframes": False})
    assert found.violations_count == 0, found.generate_report()


VIEW = """async ([place, times]) => {
  const { viewAt } = await import(document.querySelector("script[type=module]").src.replace("main.js", "moment.js"));
  return times.map((time) => {
    const view = viewAt(place, Date.parse(time + ":00+08:00"));
    return [view.kind, view.focus.map((s) => s.date + " " + s.start)];
  });
}"""


def session(date: str, start: str = "08:30", end: str = "12:00", status: str = "held") -> dict[str, Any]:
    """A session as a snapshot has it."""
    return {"date": date, "start": start, "end": end, "status": status, "leaders": [], "session": "am"}


def day_of(
    date: str, *sessions: dict[str, Any], rest: bool = False, suspension: Any = None
) -> dict[str, Any]:
    """A day as a snapshot has it."""
    return {"date": date, "rest": rest, "sessions": list(sessions), "suspension": suspension}


def test_the_player_knows_every_state(leaders: list[Leader], page: Page) -> None:
    page.goto("/screen/county")
    closed = {"by_appointment_only": False}
    place = {
        "office": {"timezone": "Asia/Shanghai"},
        "revision": 1,
        "days": [
            day_of("2026-03-02", session("2026-03-02"), session("2026-03-02", "14:30", "17:30")),
            day_of("2026-03-03", session("2026-03-03", status="suspended")),
            day_of("2026-03-04", session("2026-03-04"), suspension=closed),
            day_of("2026-03-05", session("2026-03-05"), suspension={"by_appointment_only": True}),
            day_of("2026-03-06"),
            day_of("2026-03-07", rest=True),
        ],
        "later": [session("2026-04-01")],
    }
    expected = {
        "2026-03-02T08:29": ["before", ["2026-03-02 08:30"]],
        "2026-03-02T08:30": ["during", ["2026-03-02 08:30"]],
        "2026-03-02T11:59": ["during", ["2026-03-02 08:30"]],
        "2026-03-02T12:00": ["between", ["2026-03-02 14:30"]],
        "2026-03-02T17:30": ["after", ["2026-03-05 08:30"]],
        "2026-03-03T09:00": ["suspended", ["2026-03-05 08:30"]],
        "2026-03-04T09:00": ["suspended", ["2026-03-05 08:30"]],
        "2026-03-05T09:00": ["during", ["2026-03-05 08:30"]],
        "2026-03-06T09:00": ["none", ["2026-04-01 08:30"]],
        "2026-03-07T09:00": ["rest", ["2026-04-01 08:30"]],
        "2026-04-02T09:00": ["none", []],
    }
    assert page.evaluate(VIEW, [place, list(expected)]) == list(expected.values())
    assert page.evaluate(VIEW, [place | {"revision": 0}, ["2026-03-02T09:00"]])[0][0] == "unpublished"
