"""The `when` of a coverage rule: a small JSON object that names a pattern of the calendar.

    {"type": "working_days"}                         every working day
    {"type": "every_day"}                            every calendar day
    {"type": "weekdays", "weekdays": [1, 3]}         every Tuesday and Thursday (Monday 0)
    {"type": "month_weekdays", "ordinals": [1, 4], "weekdays": [2]}   1st and 4th Wednesday (-1: the last)
    {"type": "month_days", "days": [5, 20]}          days of each month (-1: the last)
    {"type": "rrule", "rule": "FREQ=…", "start": "2026-01-05"}        RFC 5545
    {"type": "dates", "dates": ["2026-05-09"]}       picked one by one
    {"type": "lunar", "days": [1, 15]}               of every lunar month
    {"type": "market", "endings": [3, 8], "lunar": true}              market days
    {"type": "every_nth", "anchor": "2026-01-03", "interval": 3}      every third day

All but the first two may carry `policy` (what becomes of a day on a holiday), `moves_on`, and those that name
weekdays `make_up`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from app.calendar.errors import CalendarError
from app.calendar.rrule import WEEKDAYS
from app.calendar.rules import (
    EveryDay,
    EveryNthDay,
    EveryWorkingDay,
    ExplicitDates,
    HolidayPolicy,
    LunarDays,
    MakeUpPolicy,
    MarketDays,
    MovesOn,
    Recurrence,
    RuleDays,
)
from app.roster.errors import BadRule
from app.roster.rules.reading import (
    choice,
    flag,
    items,
    numbers,
    one_date,
    refuse_unknown,
    text,
    whole,
    wrong,
)

Made = TypeVar("Made")
SINCE = dt.date(2000, 1, 3)  # a Monday, where a pattern needs a first day and the rule gives none
_COMMON = ("type", "policy", "moves_on")


def parse_when(when: Mapping[str, Any]) -> Recurrence:
    """The pattern. Raises BadRule naming the field."""
    kind = choice(when, "type", tuple(READERS))
    return READERS[kind](when)


def _made(name: str, make: Callable[[], Made]) -> Made:
    """The calendar's own sentence, with the field at fault."""
    try:
        return make()
    except CalendarError as error:
        raise BadRule(name, error.text.zh, error.text.en) from error


def _policy(when: Mapping[str, Any]) -> HolidayPolicy:
    return HolidayPolicy(
        choice(
            when, "policy", [policy.value for policy in HolidayPolicy], HolidayPolicy.NEXT_WORKING_DAY.value
        )
    )


def _moves_on(when: Mapping[str, Any], default: MovesOn) -> MovesOn:
    return MovesOn(choice(when, "moves_on", [moves.value for moves in MovesOn], default.value))


def _working_days(when: Mapping[str, Any]) -> EveryWorkingDay:
    refuse_unknown(when, ("type",))
    return EveryWorkingDay()


def _every_day(when: Mapping[str, Any]) -> EveryDay:
    refuse_unknown(when, ("type",))
    return EveryDay()


def _rule_days(when: Mapping[str, Any], rule: str, name: str, start: dt.date = SINCE) -> RuleDays:
    make_up = MakeUpPolicy(
        choice(when, "make_up", [policy.value for policy in MakeUpPolicy], MakeUpPolicy.OWN_WEEKDAY.value)
    )
    moves = _moves_on(when, MovesOn.REST_DAYS) if when.get("moves_on") is not None else None
    return _made(name, lambda: RuleDays(rule, start, _policy(when), moves, make_up))


def _weekdays(when: Mapping[str, Any]) -> RuleDays:
    refuse_unknown(when, (*_COMMON, "weekdays", "make_up"))
    names = ",".join(WEEKDAYS[number] for number in sorted(numbers(when, "weekdays", 0, 6, least=1)))
    return _rule_days(when, f"FREQ=WEEKLY;BYDAY={names}", "weekdays")


def _month_weekdays(when: Mapping[str, Any]) -> RuleDays:
    refuse_unknown(when, (*_COMMON, "ordinals", "weekdays", "make_up"))
    ordinals = numbers(when, "ordinals", -5, 5, least=1)
    if 0 in ordinals:
        raise wrong("ordinals", "应为 1 到 5，或 -1（最后一个）", "use 1 to 5, or -1 for the last one")
    weekdays = numbers(when, "weekdays", 0, 6, least=1)
    names = ",".join(f"{ordinal}{WEEKDAYS[day]}" for ordinal in ordinals for day in weekdays)
    return _rule_days(when, f"FREQ=MONTHLY;BYDAY={names}", "ordinals")


def _month_days(when: Mapping[str, Any]) -> RuleDays:
    refuse_unknown(when, (*_COMMON, "days"))
    days = numbers(when, "days", -31, 31, least=1)
    if 0 in days:
        raise wrong("days", "应为 1 到 31，或 -1（最后一天）", "use 1 to 31, or -1 for the last day")
    return _rule_days(when, f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, days))}", "days")


def _rrule(when: Mapping[str, Any]) -> RuleDays:
    refuse_unknown(when, (*_COMMON, "rule", "start", "make_up"))
    rule = text(when, "rule", 300, None)
    start = one_date(when["start"], "start") if when.get("start") else None
    pattern = _rule_days(when, rule, "rule", start or SINCE)
    if start is None and (pattern.parsed.interval > 1 or pattern.parsed.count is not None):
        raise wrong(
            "start",
            "必须填写：隔周、隔月或限次数的规则要有起算日",
            "give the first day, from which the rule counts",
        )
    return pattern


def _dates(when: Mapping[str, Any]) -> ExplicitDates:
    refuse_unknown(when, (*_COMMON, "dates"))
    found = [one_date(value, "dates") for value in items(when, "dates", 1, 1000)]
    dates = tuple(sorted(set(found)))
    return _made("dates", lambda: ExplicitDates(dates, _policy(when), _moves_on(when, MovesOn.HOLIDAYS)))


def _lunar(when: Mapping[str, Any]) -> LunarDays:
    refuse_unknown(when, (*_COMMON, "days"))
    days = numbers(when, "days", 1, 30, least=1)
    return _made("days", lambda: LunarDays(days, _policy(when), _moves_on(when, MovesOn.REST_DAYS)))


def _market(when: Mapping[str, Any]) -> MarketDays:
    refuse_unknown(when, (*_COMMON, "endings", "lunar"))
    endings, lunar = numbers(when, "endings", 0, 9, least=1), flag(when, "lunar", True)
    return _made(
        "endings", lambda: MarketDays(endings, lunar, _policy(when), _moves_on(when, MovesOn.HOLIDAYS))
    )


def _every_nth(when: Mapping[str, Any]) -> EveryNthDay:
    refuse_unknown(when, (*_COMMON, "anchor", "interval"))
    anchor, interval = one_date(when.get("anchor"), "anchor"), whole(when, "interval", None, 1, 366)
    return _made(
        "interval", lambda: EveryNthDay(anchor, interval, _policy(when), _moves_on(when, MovesOn.HOLIDAYS))
    )


READERS: Mapping[str, Callable[[Mapping[str, Any]], Recurrence]] = {
    "working_days": _working_days,
    "every_day": _every_day,
    "weekdays": _weekdays,
    "month_weekdays": _month_weekdays,
    "month_days": _month_days,
    "rrule": _rrule,
    "dates": _dates,
    "lunar": _lunar,
    "market": _market,
    "every_nth": _every_nth,
}
