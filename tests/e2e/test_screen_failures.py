"""A lobby screen when things go wrong: what it shows is true, is marked as old, or is "please ask at the desk"."""

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.screens.service import enrolment
from tests.chaos.flaky import FlakyProxy
from tests.e2e.screens import (
    give_token,
    keep_offline_copy,
    make_box,
    minutes,
    revoke,
    screen,
    start,
    substitute,
    without_service_worker,
)

ASK = "请到接待窗口咨询"
ONLINE = (
    "() => dispatchEvent(new Event('online'))"  # the box noticed; that it comes back unasked is tested above
)


@pytest.fixture
def leaders(app: Flask) -> list[Leader]:
    """A published county with an enrolled screen; the clock stands at Monday noon."""
    return make_box()


@pytest.fixture
def network(leaders: list[Leader], live_server: str) -> Iterator[FlakyProxy]:
    """A network between the box and the server that misbehaves on demand."""
    proxy = FlakyProxy(int(live_server.rpartition(":")[2]))
    yield proxy
    proxy.close()


@pytest.fixture
def box(page: Page, network: FlakyProxy) -> Page:
    """The box in the hall, showing Monday's leader through that network, able to start without one."""
    site = f"http://127.0.0.1:{network.port}"
    give_token(page.context, site)
    start(page, site)
    keep_offline_copy(page)
    return page


def name_on(box: Page) -> str:
    """The leader shown."""
    return box.locator("#focus .name").inner_text()


@pytest.mark.parametrize("mode", ["cut", "error", "garbage", "halves", "broken", "portal"])
def test_a_bad_network_changes_nothing_on_screen_and_the_screen_comes_back_by_itself(
    box: Page, network: FlakyProxy, leaders: list[Leader], mode: str
) -> None:
    network.mode = mode
    substitute(leaders[1])
    for _ in range(4):
        box.wait_for_timeout(600)
        assert name_on(box) == "安一"
    box.goto(f"http://127.0.0.1:{network.port}/screen")  # started anew, as after a power cut
    expect(box.locator("#focus .name")).to_have_text("安一")
    assert "gateway" not in box.content() and "sign in" not in box.content()
    network.mode = "ok"
    expect(box.locator("#focus .name")).to_have_text("包二", timeout=30_000)


def test_a_slow_network_shows_the_last_good_page_at_once(
    box: Page, network: FlakyProxy, leaders: list[Leader]
) -> None:
    network.mode = "slow"
    substitute(leaders[1])
    box.goto(f"http://127.0.0.1:{network.port}/screen", timeout=60_000)
    expect(box.locator("#focus .name")).to_be_visible(timeout=15_000)
    network.mode = "ok"
    expect(box.locator("#focus .name")).to_have_text("包二", timeout=30_000)


def test_a_screen_out_of_contact_says_so_and_past_the_fourteenth_day_shows_no_name(
    leaders: list[Leader], page: Page, live_server: str, clock: FixedClock
) -> None:
    page.clock.install(time=clock.at)
    give_token(page.context, live_server)
    without_service_worker(page)
    start(page)
    page.route("**/screen/own/**", lambda route: route.abort())
    page.clock.fast_forward(minutes(2))
    expect(page.locator("#as-of")).to_contain_text("网络中断，内容截至")
    expect(page.locator("#focus .name")).to_have_text("安一")
    page.clock.fast_forward(minutes(24 * 60))
    expect(page.locator("#focus .name")).to_have_text("包二")  # the day after: known without a network
    page.clock.fast_forward(minutes(13 * 24 * 60 - 30))
    expect(page.locator("#date")).to_contain_text("3月16日")
    expect(page.locator("#focus .name")).to_be_visible()
    page.clock.fast_forward(minutes(13 * 60))
    expect(page.locator("#focus .state")).to_contain_text(ASK)
    assert page.locator("#focus .name").count() == 0


@pytest.mark.parametrize("status", [200, 500])
def test_somebody_elses_page_is_no_contact(
    leaders: list[Leader], page: Page, live_server: str, clock: FixedClock, status: int
) -> None:
    page.clock.install(time=clock.at)
    give_token(page.context, live_server)
    without_service_worker(page)
    start(page)
    other = "<html><body><h1>Please sign in</h1></body></html>"
    page.route("**/screen/own/**", lambda route: route.fulfill(status=status, body=other))
    page.clock.fast_forward(minutes(1))
    page.clock.run_for(40_000)  # polls, and every poll is answered
    expect(page.locator("#as-of")).to_contain_text("网络中断，内容截至")


