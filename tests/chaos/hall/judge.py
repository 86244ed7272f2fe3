"""What a screen shows, compared with what is true. Plain Python.

Always: a page of the player and no other; the names of exactly one revision at exactly this time; the right time or none;
not marked as offline only while that revision was the newest a minute ago; no names past the fourteenth day. And when the
network has been good for a while: the newest revision, or the code of a screen that is revoked.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.hall.clock import SHANGHAI

HOURS = {"am": (dt.time(8, 30), dt.time(12)), "pm": (dt.time(14, 30), dt.time(17, 30))}
Plan = dict[tuple[dt.date, str], str | None]  # day and session -> leader; None: suspended

UNMARKED = (
    60 + 10
)  # seconds after the last contact in which a screen need not say that it is offline; one slow answer
GOOD_AFTER = 60.0  # simulated seconds of a good network (back-off and poll) …
GOOD_AFTER_REAL = 10.0  # … and real ones, for a machine that has other things to do
LOOSE_REAL = 4.0  # real seconds between what is read and what is compared
FORTNIGHT = 14

READ = """() => ({
  kind: document.body ? document.body.dataset.kind ?? "" : "starting", player: document.body?.dataset.player ?? "",
  revision: Number((document.querySelector("#as-of")?.textContent ?? "").match(/第 (\\d+) 版/)?.[1] ?? 0),
  late: document.body?.classList.contains("is-late") ?? false,
  names: [...document.querySelectorAll("#focus .name")].map((one) => one.textContent),
  coming: [...document.querySelectorAll(".coming-who")].map((one) => one.firstChild.textContent),
  clock: document.querySelector("#clock")?.textContent ?? "",
  code: document.querySelector(".enrol-code")?.textContent.replace(" ", "") ?? "" })"""


def upcoming(plan: Plan, now: dt.datetime) -> list[tuple[dt.date, str]]:
    """The sessions somebody receives in that are not over at `now` (local), in order."""
    local = now.replace(tzinfo=None)
    return sorted(
        key for key, who in plan.items() if who and dt.datetime.combine(key[0], HOURS[key[1]][1]) > local
    )


def expected(plan: Plan, now: dt.datetime) -> list[str]:
    """Who receives at `now` (local) or next, and those to come after that."""
    return [plan[key] or "" for key in upcoming(plan, now)[:5]]


@dataclass
class Judge:
    """Keeps since when what is so, all in simulated seconds since 1970; `looseness` is what reading may take."""

    plans: Mapping[int, Plan]
    speed: float
    newest_since: dict[int, float] = field(default_factory=dict)
    good_since: float | None = 0.0
    contact_at: float = 0.0  # the last moment an answer could have reached the screen
    revoked: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def looseness(self) -> float:
        """Simulated seconds between the page's moment and the judge's."""
        return LOOSE_REAL * self.speed

    def judge(self, shown: Mapping[str, Any] | None, now: float, what: str) -> list[str]:
        """Everything that is wrong at `now`; `what` says which faults hold."""
        faults = ["an error page"] if shown is None or not shown["player"] else self._faults(shown, now)
        self.seen[self._verdict(shown) if shown else "error page"] += 1
        at = dt.datetime.fromtimestamp(now, SHANGHAI)
        self.wrong += [f"{at:%m-%d %H:%M:%S} [{what}] {fault}: {shown}" for fault in faults]
        return faults

    def _verdict(self, shown: Mapping[str, Any]) -> str:
        if not shown["names"]:
            return {"expired": "ask at the desk", "enrol": "enrolment"}.get(
                shown["kind"], shown["kind"] or "?"
            )
        if shown["late"]:
            return "names, marked as offline"
        return "the newest" if shown["revision"] == max(self.plans) else "an older one, just now superseded"

    def _faults(self, shown: Mapping[str, Any], now: float) -> list[str]:
        found = []
        if shown["clock"] and not self._near(shown["clock"], now):
            found.append("a wrong time")
        if shown["names"] or shown["coming"]:
            found += self._about_names(shown, now)
        if self._settled(now):
            found += self._about_freshness(shown)
        return found

    def _about_names(self, shown: Mapping[str, Any], now: float) -> list[str]:
        found = []
        if not self._true(shown, now):
            found.append(f"names that are not those of revision {shown['revision']} now")
        superseded = self.newest_since.get(shown["revision"] + 1)
        unmarked = UNMARKED + self.looseness
        if not shown["late"] and superseded is not None and now - superseded > unmarked:
            found.append(f"old by {now - superseded:.0f} s and not marked")
        if (_day(now - self.looseness) - _day(self.contact_at)).days > FORTNIGHT:
            found.append("names past the fourteenth day")
        return found

    def _true(self, shown: Mapping[str, Any], now: float) -> bool:
        plan = self.plans.get(shown["revision"])
        names = [*shown["names"], *shown["coming"]]
        moments = (now - self.looseness, now, now + self.looseness)
        return plan is not None and any(_agree(names, expected(plan, _local(at))) for at in moments)

    def _near(self, text: str, now: float) -> bool:
        hours, minutes = text.split(":")
        local = _local(now)
        apart = abs(int(hours) * 60 + int(minutes) - local.hour * 60 - local.minute)
        return min(apart, 24 * 60 - apart) <= 3 + self.looseness / 60

    def _settled(self, now: float) -> bool:
        if self.good_since is None:
            return False
        since = max(self.good_since, self.newest_since[max(self.plans)])
        return now - since > GOOD_AFTER + GOOD_AFTER_REAL * self.speed

    def _about_freshness(self, shown: Mapping[str, Any]) -> list[str]:
        if self.revoked:
            return [] if shown["code"] and not shown["names"] else ["revoked, and no code"]
        fresh = shown["names"] and not shown["late"] and shown["revision"] == max(self.plans)
        return [] if fresh else ["the network is good and the screen is not"]


def _agree(names: Sequence[str], plan: Sequence[str]) -> bool:
    """Are these the first ones of the plan? A screen shows as many as it has room for."""
    shown = min(len(names), len(plan))
    return shown > 0 and list(names[:shown]) == list(plan[:shown])


def _local(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, SHANGHAI)


def _day(seconds: float) -> dt.date:
    return _local(seconds).date()
