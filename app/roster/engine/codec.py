"""Problem files: JSON in, dataclasses out, and back. Every mistake gets its path and a sentence in both languages.

The published form of this format is `docs/schema/problem.schema.json`; a test keeps the two together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.roster.engine.problem import (
    PERIODS,
    SESSIONS,
    SLOT_CLASSES,
    Busy,
    Held,
    Leader,
    Preference,
    Problem,
    ProblemError,
    Quota,
    Rules,
    Slot,
    replan,
)
from app.roster.engine.reading import Reader, as_date, as_text, as_weekday, fail, show
from app.roster.engine.run import parse_objective
from app.roster.engine.score import LEVELS

MILLI_LIMIT = 1_000_000


def read_busy(raw: object, path: str) -> Busy:
    if isinstance(raw, str):
        return Busy(as_date(raw, path))
    reader = Reader(raw, path)
    busy = Busy(reader.date("date"), reader.choice("session", SESSIONS, "day"))
    reader.finish()
    return busy


def read_held(raw: object, path: str) -> Held:
    if isinstance(raw, str):
        return Held(as_date(raw, path))
    reader = Reader(raw, path)
    held = Held(
        reader.date("date"), reader.flag("counts", False), reader.choice("cls", SLOT_CLASSES, "plain")
    )
    reader.finish()
    return held


def read_leader(raw: object, path: str, start: date, end: date) -> Leader:
    reader = Reader(raw, path)
    leader = Leader(
        id=reader.text("id"),
        role=reader.text("role", "deputy"),
        weight=reader.integer("weight", 100, high=10_000),
        start=reader.date("start", start),
        end=reader.date("end", end),
        leave=frozenset(reader.items("leave", as_date, ())),
        forbid_wd=frozenset(reader.items("forbid_wd", as_weekday, ())),
        carry=reader.integer("carry", 0, -MILLI_LIMIT, MILLI_LIMIT),
        carry_rest=reader.integer("carry_rest", 0, -MILLI_LIMIT, MILLI_LIMIT),
        month_min=reader.integer("month_min", 0, high=31),
        max_per_month=reader.optional_int("max_per_month"),
        name=reader.words("name"),
        busy=reader.items("busy", read_busy, ()),
        held=reader.items("held", read_held, ()),
        guest=reader.flag("guest", False),
    )
    reader.seen.add("name")
    reader.finish()
    return leader


def read_slot(raw: object, path: str) -> Slot:
    reader = Reader(raw, path)
    slot = Slot(
        id=reader.text("id"),
        date=reader.date("date"),
        cls=reader.choice("cls", SLOT_CLASSES, "plain"),
        need=None if reader.take("need", None) is None else reader.text("need"),
        special=reader.flag("special", False),
        session=reader.choice("session", SESSIONS, "day"),
        allowed=None if reader.take("allowed", None) is None else frozenset(reader.items("allowed", as_text)),
        group=None if reader.take("group", None) is None else reader.text("group"),
        label=reader.words("label"),
        optional=reader.flag("optional", False),
    )
    reader.finish()
    return slot


def read_rules(raw: object, path: str) -> Rules:
    reader = Reader(raw, path)
    rules = Rules(
        window_days=reader.integer("window_days", 1, low=1, high=3660),
        window_k=reader.integer("window_k", 1, low=1, high=3660),
        min_gap=reader.integer("min_gap", 1, high=3660),
        month_min_needs=reader.integer("month_min_needs", 1, high=366),
    )
    reader.finish()
    return rules


def read_pref(raw: object, path: str) -> Preference:
    reader = Reader(raw, path)
    has_date, has_weekday = reader.raw.get("date") is not None, reader.raw.get("weekday") is not None
    if has_date == has_weekday:
        fail(path, "请写 date 或 weekday 其中一项", "needs either a date or a weekday")
    pref = Preference(
        leader=reader.text("leader"),
        type=reader.choice("type", ("avoid", "prefer")),
        w=reader.integer("w", 1, high=10_000),
        date=reader.date("date") if has_date else None,
        weekday=reader.integer("weekday", high=6) if has_weekday else None,
    )
    reader.seen |= {"date", "weekday"}
    reader.finish()
    return pref


def read_quota(raw: object, path: str) -> Quota:
    reader = Reader(raw, path)
    quota = Quota(
        id=reader.text("id"),
        period=reader.choice("period", PERIODS),
        leaders=None if reader.take("leaders", None) is None else reader.items("leaders", as_text),
        min=reader.integer("min", 0),
        max=reader.optional_int("max"),
        needs=reader.integer("needs", 1),
        name=reader.words("name"),
        slots=None if reader.take("slots", None) is None else frozenset(reader.items("slots", as_text)),
    )
    reader.finish()
    return quota


def read_map(raw: object, path: str) -> dict[str, str | None]:
    reader = Reader(raw, path)
    return {
        key: None if value is None else as_text(value, reader.at(key)) for key, value in reader.raw.items()
    }


def problem_from_json(raw: Mapping[str, Any] | object) -> Problem:
    """Read a problem file already parsed from JSON; ProblemError names the path of the first bad value."""
    reader = Reader(raw, "")
    start, end = reader.date("start"), reader.date("end")
    problem = Problem(
        id=reader.text("id"),
        kind=reader.words("kind"),
        year=reader.integer("year", start.year, high=9999),
        start=start,
        end=end,
        coverage=reader.choice("coverage", ("exact", "at_most_one"), "exact"),
        leaders=reader.items("leaders", lambda item, path: read_leader(item, path, start, end)),
        slots=reader.items("slots", read_slot),
        rules=read_rules(reader.take("rules", {}), "rules"),
        levels=read_order(reader),
        pins=read_map(reader.take("pins", {}), "pins"),
        prefs=reader.items("prefs", read_pref, ()),
        quotas=reader.items("quotas", read_quota, ()),
        published=read_map(reader.take("published"), "published")
        if reader.raw.get("published") is not None
        else None,
        asof=reader.date("asof") if reader.raw.get("asof") is not None else None,
    )
    keep, days = reader.items("keep", as_text, ()), reader.integer("keep_days", 0, high=3660)
    reader.seen |= {"published", "asof"}
    reader.finish()
    check_problem(problem)
    return keep_published(problem, keep, days)


def read_order(reader: Reader) -> tuple[str, ...]:
    """The office's own order of the objectives."""
    names = reader.items("levels", as_text, ())
    for number, name in enumerate(names):
        try:
            parse_objective(name)
        except ValueError as error:
            fail(f"levels[{number}]", f"不认识的目标 {show(name)}；可用的有 {', '.join(LEVELS)}", str(error))
    return names