def test_a_clock_that_jumped_out_of_contact_stays_doubted_after_a_start_without_it(
    box: Page, network: FlakyProxy
) -> None:
    network.mode = "cut"
    jump = "{ const real = Date.now; Date.now = () => real() + 86_400_000; }"
    box.evaluate(f"() => {jump}")
    expect(box.locator("#focus .state")).to_contain_text(ASK, timeout=8_000)
    box.add_init_script(jump)
    box.goto(f"http://127.0.0.1:{network.port}/screen")
    expect(box.locator("#focus .state")).to_contain_text(ASK, timeout=8_000)
    assert box.locator("#focus .name").count() == 0
    network.mode = "ok"
    expect(box.locator("#focus .name")).to_have_text("安一", timeout=30_000)


def test_a_jump_that_cannot_be_written_down_is_doubted_after_a_start_all_the_same(
    box: Page, network: FlakyProxy
) -> None:
    network.mode = "cut"
    full = """Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };"""
    jump = "{ const real = Date.now; Date.now = () => real() + 86_400_000; }"
    box.evaluate(f"() => {{ {full} {jump} }}")
    expect(box.locator("#focus .state")).to_contain_text(ASK, timeout=8_000)
    box.add_init_script(full + jump)
    box.goto(f"http://127.0.0.1:{network.port}/screen")
    expect(box.locator("#focus .state")).to_contain_text(ASK, timeout=8_000)
    assert box.locator("#focus .name").count() == 0
    network.mode = "ok"
    expect(box.locator("#focus .name")).to_have_text("安一", timeout=30_000)


@pytest.mark.parametrize(("slept", "taken"), [(9_000, 1), (60_000, 0), (-60_000, 0)])
def test_an_answer_the_box_slept_over_tells_no_time(
    page: Page, live_server: str, slept: int, taken: int
) -> None:
    page.goto("/healthz")
    times = page.evaluate(
        """async (slept) => {
          const { Server } = await import("/static/screens/js/player/server.js");
          const real = Date.now;
          const text = async () => { Date.now = () => real() + slept; return "{}"; };
          globalThis.fetch = async () => ({ status: 200, text, headers: new Headers({ "X-Server-Time": "5" }) });
          const times = [];
          await new Server("/state", { set: (time) => times.push(time) }).ask().catch(() => null);
          return times; }""",
        slept,
    )
    assert len(times) == taken


def test_a_wrong_clock_is_put_right_and_reported(leaders: list[Leader], page: Page, live_server: str) -> None:
    page.clock.set_system_time(dt.datetime(2031, 7, 1, 3, 3))
    give_token(page.context, live_server)
    start(page)
    expect(page.locator("#clock")).to_have_text("12:00")
    expect(page.locator("#date")).to_contain_text("2026年3月2日 星期一")
    page.wait_for_timeout(500)
    drift = screen().drift_seconds
    assert drift is not None and drift > 5 * 365 * 86_400


def test_a_clock_that_jumps_without_contact_is_not_believed(
    leaders: list[Leader], page: Page, live_server: str, clock: FixedClock
) -> None:
    give_token(page.context, live_server)
    without_service_worker(page)
    start(page)
    page.route("**/screen/own/**", lambda route: route.abort())
    page.evaluate("() => { const real = Date.now; Date.now = () => real() + 3 * 86_400_000; }")
    expect(page.locator("#focus .state")).to_contain_text(ASK, timeout=20_000)
    assert page.locator("#focus .name").count() == 0
    expect(page.locator("#clock")).to_have_text("")
    page.unroute("**/screen/own/**")
    page.evaluate(ONLINE)
    expect(page.locator("#focus .name")).to_have_text("安一", timeout=30_000)


def test_a_box_that_wakes_with_its_clock_put_back_shows_no_name_without_contact(
    box: Page, network: FlakyProxy
) -> None:
    network.mode = "cut"
    box.add_init_script("{ const real = Date.now; Date.now = () => real() - 30 * 86_400_000; }")
    box.goto(f"http://127.0.0.1:{network.port}/screen")
    expect(box.locator("#focus .state")).to_contain_text(ASK, timeout=8_000)
    network.mode = "ok"
    expect(box.locator("#focus .name")).to_have_text("安一", timeout=30_000)


