"""From the JSON of a rule to the rule, or one sentence that names the field at fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from app.calendar.rules import EveryWorkingDay, MakeUpPolicy
from app.roster.errors import BadRule
from app.roster.rules.exceptions import read_exceptions
from app.roster.rules.model import (
    DEFAULT_TIMES,
    KINDS,
    LEVELS,
    MOST_SEATS,
    MOST_WEIGHT,
    PERIODS,
    ROLES,
    SESSIONS,
    AnyRule,
    CoverageRule,
    FairnessRule,
    LimitRule,
    OnCallRule,
    SeatNeed,
    SpacingRule,
)
from app.roster.rules.patterns import parse_when
from app.roster.rules.reading import (
    as_object,
    choice,
    flag,
    items,
    numbers,
    one_date,
    one_time,
    optional_whole,
    refuse_unknown,
    text,
    whole,
    wrong,
)

_LARGEST_ID = 2**31 - 1
_LONGEST = 366
WEEKDAY_KEYS = tuple("0123456")


def parse_rule(kind: str, spec: object) -> AnyRule:
    """The checked rule of a kind (one of KINDS). Raises BadRule naming the field and how to mend it."""
    if kind not in KINDS:
        raise BadRule("kind", f"没有“{kind}”这种规则。", f'There is no kind of rule "{kind}".')
    return _READERS[kind](as_object(spec, "spec"))


def _coverage(spec: Mapping[str, Any]) -> CoverageRule:
    refuse_unknown(
        spec,
        (
            "when",
            "sessions",
            "times",
            "seats",
            "rooms",
            "optional",
            "special_days",
            "by_weekday",
            "decisions",
            "note",
            "place",
            "exceptions",
        ),
    )
    when = as_object(spec.get("when"), "when")
    pattern = parse_when(when)
    sessions = _sessions(spec)
    rooms, place = numbers(spec, "rooms", 1, _LARGEST_ID, most=20), text(spec, "place", 200)
    if rooms and place:
        raise wrong(
            "place",
            "和接待室只能填写一项：外出接访没有接待室",
            "or rooms, not both: off-site there is no room",
        )
    return CoverageRule(
        pattern=pattern,
        when=dict(when),
        sessions=sessions,
        times=_times(spec, sessions),
        seats=_seats(spec),
        rooms=rooms,
        optional=flag(spec, "optional", False),
        special_days=flag(spec, "special_days", isinstance(pattern, EveryWorkingDay)),
        by_weekday=_by_weekday(spec),
        decisions=_decisions(spec),
        note=text(spec, "note", 120),
        place=place,
        exceptions=read_exceptions(spec),
    )


def _sessions(spec: Mapping[str, Any]) -> tuple[str, ...]:
    found = items(spec, "sessions", 1, 2) if "sessions" in spec else ["day"]
    if any(name not in SESSIONS for name in found) or ("day" in found and len(found) > 1):
        raise wrong("sessions", "请选择全天，或上午、下午", "choose all day, or morning and afternoon")
    return tuple(name for name in SESSIONS if name in found)


def _times(spec: Mapping[str, Any], sessions: tuple[str, ...]) -> dict[str, tuple[dt.time, dt.time]]:
    given = as_object(spec.get("times", {}), "times")
    refuse_unknown(given, SESSIONS)
    found: dict[str, tuple[dt.time, dt.time]] = {}
    for name in sessions:
        if name not in given:
            found[name] = DEFAULT_TIMES[name]
            continue
        pair = items(given, name, 2, 2)
        found[name] = (one_time(pair[0], "times"), one_time(pair[1], "times"))
        if found[name][0] >= found[name][1]:
            raise wrong("times", "的结束应晚于开始", "the end must be after the start")
    if "am" in found and "pm" in found and found["am"][1] > found["pm"][0]:
        raise wrong(
            "times", "中上午的结束不能晚于下午的开始", "the morning must end before the afternoon starts"
        )
    return found


def _seats(spec: Mapping[str, Any]) -> tuple[SeatNeed, ...]:
    found = items(spec, "seats", 1, MOST_SEATS) if "seats" in spec else [{}]
    return tuple(_seat(as_object(value, "seats")) for value in found)


def _seat(value: Mapping[str, Any]) -> SeatNeed:
    refuse_unknown(value, ("role", "leaders"))
    return SeatNeed(_role(value), numbers(value, "leaders", 1, _LARGEST_ID))


def _by_weekday(spec: Mapping[str, Any]) -> dict[int, SeatNeed]:
    given = as_object(spec.get("by_weekday", {}), "by_weekday")
    if any(day not in WEEKDAY_KEYS for day in given):
        raise wrong("by_weekday", "应为 0（周一）到 6（周日）", "name the weekdays 0 (Monday) to 6 (Sunday)")
    return {int(day): _seat(as_object(value, "by_weekday")) for day, value in given.items()}


def _role(spec: Mapping[str, Any]) -> str | None:
    return None if spec.get("role") is None else choice(spec, "role", ROLES)


def _decisions(spec: Mapping[str, Any]) -> dict[dt.date, MakeUpPolicy]:
    given = as_object(spec.get("decisions", {}), "decisions")
    answers = [MakeUpPolicy.OWN_WEEKDAY.value, MakeUpPolicy.REPLACED_WEEKDAY.value]
    return {
        one_date(day, "decisions"): MakeUpPolicy(choice({"decisions": answer}, "decisions", answers))
        for day, answer in given.items()
    }


def _limit(spec: Mapping[str, Any]) -> LimitRule:
    refuse_unknown(spec, ("period", "min", "max", "leaders", "role", "needs"))
    rule = LimitRule(
        period=choice(spec, "period", PERIODS),
        least=whole(spec, "min", 0, 0, _LONGEST),
        most=optional_whole(spec, "max", 0, _LONGEST),
        leaders=numbers(spec, "leaders", 1, _LARGEST_ID),
        role=_role(spec),
        needs=whole(spec, "needs", 1, 1, _LONGEST),
    )
    if rule.least == 0 and rule.most is None:
        raise wrong("min", "和“最多次数”至少填写一项", "give a minimum, a maximum, or both")
    if rule.most is not None and rule.most < rule.least:
        raise wrong(
            "max", f"不能少于最少次数 {rule.least}", f"it cannot be below the minimum of {rule.least}"
        )
    if rule.leaders and rule.role:
        raise wrong("role", "与指定的领导只能选一项", "choose either a role or certain leaders")
    return rule


def _spacing(spec: Mapping[str, Any]) -> SpacingRule:
    refuse_unknown(spec, ("min_gap", "window_days", "window_k"))
    rule = SpacingRule(
        min_gap=whole(spec, "min_gap", 1, 1, _LONGEST),
        window_days=whole(spec, "window_days", 1, 1, _LONGEST),
        window_k=whole(spec, "window_k", 1, 1, _LONGEST),
    )
    if rule.min_gap == 1 and rule.window_days == 1:
        raise wrong("min_gap", "或时间窗至少填写一项", "give a gap of at least 2 days, or a window")
    return rule


def _on_call(spec: Mapping[str, Any]) -> OnCallRule:
    refuse_unknown(spec, ("leaders", "note"))
    return OnCallRule(numbers(spec, "leaders", 1, _LARGEST_ID, least=1), text(spec, "note", 200))


def _fairness(spec: Mapping[str, Any]) -> FairnessRule:
    refuse_unknown(spec, ("levels", "carry_over", "elsewhere", "suspended"))
    levels = items(spec, "levels", 1, len(LEVELS)) if "levels" in spec else list(LEVELS)
    parts = [part for level in levels for part in weighed(level)]
    if any(level not in LEVELS for level, _ in parts) or len({level for level, _ in parts}) < len(parts):
        shown = ", ".join(LEVELS)
        raise wrong("levels", f"应为 {shown}，每项最多一次", f"use {shown}, each at most once")
    if any("3a" in dict(weighed(level)) and level != "3a" for level in levels):
        raise wrong(
            "levels",
            "中“两次接访的最短间隔”只能单独排序，不能与其他目标加权合并",
            "the shortest gap stands alone; it cannot be weighed against other goals",
        )
    return FairnessRule(
        tuple(levels),
        flag(spec, "carry_over", True),
        flag(spec, "elsewhere", True),
        flag(spec, "suspended", False),
    )


def weighed(level: object) -> list[tuple[str, int]]:
    """A level, or levels joined by weights: "4*2+5" is 4 twice and 5 once. Raises BadRule for a weight out of range."""
    found = []
    for part in str(level).split("+"):
        name, _, weight = part.strip().partition("*")
        if weight and not (weight.isdecimal() and 1 <= int(weight) <= MOST_WEIGHT):
            raise wrong(
                "levels",
                f"的权重应为 1 到 {MOST_WEIGHT} 的整数",
                f"a weight is a whole number from 1 to {MOST_WEIGHT}",
            )
        found.append((name, int(weight or 1)))
    return found


_READERS: Mapping[str, Callable[[Mapping[str, Any]], AnyRule]] = {
    "coverage": _coverage,
    "limit": _limit,
    "spacing": _spacing,
    "on_call": _on_call,
    "fairness": _fairness,
}
