# ruff: noqa: T201
"""A lobby screen in real Chromium for as long as you like, on bad days that pass quickly.

    python -m tests.chaos.screens_soak [--minutes 60] [--speed 10] [--step 15] [--seed 1] [--pictures FOLDER]

A server as `make run` starts it, a proxy that cuts, slows, halves and lies, and a roster that changes; the clock of all
of them runs `--speed` times as fast, and nights and fortnights are skipped. The server is restarted, the token revoked and
given anew, the box's clock jumps, its storage is full, its service worker is ended, it starts anew, it has two tabs.
Every second each tab is compared with what is true (tests/chaos/hall/judge.py). Prints what was seen, everything that
was wrong, and the memory of the page through the run. Exit code 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Error, sync_playwright

from benchmarks._report import print_table, print_title
from benchmarks._workspace import Workspace, free_port, workspace
from tests.chaos.flaky import MODES, FlakyProxy
from tests.chaos.hall.box import Box, picture
from tests.chaos.hall.clock import SHANGHAI, Times, clock_file
from tests.chaos.hall.judge import Judge
from tests.chaos.hall.office import HallOffice, serve, stop

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
ARGUMENTS = [
    *("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"),
    # both tabs are judged, also the one behind
    *("--disable-background-timer-throttling", "--disable-renderer-backgrounding"),
    "--disable-backgrounding-occluded-windows",
]
HOUR, DAY = 3600.0, 86_400.0
PATIENCE = 10.0  # simulated seconds in which an answer must have come (server.js)
REACHING = ("ok", "slow", "halves")  # modes in which an answer may reach the screen
MOST = 40  # wrong ones printed
ENROLLED_AFTER = (5.0, 40.0)  # real seconds after the token was revoked; the judge wants its code after 16


class Soak:
    """The run: what holds now, and the faults that change it."""

    def __init__(
        self, place: Workspace, box: Box, proxy: FlakyProxy, office: HallOffice, judge: Judge, times: Times
    ) -> None:
        self.box, self.proxy, self.office, self.judge, self.times = box, proxy, office, judge, times
        self.place, self.server = place, serve(place, proxy.upstream)
        self.last_day = max(day for day, _session in office.plans[1])
        self.throttled = False
        self.enrol_at = 0.0  # real seconds: when somebody enrols the revoked box again
        self.done: Counter[str] = Counter()
        self.skipped_days = 0.0

    @property
    def now(self) -> float:
        """The simulated instant."""
        return self.times.now()

    @property
    def local(self) -> dt.datetime:
        """The same, on the hall's wall."""
        return dt.datetime.fromtimestamp(self.now, SHANGHAI)

    def settle_again(self) -> None:
        """Something happened: what "for a while" means begins anew."""
        good = self.proxy.mode == "ok" and not self.throttled
        self.judge.good_since = self.now if good else None

    def note_contact(self) -> None:
        """Answers may reach the screen at this moment; a server without time for them is no good network."""
        if not self.server_is_quick():
            self.settle_again()
        if self.proxy.mode in REACHING:
            self.judge.contact_at = self.now

    def server_is_quick(self) -> bool:
        """Does it answer within half the player's patience, which passes `speed` times as fast as here?"""
        address = f"http://127.0.0.1:{self.proxy.upstream}/healthz"
        with suppress(OSError):
            urlopen(address, timeout=PATIENCE / 2 / self.times.speed).close()
            return True
        return False

    # faults, by name in FAULTS

    def network(self) -> None:
        """Another network, or the good one again."""
        bad = self.proxy.mode != "ok" or self.throttled
        if self.throttled:
            self.box.throttle(on=False)
            self.throttled = False
        self.proxy.mode = "ok" if bad else random.choice([mode for mode in MODES if mode != "ok"])
        self.settle_again()

    def slow_line(self) -> None:
        """The browser's own line becomes slow."""
        self.throttled = not self.throttled
        self.box.throttle(self.throttled)
        self.settle_again()

    def change(self) -> None:
        """A revision is published."""
        if self.judge.revoked:
            return
        self.office.change(self.local)
        self.judge.newest_since[self.office.newest] = self.now

    def restart_server(self) -> None:
        """The server ends and starts again."""
        self.judge.good_since = None
        stop(self.server)
        time.sleep(random.uniform(0, 5))
        self.server = serve(self.place, self.proxy.upstream)
        self.settle_again()

    def power_cut(self) -> None:
        """The box starts anew."""
        if not self.box.reload():
            self.judge.wrong.append(f"{self.local:%m-%d %H:%M:%S} [{self.proxy.mode}] did not come up")
        self.settle_again()

    def skip(self) -> None:
        """Time passes: hours, a night, days, more than a fortnight."""
        if self.local.date() > self.last_day - dt.timedelta(days=60):
            return
        step = random.choice([HOUR, 3 * HOUR, 12 * HOUR, DAY, 3 * DAY, 13 * DAY, 16 * DAY])
        mode, self.proxy.mode = self.proxy.mode, "cut"  # no answer by the one clock may meet the other
        self.times.skipped += step
        self.times.save(clock_file())
        self.skipped_days += step / DAY
        self.box.follow_times()
        self.proxy.mode = mode
        self.settle_again()

    def clock_jump(self) -> None:
        """The box's clock is wrong, by minutes or by a year."""
        step = random.choice([200, 1800, 5 * HOUR, 3 * DAY, 400 * DAY]) * random.choice([-1, 1])
        self.times.drift = 0.0 if self.times.drift else step
        self.box.follow_times()
        self.settle_again()

    def full_storage(self) -> None:
        """No room to keep anything."""
        self.box.fill_storage()

    def room_again(self) -> None:
        """Room to keep things; the page must start anew for it."""
        self.box.empty_storage()
        self.power_cut()

    def dead_worker(self) -> None:
        """The service worker is ended."""
        self.box.kill_worker()

    def tabs(self) -> None:
        """A second tab comes or goes."""
        self.box.second_tab()

    def revoked(self) -> None:
        """The token is revoked; somebody comes a while later (`enrol_again`)."""
        if self.judge.revoked:
            return
        self.office.revoke()
        self.judge.revoked = True
        self.enrol_at = time.time() + random.uniform(*ENROLLED_AFTER)
        self.settle_again()

    def enrol_again(self) -> None:
        """Somebody comes and enrols the revoked box by the code it shows; without a good code, a while later."""
        if not self.judge.revoked or time.time() < self.enrol_at:
            return
        shown = self.box.look()
        if shown and shown["code"] and self.office.approve(shown["code"]):
            self.judge.revoked = False
            self.settle_again()
        self.enrol_at = time.time() + ENROLLED_AFTER[0]