def test_a_token_revoked_while_out_of_contact_ends_only_when_the_server_says_so(
    box: Page, network: FlakyProxy
) -> None:
    network.mode = "cut"
    revoke()
    box.wait_for_timeout(2_500)
    assert name_on(box) == "安一"
    network.mode = "error"
    box.wait_for_timeout(2_500)
    assert name_on(box) == "安一"
    network.mode = "ok"
    box.evaluate(ONLINE)
    expect(box.locator(".enrol-code")).to_be_visible(timeout=30_000)
    assert "安一" not in box.content()
    box.reload()
    expect(box.locator(".enrol-code")).to_be_visible(timeout=10_000)


def test_a_full_storage_is_reported_and_does_not_stop_the_screen(
    leaders: list[Leader], page: Page, live_server: str
) -> None:
    give_token(page.context, live_server)
    start(page)
    page.evaluate(
        """() => { Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }; }"""
    )
    substitute(leaders[2])
    expect(page.locator("#focus .name")).to_have_text("陈三", timeout=5_000)
    page.wait_for_timeout(800)
    assert screen().storage_full


def test_what_others_left_in_the_storage_makes_room(
    leaders: list[Leader], page: Page, live_server: str
) -> None:
    give_token(page.context, live_server)
    page.goto("/healthz")
    page.evaluate(
        """() => { let n = 0; for (const size of [100_000, 1_000, 10]) {
             try { for (;;) localStorage.setItem(`old${n++}`, "x".repeat(size)); } catch { continue; } } }"""
    )
    start(page)
    page.wait_for_function("Object.keys(localStorage).some((key) => key.startsWith('rota-screen:'))")
    assert page.evaluate("localStorage.getItem('old0')") is None


def test_a_full_disk_and_a_dead_worker_do_not_stop_a_start_without_network(
    box: Page, network: FlakyProxy
) -> None:
    session = box.context.new_cdp_session(box)
    session.send("ServiceWorker.enable")
    session.send(
        "Storage.overrideQuotaForOrigin", {"origin": f"http://127.0.0.1:{network.port}", "quotaSize": 1}
    )
    session.send("ServiceWorker.stopAllWorkers")
    network.mode = "cut"
    box.goto(f"http://127.0.0.1:{network.port}/screen")
    expect(box.locator("#focus .name")).to_have_text("安一")


def test_two_tabs_both_follow(box: Page, network: FlakyProxy, leaders: list[Leader]) -> None:
    other = box.context.new_page()
    start(other, f"http://127.0.0.1:{network.port}")
    substitute(leaders[1])
    for tab in (box, other):
        expect(tab.locator("#focus .name")).to_have_text("包二", timeout=30_000)


def test_two_tabs_of_a_revoked_screen_show_one_code_and_it_is_good(box: Page, network: FlakyProxy) -> None:
    other = box.context.new_page()
    start(other, f"http://127.0.0.1:{network.port}")
    revoke()
    codes = [tab.locator(".enrol-code") for tab in (box, other)]
    for code in codes:
        expect(code).to_be_visible(timeout=30_000)
    box.wait_for_timeout(4_000)  # both have asked again
    assert codes[0].inner_text() == codes[1].inner_text()
    db.session.rollback()
    with transaction():
        office = db.session.query(Office).one()
        found = enrolment.check_code(office, 1, codes[0].inner_text())
        assert found is not None
        enrolment.approve(office, found, "大厅", "full")
    for tab in (box, other):
        expect(tab.locator("#focus .name")).to_have_text("安一", timeout=15_000)


def test_a_snapshot_damaged_in_the_storage_is_not_shown(box: Page, network: FlakyProxy) -> None:
    box.evaluate(
        "() => { const key = 'rota-screen:own'; localStorage.setItem(key, localStorage.getItem(key).replace('安一', '安二')); }"
    )
    network.mode = "cut"
    box.goto(f"http://127.0.0.1:{network.port}/screen")
    box.wait_for_timeout(3_500)
    assert "安二" not in box.content()
    network.mode = "ok"
    expect(box.locator("#focus .name")).to_have_text("安一", timeout=30_000)
