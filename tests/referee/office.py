"""The facts a roster is judged by, as plain data. They come from a JSON file that a person could have written:

{"offices": {"county": {
    "kind": "county", "timezone": "Asia/Shanghai", "rooms": ["第一接访室"],
    "leaders": [{"name", "role", "share" (percent), "first", "last", "leave": [[first, last], …],
                 "forbidden_weekdays": [0..6, Monday 0], "month_min", "month_max", "posts": [[post, first, last], …]}],
    "rules": [{"kind": "coverage" | "limit" | "spacing" | …, "spec": {…}}],
    "days_off": [date, …], "days_on": [date, …],
    "special_periods": [[first, last], …], "suspensions": [[first, last], …]}}}

Dates are "YYYY-MM-DD" and inclusive; null is open. Leaders stand in the order of the office's list.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class CannotJudge(Exception):
    """The referee does not know this kind of rule, year or fact, and says so instead of passing it."""


@dataclass(frozen=True)
class Days:
    """An inclusive stretch of days."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class LeaderFacts:
    """One leader, as the personnel office would write it down."""

    name: str
    role: str
    share: int
    term: Days
    leave: tuple[Days, ...]
    forbidden_weekdays: frozenset[int]
    month_min: int
    month_max: int | None
    posts: tuple[tuple[str, Days], ...]

    def is_present(self, day: dt.date) -> bool:
        """In office and not on leave: what the fair share counts."""
        return day in self.term and not any(day in away for away in self.leave)

    def may_serve(self, day: dt.date) -> bool:
        """Present, and the weekday is not forbidden."""
        return self.is_present(day) and day.weekday() not in self.forbidden_weekdays

    def post_on(self, day: dt.date) -> str:
        """The posts held on a day, as a roster prints them."""
        return "、".join(post for post, held in self.posts if day in held)


@dataclass(frozen=True)
class Coverage:
    """One leader on each of its days. `optional`: offers; how many are taken is up to the monthly minimum."""

    every_day: bool
    special_days: bool
    optional: bool
    times: tuple[str, str]


@dataclass(frozen=True)
class OfficeFacts:
    """Everything promised by one office. `least`, `most`: a month; asked where a leader has `needs` possible days."""

    code: str
    kind: str
    timezone: str
    rooms: tuple[str, ...]
    leaders: tuple[LeaderFacts, ...]
    coverage: Coverage
    distance: int
    least: int
    most: int | None
    needs: int
    carry_over: bool
    days_off: frozenset[dt.date]
    days_on: frozenset[dt.date]
    special_periods: tuple[Days, ...]
    suspensions: tuple[Days, ...]


def read_facts(text: str) -> dict[str, OfficeFacts]:
    """Facts by office code. Raises CannotJudge for a rule the referee does not know."""
    return {code: _office(code, raw) for code, raw in json.loads(text)["offices"].items()}


def _office(code: str, raw: Mapping[str, Any]) -> OfficeFacts:
    rules = _by_kind(code, raw["rules"])
    limit = rules.get("limit", {})
    leaders = tuple(_leader(leader) for leader in raw["leaders"])
    _refuse(code, limit.get("period", "month") != "month", "a limit that is not by the month")
    _refuse(code, bool(limit.get("leaders") or limit.get("role")), "a limit for some leaders only")
    _refuse(code, len({leader.name for leader in leaders}) != len(leaders), "two leaders of one name")
    return OfficeFacts(
        code=code,
        kind=raw["kind"],
        timezone=raw["timezone"],
        rooms=tuple(raw["rooms"]),
        leaders=leaders,
        coverage=_coverage(code, rules["coverage"]),
        distance=_distance(code, rules.get("spacing", {})),
        least=limit.get("min") or 0,
        most=limit.get("max"),
        needs=limit.get("needs") or 1,
        carry_over=rules.get("fairness", {}).get("carry_over", True),
        days_off=frozenset(map(dt.date.fromisoformat, raw["days_off"])),
        days_on=frozenset(map(dt.date.fromisoformat, raw["days_on"])),
        special_periods=tuple(_stretches(raw["special_periods"])),
        suspensions=tuple(_stretches(raw["suspensions"])),
    )


def _by_kind(code: str, rules: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    found = {rule["kind"]: rule["spec"] for rule in rules}
    _refuse(code, len(found) != len(rules), "two rules of one kind")
    _refuse(code, "coverage" not in found, "no coverage rule")
    unknown = set(found) - {"coverage", "limit", "spacing", "fairness"}
    _refuse(code, bool(unknown), f"rules of the kind {', '.join(sorted(unknown))}")
    return found


def _coverage(code: str, spec: Mapping[str, Any]) -> Coverage:
    when = spec["when"]["type"]
    _refuse(code, when not in ("every_day", "working_days"), f'days of the type "{when}"')
    _refuse(code, spec["sessions"] != ["day"], "half days")
    _refuse(
        code, spec["seats"] != [{"role": None, "leaders": []}], "several seats, or seats for some leaders"
    )
    _refuse(code, bool(spec["by_weekday"] or spec["rooms"]), "weekdays with a leader, or rooms, of their own")
    starts, ends = spec["times"]["day"]
    return Coverage(when == "every_day", spec["special_days"], spec["optional"], (starts, ends))


def _distance(code: str, spec: Mapping[str, Any]) -> int:
    """How many days two duties of one leader are apart at least: one duty in a window is a distance, too."""
    _refuse(code, spec.get("window_k", 1) != 1, "several duties in a window")
    return max(int(spec.get("min_gap", 1)), int(spec.get("window_days", 1)))


def _leader(raw: Mapping[str, Any]) -> LeaderFacts:
    return LeaderFacts(
        name=raw["name"],
        role=raw["role"],
        share=raw["share"],
        term=_stretch(raw["first"], raw["last"]),
        leave=tuple(_stretches(raw["leave"])),
        forbidden_weekdays=frozenset(raw["forbidden_weekdays"]),
        month_min=raw["month_min"],
        month_max=raw["month_max"],
        posts=tuple((post, _stretch(first, last)) for post, first, last in raw["posts"]),
    )


def _stretches(pairs: Iterable[tuple[str, str | None]]) -> Iterable[Days]:
    return (_stretch(first, last) for first, last in pairs)


def _stretch(first: str | None, last: str | None) -> Days:
    return Days(
        dt.date.fromisoformat(first) if first else dt.date.min,
        dt.date.fromisoformat(last) if last else dt.date.max,
    )


def _refuse(code: str, condition: bool, what: str) -> None:
    if condition:
        raise CannotJudge(f"{code} has {what}")
