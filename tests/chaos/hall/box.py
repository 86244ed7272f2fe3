"""The box in the hall: Chromium with the player, and everything that can befall it."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, CDPSession, Error, Page

from tests.chaos.hall.clock import Times
from tests.chaos.hall.judge import READ

DRAWN = "new Promise((done) => setTimeout(done, 2_000))"  # simulated ms: timers come in order, and the page draws every second
FULL = """() => { Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }; }"""


class Box:
    """One browser context with the player in a tab, sometimes two. `site`: the address behind the bad network."""

    def __init__(self, context: BrowserContext, site: str, token: str, times: Times) -> None:
        self.context, self.site, self.times = context, site, times
        cookie = {"name": "screen", "value": token, "url": f"{site}/screen", "httpOnly": True}
        context.add_cookies([cookie])  # type: ignore[list-item]
        context.add_init_script(times.script())
        self.page = context.new_page()
        self.session: CDPSession = context.new_cdp_session(self.page)
        self.session.send("ServiceWorker.enable")

    def start(self) -> None:
        """Open the player, twice, so that its worker has kept the page."""
        self.page.goto(f"{self.site}/screen")
        self.page.wait_for_selector("#focus .name", timeout=60_000)
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        self.page.reload()
        self.page.wait_for_function("caches.match('/screen').then((found) => found !== undefined)")

    def look(self, page: Page | None = None) -> dict[str, Any] | None:
        """What the page shows; None when it is no page of ours."""
        try:
            found: dict[str, Any] = (page or self.page).evaluate(READ)
            return found
        except Error:
            return None

    def reload(self) -> bool:
        """Start the page anew, as after a power cut; does it come up?"""
        with contextlib.suppress(Error):  # what matters is what is on screen in the end
            self.page.goto(f"{self.site}/screen", wait_until="commit", timeout=30_000)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            shown = self.look()
            if shown and shown["kind"] not in ("", "starting"):
                return True
            self.page.wait_for_timeout(200)
        return False

    def follow_times(self) -> None:
        """The clock was moved: tell the pages that run, and those that are to come. All have drawn when this returns."""
        self.context.add_init_script(self.times.update())
        for script in (self.times.update(), DRAWN):
            for page in self.context.pages:
                with contextlib.suppress(Error):  # it starts anew this moment, and by the new clock
                    page.evaluate(script)

    def kill_worker(self) -> None:
        """The system ends the service worker, as it does when memory is short."""
        self.session.send("ServiceWorker.stopAllWorkers")

    def fill_storage(self) -> None:
        """No room in the storage and in the caches, until the page starts anew."""
        self.session.send("Storage.overrideQuotaForOrigin", {"origin": self.site, "quotaSize": 1})
        self.page.evaluate(FULL)

    def empty_storage(self) -> None:
        """Room again."""
        self.session.send("Storage.overrideQuotaForOrigin", {"origin": self.site})

    def throttle(self, on: bool) -> None:
        """A slow line: half a second each way and four kilobytes a second."""
        slow = {"offline": False, "latency": 500, "downloadThroughput": 4096, "uploadThroughput": 4096}
        free = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.session.send("Network.enable")
        self.session.send("Network.emulateNetworkConditions", slow if on else free)

    def second_tab(self) -> None:
        """Open the player in another tab, or close that one."""
        others = [page for page in self.context.pages if page != self.page]
        for page in others:
            page.close()
        if not others:
            page = self.context.new_page()
            try:
                page.goto(f"{self.site}/screen", wait_until="commit", timeout=20_000)
            except Error:
                page.close()

    @property
    def other_pages(self) -> list[Page]:
        """The tabs beside the first."""
        return [page for page in self.context.pages if page != self.page]

    def memory(self) -> tuple[float, int, int, float]:
        """MiB of JavaScript after a collection of garbage, nodes, listeners, MiB of all processes of the browser."""
        self.session.send("HeapProfiler.collectGarbage")
        self.session.send("Performance.enable")
        metrics = {
            one["name"]: one["value"] for one in self.session.send("Performance.getMetrics")["metrics"]
        }
        heap, nodes = metrics["JSHeapUsedSize"] / 2**20, int(metrics["Nodes"])
        return heap, nodes, int(metrics["JSEventListeners"]), _resident() / 2**20


def _resident() -> int:
    total = 0
    for process in psutil.Process(os.getpid()).children(recursive=True):
        try:
            total += process.memory_info().rss if "chrom" in process.name() else 0
        except psutil.Error:
            continue
    return total


def picture(box: Box, folder: Path | None, number: int) -> None:
    """Photograph what was wrong."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        box.page.screenshot(path=str(folder / f"wrong-{number}.png"))