def keep_published(problem: Problem, keep: tuple[str, ...], days: int) -> Problem:
    """The options of a re-plan: slots whose published leader stays, and days from `asof` on which nothing moves."""
    known = {slot.id for slot in problem.slots}
    for index, slot_id in enumerate(keep):
        if slot_id not in known:
            fail(f"keep[{index}]", "没有这个接访时段", "there is no such slot")
    if problem.published is None or problem.asof is None:
        if keep or days:
            fail(
                "published",
                "keep 和 keep_days 需要 published 和 asof",
                "is missing: keep and keep_days need it",
            )
        return problem
    until = problem.asof + timedelta(days)
    return replan(problem, problem.published, problem.asof, keep_before=until, keep_slots=frozenset(keep))


def load_problem(path: Path) -> Problem:
    """Read a problem file from disk; ProblemError when it is not JSON or not a problem, OSError when unreadable."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ProblemError(
            f"line {error.lineno}, column {error.colno}",
            f"不是 JSON 文件：{error.msg}",
            f"is not JSON: {error.msg}",
        ) from error
    except UnicodeDecodeError as error:
        raise ProblemError("", "文件不是 UTF-8 文字", "the file is not UTF-8 text") from error
    return problem_from_json(raw)


def check_problem(problem: Problem) -> None:
    """What no single value can show: references, order of dates, repeated ids. Raises ProblemError."""
    if problem.end < problem.start:
        fail(
            "end",
            f"{problem.end} 早于开始日期 {problem.start}",
            f"{problem.end} is before start {problem.start}",
        )
    check_unique("leaders", [leader.id for leader in problem.leaders])
    check_unique("slots", [slot.id for slot in problem.slots])
    check_unique("quotas", [quota.id for quota in problem.quotas])
    for index, slot in enumerate(problem.slots):
        if not problem.start <= slot.date <= problem.end:
            fail(
                f"slots[{index}].date",
                f"{slot.date} 不在 {problem.start} 至 {problem.end} 之内",
                f"{slot.date} is outside {problem.start} to {problem.end}",
            )
    check_references(problem)
    check_replan(problem)


def check_unique(path: str, ids: list[str]) -> None:
    first: dict[str, int] = {}
    for index, value in enumerate(ids):
        if value in first:
            fail(
                f"{path}[{index}].id",
                f"{show(value)} 与 {path}[{first[value]}] 重复",
                f"{show(value)} repeats {path}[{first[value]}]",
            )
        first[value] = index


def check_references(problem: Problem) -> None:
    leaders = {leader.id for leader in problem.leaders}
    slots = {slot.id for slot in problem.slots}

    def leader_at(path: str, leader_id: str) -> None:
        if leader_id not in leaders:
            fail(path, f"没有编号为 {show(leader_id)} 的领导", f"there is no leader {show(leader_id)}")

    for slot_id, leader_id in problem.pins.items():
        if slot_id not in slots:
            fail(f"pins.{slot_id}", "没有这个接访时段", "there is no such slot")
        if leader_id is not None:
            leader_at(f"pins.{slot_id}", leader_id)
    for index, pref in enumerate(problem.prefs):
        leader_at(f"prefs[{index}].leader", pref.leader)
    for index, quota in enumerate(problem.quotas):
        for place, leader_id in enumerate(quota.leaders or ()):
            leader_at(f"quotas[{index}].leaders[{place}]", leader_id)
        for slot_id in sorted((quota.slots or frozenset()) - slots):
            fail(f"quotas[{index}].slots", f"没有时段 {show(slot_id)}", f"there is no slot {show(slot_id)}")


def check_replan(problem: Problem) -> None:
    if problem.published is None and problem.asof is not None:
        fail("published", "给出了 asof，还需要 published", "is missing although asof is given")
    if problem.published is not None and problem.asof is None:
        fail("asof", "给出了 published，还需要 asof", "is missing although published is given")
