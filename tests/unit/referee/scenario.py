"""A small office with facts written by hand, and a roster of a year that keeps every promise, to be broken."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from tests.referee import OfficeFacts, Violation, judge, read_facts
from tests.referee.days import days_of, is_promised, is_suspended
from tests.referee.evenness import Evening
from tests.referee.judge import class_of, who_may
from tests.referee.shares import FAMILIES, split_days

CODE = "town-01"
Json = dict[str, Any]


def leader(name: str, **more: Any) -> Json:
    """A leader who is always there."""
    plain = {
        "name": name,
        "role": "deputy",
        "share": 100,
        "first": "2021-09-01",
        "last": None,
        "leave": [],
        "forbidden_weekdays": [],
        "month_min": 0,
        "month_max": None,
        "posts": [["副镇长", "2021-09-01", None]],
    }
    return plain | more


def office(*, when: str = "every_day", special: bool = False, optional: bool = False, **more: Any) -> Json:
    """An office of five: one on leave in spring, one leaving in June, one who never serves on Mondays."""
    coverage = {
        "when": {"type": when},
        "sessions": ["day"],
        "times": {"day": ["08:30", "17:30"]},
        "seats": [{"role": None, "leaders": []}],
        "rooms": [],
        "by_weekday": {},
        "optional": optional,
        "special_days": special,
    }
    plain = {
        "kind": "township",
        "timezone": "Asia/Shanghai",
        "rooms": ["接访室"],
        "leaders": [
            leader("甲明", role="lead", posts=[["党委书记", "2021-09-01", None]]),
            leader("乙文", leave=[["2026-03-02", "2026-03-20"], ["2026-07-01", "2026-07-31"]]),
            leader("丙志", last="2026-06-30"),
            leader("丁建", forbidden_weekdays=[0]),
            leader(
                "戊国", share=50, posts=[["副镇长", None, "2026-05-10"], ["人大主席", "2026-05-11", None]]
            ),
        ],
        "rules": [{"kind": "coverage", "spec": coverage}],
        "days_off": [],
        "days_on": [],
        "special_periods": [],
        "suspensions": [],
    }
    return plain | more


def facts_of(raw: Json) -> OfficeFacts:
    """The office as the referee reads it."""
    return read_facts(json.dumps({"offices": {CODE: raw}}))[CODE]


def best_roster(raw: Json, year: int = 2026) -> Json:
    """The most even schedule of a year, as the public JSON has it; distances are not looked at."""
    facts = facts_of(raw)
    days = [day for day in days_of(year) if is_promised(day, facts) and not is_suspended(day, facts)]
    allowed = [who_may(facts, day) for day in days]
    evening = Evening(
        classes=[class_of(facts, day) for day in days],
        allowed=allowed,
        holder=[sorted(who)[turn % len(who)] for turn, who in enumerate(allowed)],
        shares=[split_days(facts, days, family) for family in FAMILIES],
    )
    evening.improve()
    pairs = zip(days, evening.holder, strict=True)
    return schedule([session(facts, day, facts.leaders[number].name) for day, number in pairs], year)


def schedule(sessions: list[Json], year: int = 2026) -> Json:
    """The public schedule."""
    return {
        "office": CODE,
        "revision": 1,
        "provisional": year == 2027,
        "timezone": "Asia/Shanghai",
        "sessions": sessions,
    }


def session(facts: OfficeFacts, day: dt.date, name: str) -> Json:
    """One session of one leader, with the post of the day."""
    who = next(entry for entry in facts.leaders if entry.name == name)
    return {
        "date": day.isoformat(),
        "session": "day",
        "start": "08:30",
        "end": "17:30",
        "room": "接访室",
        "status": "held",
        "leaders": [{"name": name, "post": who.post_on(day), "role": who.role}],
    }


def on(roster: Json, day: str) -> Json:
    """The session of a day."""
    return next(entry for entry in roster["sessions"] if entry["date"] == day)


def put(raw: Json, roster: Json, day: str, name: str) -> None:
    """Give a day to a leader, with the right post."""
    facts = facts_of(raw)
    roster["sessions"] = [
        session(facts, dt.date.fromisoformat(day), name) if entry["date"] == day else entry
        for entry in roster["sessions"]
    ]


def verdict(raw: Json, roster: Json, year: int = 2026) -> list[Violation]:
    """What the referee says."""
    return judge(facts_of(raw), json.dumps(roster, ensure_ascii=False), year)


def kinds(raw: Json, roster: Json, year: int = 2026) -> set[str]:
    """The kinds of promises the referee finds broken."""
    return {violation.kind for violation in verdict(raw, roster, year)}


def broken(roster: Json, change: Callable[[Json], object]) -> Json:
    """A copy of the schedule with one thing changed."""
    copied = copy.deepcopy(roster)
    change(copied)
    return copied
