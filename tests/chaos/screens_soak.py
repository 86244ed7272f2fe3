# ruff: noqa: T201
"""A lobby screen in real Chromium for as long as you like, on a network that misbehaves.

    python -m tests.chaos.screens_soak [--minutes 30] [--step 20] [--restarts 300] [--seed 1]

A server as `make run` starts it, a proxy that cuts, slows, halves and lies, and a roster that changes. Every second the
screen is read: it must show the newest revision (when the network was good for some seconds), an older one marked as
offline, or "please ask at the desk"; never an error page, never an unmarked old one. Prints what was seen, and the
memory of the page at the beginning, in the middle and at the end. Exit code 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psutil
from playwright.sync_api import CDPSession, Error, Page, sync_playwright

from benchmarks._report import print_table, print_title
from benchmarks._workspace import free_port, wait_until_healthy, workspace
from benchmarks.screens import County, serve
from tests.chaos.flaky import MODES, FlakyProxy

GOOD_AFTER = 45.0  # seconds of a good network after which the newest revision must be shown (back-off and stream pause)
UNMARKED_FOR = 75.0  # seconds without contact after which the screen must say that it is offline
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]

READ = """() => ({
  player: document.body.dataset.kind ?? "", revision: Number((document.querySelector("#as-of")?.textContent ?? "").match(/第 (\\d+) 版/)?.[1] ?? 0),
  late: document.body.classList.contains("is-late"), names: document.querySelectorAll("#focus .name").length,
  nodes: document.querySelectorAll("*").length })"""


@dataclass
class Watch:
    """What was seen, and since when the network is good or bad."""

    newest: int = 1
    changed_at: float = field(default_factory=time.time)
    good_since: float = field(default_factory=time.time)
    bad_since: float = 0.0
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def judge(self, shown: dict[str, Any] | None, mode: str, at: float) -> None:
        """Compare what is shown with what is true."""
        if shown is None or not shown["player"]:
            return self._wrong(f"{mode}: an error page", at)
        verdict = self._verdict(shown)
        self.seen[verdict] += 1
        settled = self.good_since and at - max(self.good_since, self.changed_at) > GOOD_AFTER
        if settled and verdict not in ("newest", "ask at the desk"):
            self._wrong(f"{mode}: {verdict} {at - self.good_since:.0f} s after the network came back", at)
        old_since = max(self.bad_since, self.changed_at)  # a halved network still lets "unchanged" through
        if self.bad_since and at - old_since > UNMARKED_FOR and verdict == "older":
            self._wrong(f"{mode}: not marked as offline after {at - self.bad_since:.0f} s", at)
        return None

    def _verdict(self, shown: dict[str, Any]) -> str:
        if shown["player"] == "expired" and not shown["names"]:
            return "ask at the desk"
        if shown["player"] in ("starting", "enrol"):
            return str(shown["player"])
        if shown["late"]:
            return "marked as offline"
        return "newest" if shown["revision"] == self.newest else "older"

    def _wrong(self, what: str, at: float) -> None:
        self.wrong.append(f"{time.strftime('%H:%M:%S', time.gmtime(at))} {what}")


def main() -> int:
    """Run and report; 0 when everything was as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.screens_soak")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--step", type=float, default=20, help="seconds between two changes of the network")
    parser.add_argument(
        "--restarts", type=float, default=300, help="seconds between two restarts of the server"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    with workspace() as place:
        place.load_directory()
        print_title(f"A lobby screen for {options.minutes:g} minutes on a bad network", place.database)
        county = County(place)
        (token,) = county.enrol(1)
        port = free_port()
        server = serve(place, port)
        memory: list[list[object]] = []
        proxy = FlakyProxy(port)
        try:
            wait_until_healthy(port)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                context = browser.new_context(viewport={"width": 1920, "height": 1080})
                site = f"http://127.0.0.1:{proxy.port}"
                context.add_cookies(
                    [{"name": "screen", "value": token, "url": f"{site}/screen", "httpOnly": True}]
                )
                page = context.new_page()
                page.goto(f"{site}/screen")
                page.wait_for_selector("#focus .state", timeout=30_000)
                page.evaluate("navigator.serviceWorker.ready.then(() => null)")
                page.reload()
                watch = Watch()
                server = soak(page, proxy, county, server, place, port, options, watch, memory)
                browser.close()
        finally:
            proxy.close()
            server.send_signal(signal.SIGTERM)
            server.wait()
    return report(watch, memory)


def soak(
    page: Page, proxy: FlakyProxy, county: County, server: subprocess.Popen[bytes], place: Any, port: int,
    options: argparse.Namespace, watch: Watch, memory: list[list[object]],
) -> subprocess.Popen[bytes]:  # fmt: skip
    """Until the time is over: misbehave, change, restart, look. The server that runs in the end."""
    session = page.context.new_cdp_session(page)
    began = time.time()
    next_mode, next_restart = began + options.step, began + options.restarts
    next_memory, next_reload = began, began + options.step * 7.5
    while (now := time.time()) < began + options.minutes * 60:
        if now >= next_memory:
            memory.append(measure(session, now - began))
            next_memory = now + options.minutes * 60 / 12
        if now >= next_mode:
            next_mode = now + options.step * random.uniform(0.5, 4)
            switch(proxy, watch, random.choice(MODES) if proxy.mode == "ok" else "ok")
        if random.random() < 1 / 25:
            county.change()
            watch.newest, watch.changed_at = watch.newest + 1, time.time()
        if now >= next_restart:
            next_restart = now + options.restarts
            server.send_signal(signal.SIGTERM)
            server.wait()
            watch.good_since = 0.0
            watch.bad_since = watch.bad_since or time.time()
            time.sleep(random.uniform(0, 8))
            server = serve(place, port)
            wait_until_healthy(port)
            switch(proxy, watch, "ok")
        if now >= next_reload:
            next_reload = now + options.step * 7.5
            reload(page)
        watch.judge(look(page), proxy.mode, time.time())
        time.sleep(1)
    return server


def switch(proxy: FlakyProxy, watch: Watch, mode: str) -> None:
    """Another network from now on."""
    proxy.mode = mode
    now = time.time()
    slow = mode == "slow"  # reaches the screen in the end, but nobody can say when
    watch.good_since = now if mode == "ok" else 0.0
    watch.bad_since = 0.0 if mode == "ok" or slow else watch.bad_since or now


def look(page: Page) -> dict[str, Any] | None:
    """What the page shows; None when it is no page of ours."""
    try:
        found: dict[str, Any] = page.evaluate(READ)
        return found
    except Error:
        return None


def reload(page: Page) -> None:
    """Start the page anew, as a box does after a power cut."""
    try:
        page.reload(wait_until="commit", timeout=20_000)
        page.wait_for_selector("body[data-kind]", timeout=20_000)
        page.wait_for_timeout(4_000)
    except Error as error:
        print("reload:", str(error).splitlines()[0], file=sys.stderr)


def measure(session: CDPSession, elapsed: float) -> list[object]:
    """Memory of the page after a collection of garbage: minutes, JS heap, nodes, resident set of all processes."""
    session.send("HeapProfiler.collectGarbage")
    gc.collect()
    session.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    mine = psutil.Process(os.getpid()).children(recursive=True)
    resident = sum(_resident(process) for process in mine if "chrom" in _name(process))
    return [
        f"{elapsed / 60:.1f}",
        metrics["JSHeapUsedSize"] / 2**20,
        int(metrics["Nodes"]),
        int(metrics["JSEventListeners"]),
        resident / 2**20,
    ]


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.Error:
        return ""


def report(watch: Watch, memory: list[list[object]]) -> int:
    """Print the tables; 1 when something was wrong."""
    print_table(
        ["seen (once a second)", "times"], [[what, times] for what, times in watch.seen.most_common()]
    )
    print(f"\nrevisions published: {watch.newest}; wrong: {len(watch.wrong)}")
    for line in watch.wrong[:30]:
        print("  ", line)
    print()
    print_table(["minute", "JS heap MiB", "nodes", "listeners", "all processes MiB"], memory)
    return 1 if watch.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
