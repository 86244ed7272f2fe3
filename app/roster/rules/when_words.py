"""The days of a coverage rule in words, both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.calendar.lunar import day_name
from app.calendar.rrule import RRule
from app.calendar.rrule_text import parse_rrule
from app.core.text import Text

WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = "January February March April May June July August September October November December"
MONTHS_EN = tuple(_MONTHS.split())
_SHOWN = 6
_NUMBERS_EN = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_NUMBERS_ZH = {1: "第一", 2: "第二", 3: "第三", 4: "第四", 5: "第五", -1: "最后一"}


def when_text(when: Mapping[str, Any]) -> Text:
    """The days a `when` (already checked) means, as the beginning of a sentence: 每周二、周四 / every Tuesday …"""
    return _WORDS[str(when["type"])](when)


def english_list(words: Sequence[str], joiner: str = "and") -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def _weekdays(when: Mapping[str, Any]) -> Text:
    days = sorted(when["weekdays"])
    return Text(
        "每" + "、".join(WEEKDAYS_ZH[day] for day in days),
        "every " + english_list([WEEKDAYS_EN[day] for day in days]),
    )


def _month_weekdays(when: Mapping[str, Any]) -> Text:
    return _by_ordinal([(ordinal, day) for ordinal in when["ordinals"] for day in when["weekdays"]])


def _by_ordinal(pairs: Sequence[tuple[int, int]]) -> Text:
    zh = "、".join(f"{_ordinal_zh(number)}个{WEEKDAYS_ZH[day]}" for number, day in pairs)
    en = english_list([f"{_ordinal_en(number)} {WEEKDAYS_EN[day]}" for number, day in pairs])
    return Text(f"每月{zh}", f"every {en} of the month")


def _ordinal_zh(number: int) -> str:
    return _NUMBERS_ZH.get(number, f"倒数第{-number}")


def _ordinal_en(number: int) -> str:
    return _NUMBERS_EN.get(number, f"{_NUMBERS_EN.get(-number, str(-number))}-to-last")


def _month_days(when: Mapping[str, Any]) -> Text:
    return _days_of_month(list(when["days"]))


def _days_of_month(days: Sequence[int]) -> Text:
    zh = "、".join(
        f"{day}日" if day > 0 else ("最后一天" if day == -1 else f"倒数第{-day}天") for day in days
    )
    names = [
        str(day) if day > 0 else ("last day" if day == -1 else f"{-day} days from the end") for day in days
    ]
    return Text(f"每月{zh}", f"on the {english_list([_dated(name) for name in names])} of every month")


def _dated(name: str) -> str:
    if not name.isdigit():
        return name
    ending = {1: "st", 2: "nd", 3: "rd"}.get(int(name) % 10 if int(name) not in (11, 12, 13) else 0, "th")
    return f"{name}{ending}"


def _dates(when: Mapping[str, Any]) -> Text:
    days = sorted(dt.date.fromisoformat(value) for value in when["dates"])
    shown = days[:_SHOWN]
    zh = "、".join(f"{day.year}年{day.month}月{day.day}日" for day in shown)
    en = [f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}" for day in shown]
    if len(days) > _SHOWN:
        return Text(f"{zh}等 {len(days)} 天", f"on {', '.join(en)} and {len(days) - _SHOWN} more days")
    return Text(zh, f"on {english_list(en)}")


def _lunar(when: Mapping[str, Any]) -> Text:
    days = when["days"]
    return Text(
        "每逢农历" + "、".join(day_name(day) for day in days),
        f"on the {english_list([_dated(str(day)) for day in days])} of every lunar month",
    )


def _market(when: Mapping[str, Any]) -> Text:
    lunar = when.get("lunar", True)
    endings = [str(digit) for digit in when["endings"]]
    zh = "".join(f"逢{day_name(int(digit) or 10)[1:]}" for digit in endings)
    month = "lunar day" if lunar else "day of the month"
    return Text(
        f"{'农历' if lunar else '公历'}{zh}的集日",
        f"on market days (every {month} ending in {english_list(endings, 'or')})",
    )


def _every_nth(when: Mapping[str, Any]) -> Text:
    start = dt.date.fromisoformat(when["anchor"])
    return Text(
        f"自 {start.isoformat()} 起每 {when['interval']} 天一次",
        f"every {when['interval']} days counted from {start.isoformat()}",
    )


def _rrule(when: Mapping[str, Any]) -> Text:
    rule = parse_rrule(when["rule"])
    words = _frequency(rule)
    if words is None or rule.by_set_position or rule.by_month:
        return Text(f"按重复规则 {when['rule']}", f"by the recurrence rule {when['rule']}")
    zh, en = words.zh, words.en
    if when.get("start"):
        zh, en = f"自 {when['start']} 起{zh}", f"{en}, counted from {when['start']}"
    if rule.count is not None:
        zh, en = f"{zh}，共 {rule.count} 次", f"{en}, {rule.count} times"
    if rule.until is not None:
        zh, en = f"{zh}，至 {rule.until.isoformat()}", f"{en}, until {rule.until.isoformat()}"
    return Text(zh, en)


def _frequency(rule: RRule) -> Text | None:
    """The rule's rhythm in words, None when there is no short way to say it."""
    names = [day for ordinal, day in rule.by_day if ordinal == 0]
    if rule.frequency == "WEEKLY" and names:
        zh = "、".join(WEEKDAYS_ZH[day] for day in names)
        en = english_list([WEEKDAYS_EN[day] for day in names])
        if rule.interval == 1:
            return Text(f"每{zh}", f"every {en}")
        return Text(f"每 {rule.interval} 周的{zh}", f"every {rule.interval} weeks on {en}")
    if rule.frequency == "MONTHLY" and rule.interval == 1 and rule.by_month_day and not rule.by_day:
        return _days_of_month(list(rule.by_month_day))
    if rule.frequency == "MONTHLY" and rule.interval == 1 and rule.by_day and not names:
        return _by_ordinal(list(rule.by_day))
    return None


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], Text]] = {
    "working_days": lambda _when: Text("每个工作日", "every working day"),
    "every_day": lambda _when: Text("每天（含节假日）", "every calendar day, holidays included"),
    "weekdays": _weekdays,
    "month_weekdays": _month_weekdays,
    "month_days": _month_days,
    "rrule": _rrule,
    "dates": _dates,
    "lunar": _lunar,
    "market": _market,
    "every_nth": _every_nth,
}
