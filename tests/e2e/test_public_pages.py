"""Public pages and the lobby screen in a real browser."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, replace_leader, workdays

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


def substitute(leader: Leader) -> None:
    """Publish a correction: the leader takes Monday."""
    db.session.rollback()
    with transaction():
        replace_leader(db.session.get_one(Office, leader.office_id), MONDAY, leader)


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


def test_a_screen_shows_who_receives_and_takes_a_correction_within_seconds(
    leaders: list[Leader], page: Page
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/screen/county")
    expect(page.locator(".focus .name")).to_have_text("安一")
    expect(page.locator("#clock")).to_have_text("12:00")
    expect(page.locator(".state")).to_contain_text("至 17:30")
    expect(page.locator("#as-of")).to_contain_text("第1版")
    substitute(leaders[2])
    expect(page.locator(".focus .name")).to_have_text("陈三", timeout=8000)
    expect(page.locator(".stands-in")).to_contain_text("代 安一")
    expect(page.locator("#as-of")).to_contain_text("第2版")
    assert errors == []


def test_a_screen_without_a_network_keeps_the_last_good_data_and_starts_again(
    leaders: list[Leader], page: Page
) -> None:
    page.goto("/screen/county")
    expect(page.locator(".focus .name")).to_have_text("安一")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()  # now the worker sees the page and keeps it
    page.wait_for_function(
        "caches.keys().then(async (k) => (await caches.match('/screen/county')) !== undefined)"
    )
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".focus .name")).to_have_text("安一")
    expect(page.locator("#clock")).to_have_text("12:00")
    page.context.set_offline(False)
    substitute(leaders[1])
    expect(page.locator(".focus .name")).to_have_text("包二", timeout=20_000)


def test_a_server_that_answers_nonsense_changes_nothing(leaders: list[Leader], page: Page) -> None:
    page.goto("/screen/county")
    expect(page.locator("#as-of")).to_contain_text("更新于")
    asked: list[str] = []

    def nonsense(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(status=500 if len(asked) % 2 else 200, body="<h1>Bad gateway</h1>")

    page.route("**/state.json", nonsense)
    with page.expect_response("**/state.json"):
        pass
    with page.expect_response("**/state.json", timeout=15_000):
        pass
    expect(page.locator(".focus .name")).to_have_text("安一")
    assert "gateway" not in page.content()


def test_a_screen_with_a_wrong_clock_shows_the_servers_time(leaders: list[Leader], page: Page) -> None:
    page.clock.set_system_time(dt.datetime(2031, 7, 1, 3, 3))
    page.goto("/screen/county")
    expect(page.locator("#clock")).to_have_text("12:00")
    expect(page.locator("#date")).to_have_text("2026年3月2日 星期一")


def test_only_staff_preview_another_moment(
    leaders: list[Leader], page: Page, sign_in: Callable[..., None]
) -> None:
    answer = page.goto("/screen/county?at=2026-03-07T10:00")
    assert answer is not None and answer.status == 403
    sign_in(page, "anna")
    page.goto("/screen/county?at=2026-03-07T10:00")
    expect(page.locator(".state")).to_contain_text("今日休息")
    expect(page.locator(".next-date")).to_contain_text("下次接访 3月9日 星期一")
    expect(page.locator("#clock")).to_have_text("10:00")


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (3840, 2160)])
def test_a_screen_fits_and_is_accessible(leaders: list[Leader], page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto("/screen/county")
    expect(page.locator(".focus .name")).to_have_text("安一")
    for selector in (".focus .facts dd >> nth=-1", ".next li:visible >> nth=-1", "#as-of"):
        box = page.locator(selector).bounding_box()
        assert box is not None and box["y"] + box["height"] <= size[1] and box["x"] + box["width"] <= size[0]
    foot = page.locator(".foot").bounding_box()
    last = page.locator(".next li:visible").last.bounding_box()
    assert foot and last and last["y"] + last["height"] <= foot["y"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


VIEW = """async ([snapshot, times]) => {
  const { viewAt, isExpired } = await import("/static/screens/js/moment.js");
  return times.map((time) => {
    const ms = Date.parse(time + ":00+08:00");
    const view = viewAt(snapshot, ms);
    return [view.kind, view.focus.map((s) => s.date + " " + s.start), isExpired(snapshot, ms - 14 * 864e5 - 1, ms)];
  });
}"""


def session(date: str, start: str = "08:30", end: str = "12:00", status: str = "held") -> dict[str, Any]:
    return {"date": date, "start": start, "end": end, "status": status, "leaders": [], "session": "am"}


def day(date: str, *sessions: dict[str, Any], rest: bool = False, suspension: Any = None) -> dict[str, Any]:
    return {"date": date, "rest": rest, "sessions": list(sessions), "suspension": suspension}


def test_the_player_knows_every_state(leaders: list[Leader], page: Page) -> None:
    page.goto("/screen/county")
    closed = {"by_appointment_only": False}
    snapshot = {
        "office": {"timezone": "Asia/Shanghai"},
        "revision": 1,
        "good_for_days": 14,
        "days": [
            day("2026-03-02", session("2026-03-02"), session("2026-03-02", "14:30", "17:30")),
            day("2026-03-03", session("2026-03-03", status="suspended")),
            day("2026-03-04", session("2026-03-04"), suspension=closed),
            day("2026-03-05", session("2026-03-05"), suspension={"by_appointment_only": True}),
            day("2026-03-06"),
            day("2026-03-07", rest=True),
        ],
        "later": [session("2026-04-01")],
    }
    expected = {
        "2026-03-02T08:29": ("before", ["2026-03-02 08:30"]),
        "2026-03-02T08:30": ("during", ["2026-03-02 08:30"]),
        "2026-03-02T11:59": ("during", ["2026-03-02 08:30"]),
        "2026-03-02T12:00": ("between", ["2026-03-02 14:30"]),
        "2026-03-02T17:30": ("after", ["2026-03-05 08:30"]),
        "2026-03-03T09:00": ("suspended", ["2026-03-05 08:30"]),
        "2026-03-04T09:00": ("suspended", ["2026-03-05 08:30"]),
        "2026-03-05T09:00": ("during", ["2026-03-05 08:30"]),
        "2026-03-06T09:00": ("none", ["2026-04-01 08:30"]),
        "2026-03-07T09:00": ("rest", ["2026-04-01 08:30"]),
        "2026-04-02T09:00": ("none", []),
    }
    found = page.evaluate(VIEW, [snapshot, list(expected)])
    assert {time: (kind, focus) for time, (kind, focus, _) in zip(expected, found, strict=True)} == expected
    assert all(expired for _, _, expired in found)
    unpublished = page.evaluate(VIEW, [snapshot | {"revision": 0}, ["2026-03-02T09:00"]])
    assert unpublished[0][0] == "unpublished"


def test_names_are_not_shown_past_the_expiry(leaders: list[Leader], page: Page, clock: FixedClock) -> None:
    page.clock.install(time=clock.at)
    page.goto("/screen/county")
    expect(page.locator(".focus .name")).to_have_text("安一")
    page.route("**/state.json", lambda route: route.abort())
    page.clock.fast_forward(dt.timedelta(minutes=10).seconds * 1000)
    expect(page.locator("#as-of")).to_contain_text("网络中断")
    expect(page.locator(".focus .name")).to_have_text("安一")
    page.clock.fast_forward(15 * 86_400_000)
    expect(page.locator(".state")).to_contain_text("请到接待窗口咨询")
    assert page.locator(".focus .name").count() == 0
