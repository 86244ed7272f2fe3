"""A whole county: 27 rosters of a year built and published, beside a plain round robin.

    python -m benchmarks.county

The round robin goes down the list of leaders, passing over whoever may not serve that day. It keeps the hard rules
where it can, works in memory only and publishes nothing. Both are scored by the outside referee (`tests/referee`).
Distances are from the exact share, in duties, over the 26 offices whose days each need a leader.
"""

from __future__ import annotations

import datetime as dt
import http.client
import re
import resource
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks._report import print_table, print_title
from benchmarks._workspace import Workspace, workspace
from tests.referee import OfficeFacts, read_facts
from tests.referee.days import days_of, is_promised
from tests.referee.facts import dump_facts
from tests.referee.judge import evening_of
from tests.referee.promises import hard_violations
from tests.referee.schedule import Receiver, Schedule, Session, read_schedule

YEAR = 2026
BUDGET = 60.0  # seconds for the whole county on two cores


@dataclass(frozen=True)
class Result:
    """One way of making 27 rosters. `processor`: seconds of computing. `megabytes`: peak of the largest process."""

    name: str
    seconds: float
    processor: float
    megabytes: float | None
    broken: int
    largest: int
    total: int
    rest: int


def main() -> None:
    """Measure and print."""
    with workspace() as place:
        place.load_directory()
        print_title(f"27 rosters of {YEAR}, built and published", place.database)
        with Stopwatch(resource.RUSAGE_CHILDREN) as watch:
            printed, megabytes = follow(place.start(*place.build_command(YEAR, "--all", "--publish")))
        facts = read_facts(dump_facts(place.database_url))
        engine = score("engine", watch, megabytes, facts, published(place, facts))
        with Stopwatch(resource.RUSAGE_SELF) as watch:
            in_turn = {code: round_robin(office) for code, office in facts.items()}
        peer = score("round robin", watch, None, facts, in_turn)
    show([engine, peer])
    rosters = re.search(r"(\d+) of \d+ built, (\d+) published", printed)
    built = int(rosters[2]) if rosters else 0
    print(f"\n{built} published, {built / engine.seconds:.2f} rosters a second")
    kept = "kept" if engine.seconds <= BUDGET else "MISSED"
    print(f"budget {BUDGET:.0f} s: {kept} ({engine.seconds / BUDGET:.2f} of it)")


def show(results: list[Result]) -> None:
    """The table, and the ratio of the two."""
    engine, peer = results
    headers = [
        "method",
        "seconds",
        "processor s",
        "peak MB",
        "rules broken",
        "largest",
        "total distance",
        "rest days",
    ]
    rows: list[list[object]] = [
        [
            r.name,
            r.seconds,
            r.processor,
            r.megabytes,
            r.broken,
            r.largest / 1000,
            r.total / 1000,
            r.rest / 1000,
        ]
        for r in results
    ]
    ratios = [peer.largest / engine.largest, peer.total / engine.total, peer.rest / engine.rest]
    rows.append(
        ["ratio", peer.seconds / engine.seconds, peer.processor / engine.processor, None, None, *ratios]
    )
    print_table(headers, rows)


class Stopwatch:
    """Seconds by the clock, and seconds the processors worked for us or for our children."""

    def __init__(self, whose: int) -> None:
        self.whose = whose
        self.seconds = self.processor = 0.0

    def __enter__(self) -> Stopwatch:
        self.seconds, self.processor = -time.monotonic(), -self._worked()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds += time.monotonic()
        self.processor += self._worked()

    def _worked(self) -> float:
        used = resource.getrusage(self.whose)
        return used.ru_utime + used.ru_stime


def follow(process: subprocess.Popen[str]) -> tuple[str, float]:
    """Wait for the build; its words, and the largest resident set any of its processes ever had, in megabytes."""
    peak = 0
    family = psutil.Process(process.pid)
    while process.poll() is None:
        peak = max([peak, *map(highest_memory, [family, *children_of(family)])])
        time.sleep(0.1)
    output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the build ended with {process.returncode}:\n{output}{errors}")
    return output, peak / 1000


def children_of(process: psutil.Process) -> list[psutil.Process]:
    """All processes it started that still run."""
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def highest_memory(process: psutil.Process) -> int:
    """The high-water mark of a process, in kilobytes; 0 when it has ended."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) if found else 0


def published(place: Workspace, facts: dict[str, OfficeFacts]) -> dict[str, Schedule]:
    """What the public can read, by office."""
    with place.served() as port:
        return {code: read_schedule(fetch(port, f"/o/{code}/schedule.json")) for code in facts}


def fetch(port: int, path: str) -> str:
    """One page."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def round_robin(facts: OfficeFacts) -> Schedule:
    """The list from top to bottom again and again; who may not serve, or served too lately, is passed over."""
    sessions, last, turn = [], dict[str, dt.date](), 0
    for day in filter(lambda day: is_promised(day, facts), days_of(YEAR)):
        order = [facts.leaders[(turn + n) % len(facts.leaders)] for n in range(len(facts.leaders))]
        may = [leader for leader in order if leader.may_serve(day)]
        rested = [leader for leader in may if far_enough(day, last.get(leader.name), facts.distance)]
        leader = (rested or may or order)[0]
        turn, last[leader.name] = facts.leaders.index(leader) + 1, day
        receiver = Receiver(leader.name, leader.post_on(day), leader.role)
        starts, ends = facts.coverage.times
        sessions.append(Session(day, "day", starts, ends, facts.rooms[0], "held", (receiver,)))
    return Schedule(facts.code, 1, False, facts.timezone, tuple(sessions))


def far_enough(day: dt.date, before: dt.date | None, distance: int) -> bool:
    """Whether the leader's last duty is long enough ago."""
    return before is None or (day - before).days >= distance


def score(
    name: str,
    watch: Stopwatch,
    megabytes: float | None,
    facts: dict[str, OfficeFacts],
    schedules: dict[str, Schedule],
) -> Result:
    """What the referee says of 27 rosters together."""
    broken = [v for code, found in schedules.items() for v in hard_violations(facts[code], found, YEAR)]
    measures = [
        evening_of(facts[code], found, YEAR).measure()
        for code, found in schedules.items()
        if not facts[code].coverage.optional
    ]
    return Result(
        name=name,
        seconds=watch.seconds,
        processor=watch.processor,
        megabytes=megabytes,
        broken=len(broken),
        largest=max(measure[0] for measure in measures),
        total=sum(measure[1] for measure in measures),
        rest=sum(measure[3] for measure in measures),
    )


if __name__ == "__main__":
    main()
