"""Reading a recurrence rule from its RFC 5545 text, with one clear sentence for whatever is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from app.calendar.errors import BadRecurrence
from app.calendar.rrule import WEEKDAYS, RRule

LONGEST_RULE = 300
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_KEYS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_WHOLE = re.compile(r"[+-]?\d{1,5}")


@lru_cache(maxsize=512)
def parse_rrule(text: str) -> RRule:
    """The rule in `text`, as "FREQ=WEEKLY;BYDAY=TU,TH" or with "RRULE:" before it.

    Raises BadRecurrence, saying which part is wrong and how to write it.
    """
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise _wrong(
            "FREQ", frequency, "应为 DAILY、WEEKLY、MONTHLY 或 YEARLY", "use DAILY, WEEKLY, MONTHLY or YEARLY"
        )
    rule = RRule(
        frequency=frequency,
        interval=_one_number(parts, "INTERVAL", 1, 999) or 1,
        count=_one_number(parts, "COUNT", 1, 5000),
        until=_until(parts),
        by_day=_by_day(parts, frequency),
        by_month_day=_numbers(parts, "BYMONTHDAY", 1, 31, negative=True),
        by_month=_numbers(parts, "BYMONTH", 1, 12),
        by_set_position=_numbers(parts, "BYSETPOS", 1, 366, negative=True),
        week_start=_week_start(parts),
    )
    _check_together(rule)
    return rule


def _parts(text: str) -> Mapping[str, str]:
    cleaned = text.strip().upper().removeprefix("RRULE:").strip().rstrip(";")
    if not cleaned or len(cleaned) > LONGEST_RULE or "\n" in cleaned:
        raise BadRecurrence(
            f"重复规则应为一行、不超过 {LONGEST_RULE} 个字符，例如 FREQ=WEEKLY;BYDAY=TU,TH。",
            f"A recurrence rule is one line of at most {LONGEST_RULE} characters, such as FREQ=WEEKLY;BYDAY=TU,TH.",
        )
    parts: dict[str, str] = {}
    for part in cleaned.split(";"):
        key, _, value = (piece.strip() for piece in part.partition("="))
        if key not in _KEYS or key in parts or not value:
            raise _wrong(
                key or part,
                value,
                f"只能使用 {'、'.join(_KEYS)}，每项一次，写作 名称=值",
                f"write NAME=VALUE, each once, with the names {', '.join(_KEYS)}",
            )
        parts[key] = value
    return parts


def _one_number(parts: Mapping[str, str], key: str, least: int, most: int) -> int | None:
    if key not in parts:
        return None
    value = parts[key]
    if not _WHOLE.fullmatch(value) or not least <= int(value) <= most:
        raise _wrong(
            key, value, f"应为 {least} 到 {most} 的整数", f"use a whole number from {least} to {most}"
        )
    return int(value)


def _numbers(
    parts: Mapping[str, str], key: str, least: int, most: int, *, negative: bool = False
) -> tuple[int, ...]:
    if key not in parts:
        return ()
    values = [value.strip() for value in parts[key].split(",")]
    for value in values:
        number = int(value) if _WHOLE.fullmatch(value) else 0
        if not least <= (abs(number) if negative else number) <= most:
            zh_minus, en_minus = (
                ("（可为负，表示倒数）", ", negative counts from the end") if negative else ("", "")
            )
            raise _wrong(
                key,
                value,
                f"应为 {least} 到 {most} 的整数{zh_minus}，用逗号隔开",
                f"use whole numbers from {least} to {most}{en_minus}, separated by commas",
            )
    return tuple(sorted({int(value) for value in values}))


def _by_day(parts: Mapping[str, str], frequency: str) -> tuple[tuple[int, int], ...]:
    if "BYDAY" not in parts:
        return ()
    most = {"MONTHLY": 5, "YEARLY": 53}.get(frequency, 0)
    found: set[tuple[int, int]] = set()
    for value in parts["BYDAY"].split(","):
        match = _BY_DAY.fullmatch(value.strip())
        ordinal = int(match.group(1) or 0) if match else 0
        if match is None or (match.group(1) and not 1 <= abs(ordinal) <= most):
            raise _wrong(
                "BYDAY",
                value,
                "应为 MO TU WE TH FR SA SU，按月或按年时前面可加序数，如 1WE、-1FR",
                "use MO TU WE TH FR SA SU, by month or year with an ordinal before it, such as 1WE or -1FR",
            )
        found.add((ordinal, WEEKDAYS.index(match.group(2))))
    return tuple(sorted(found))


def _until(parts: Mapping[str, str]) -> date | None:
    if "UNTIL" not in parts:
        return None
    value = parts["UNTIL"]
    try:
        if not re.fullmatch(r"\d{8}", value):
            raise ValueError(value)
        return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 -- a day, no instant
    except ValueError:
        raise _wrong(
            "UNTIL", value, "应为八位日期，如 20261231", "use a date of eight digits, such as 20261231"
        ) from None


def _week_start(parts: Mapping[str, str]) -> int:
    value = parts.get("WKST", "MO")
    if value not in WEEKDAYS:
        raise _wrong("WKST", value, "应为 MO 到 SU 之一", "use one of MO to SU")
    return WEEKDAYS.index(value)


def _check_together(rule: RRule) -> None:
    """What RFC 5545 forbids between parts, and one thing it leaves without a clear meaning."""
    if rule.count is not None and rule.until is not None:
        raise BadRecurrence(
            "重复规则不能同时写 COUNT 和 UNTIL，请只保留一个。",
            "A recurrence rule cannot have both COUNT and UNTIL. Keep one of them.",
        )
    if rule.frequency == "WEEKLY" and rule.by_month_day:
        raise BadRecurrence(
            "按周重复的规则不能写 BYMONTHDAY，请改用 FREQ=MONTHLY。",
            "A weekly rule cannot have BYMONTHDAY. Use FREQ=MONTHLY.",
        )
    if rule.by_set_position and not (rule.by_day or rule.by_month_day or rule.by_month):
        raise BadRecurrence(
            "BYSETPOS 只能与 BYDAY、BYMONTHDAY 或 BYMONTH 一起使用，请补上其中一项。",
            "BYSETPOS needs BYDAY, BYMONTHDAY or BYMONTH beside it. Add one of them.",
        )
    if rule.by_month_day and any(ordinal for ordinal, _ in rule.by_day):
        raise BadRecurrence(
            "带序数的 BYDAY（如 1WE）不能与 BYMONTHDAY 一起使用，请只保留一个。",
            "BYDAY with an ordinal, such as 1WE, cannot go with BYMONTHDAY. Keep one of them.",
        )


def _wrong(part: str, value: str, how_zh: str, how_en: str) -> BadRecurrence:
    shown = f"{part}={value}" if value else part
    return BadRecurrence(
        f"重复规则中的“{shown[:40]}”不对：{how_zh}。",
        f"In the recurrence rule, {shown[:40]!r} is wrong: {how_en}.",
    )