Fault = Callable[[Soak], None]
FAULTS: dict[Fault, int] = {
    Soak.network: 12, Soak.slow_line: 2, Soak.change: 8, Soak.restart_server: 2, Soak.power_cut: 4, Soak.skip: 4,
    Soak.clock_jump: 3, Soak.full_storage: 2, Soak.room_again: 2, Soak.dead_worker: 2, Soak.tabs: 2, Soak.revoked: 2,
}  # fmt: skip


def main() -> int:
    """Run and report; 0 when everything was as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.screens_soak")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--speed", type=float, default=10, help="how fast the clocks run")
    parser.add_argument("--step", type=float, default=15, help="seconds between two faults, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", type=Path, help="where photographs of wrong screens go")
    options = parser.parse_args()
    random.seed(options.seed)
    with workspace() as place:
        place.environment["SIMULATED_CLOCK"] = str(place.folder / "clock.json")
        os.environ.update({key: value for key, value in place.environment.items() if key.isupper()})
        place.load_directory()
        print_title(f"A lobby screen for {options.minutes:g} minutes of bad days", place.database)
        return run(place, options)


def run(place: Workspace, options: argparse.Namespace) -> int:
    """Set everything up, let the time pass, report."""
    monday = dt.datetime(2026, 11, 23, 7, tzinfo=SHANGHAI)
    times = Times(base=monday.timestamp(), began=time.time(), speed=options.speed)
    times.save(clock_file())
    office = HallOffice(monday.date())
    judge = Judge(office.plans, options.speed, newest_since={1: times.now()}, good_since=times.now())
    proxy = FlakyProxy(free_port())
    memory: list[list[object]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        box = Box(context, f"http://127.0.0.1:{proxy.port}", office.enrol(), times)
        soak = Soak(place, box, proxy, office, judge, times)
        try:
            box.start()
            soak.settle_again()
            soak.note_contact()
            pass_time(soak, options, memory)
        finally:
            browser.close()
            proxy.close()
            stop(soak.server)
    return report(soak, memory)


def pass_time(soak: Soak, options: argparse.Namespace, memory: list[list[object]]) -> None:
    """Until the time is over: misbehave, look, compare."""
    began = time.time()
    until, next_memory, next_fault = began + options.minutes * 60, began, began + options.step
    while (at := time.time()) < until:
        if at >= next_memory:
            memory.append([f"{(at - began) / 60:.1f}", *soak.box.memory()])
            next_memory = at + options.minutes * 60 / 12
        if at >= next_fault:
            strike(soak)
            next_fault = time.time() + options.step * random.uniform(0.2, 1.8)
        soak.enrol_again()
        soak.note_contact()
        look(soak, options.pictures)
        time.sleep(1)
    memory.append([f"{(time.time() - began) / 60:.1f}", *soak.box.memory()])


def strike(soak: Soak) -> None:
    """One fault, or the end of one."""
    fault = random.choices(list(FAULTS), list(FAULTS.values()))[0]
    soak.done[fault.__name__] += 1
    try:
        fault(soak)
    except Error as error:
        print(fault.__name__, str(error).splitlines()[0], file=sys.stderr)


def look(soak: Soak, pictures: Path | None) -> None:
    """Every tab, compared."""
    what = soak.proxy.mode + (" throttled" if soak.throttled else "")
    for page in [soak.box.page, *soak.box.other_pages]:
        shown = soak.box.look(page)
        if shown and shown["kind"] == "starting":
            continue
        faults = soak.judge.judge(shown, soak.now, what)
        if faults and len(soak.judge.wrong) < MOST:
            print(soak.judge.wrong[-1], file=sys.stderr, flush=True)
            picture(soak.box, pictures, len(soak.judge.wrong))


def report(soak: Soak, memory: list[list[object]]) -> int:
    """Print the tables; 1 when something was wrong."""
    judge = soak.judge
    print(
        f"\n{soak.skipped_days:.1f} days skipped, until {soak.local:%Y-%m-%d %H:%M}; revisions: {soak.office.newest}"
    )
    print_table(["fault", "times"], [[what, times] for what, times in soak.done.most_common()])
    print()
    print_table(["seen", "times"], [[what, times] for what, times in judge.seen.most_common()])
    print(f"\nwrong: {len(judge.wrong)}")
    for line in judge.wrong[:MOST]:
        print("  ", line)
    print()
    print_table(["minute", "JS heap MiB", "nodes", "listeners", "all processes MiB"], memory)
    return 1 if judge.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
