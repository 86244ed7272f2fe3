"""Checked values out of a JSON object. Every mistake names the field and says in one sentence how to mend it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from app.core.text import Text
from app.roster.errors import BadRule

FIELD_NAMES: Mapping[str, Text] = {
    "when": Text("接访日", "days"),
    "type": Text("接访日类型", "kind of days"),
    "rule": Text("重复规则", "recurrence rule"),
    "start": Text("起算日", "counted from"),
    "anchor": Text("起算日", "counted from"),
    "interval": Text("间隔天数", "interval in days"),
    "weekdays": Text("星期", "weekdays"),
    "ordinals": Text("第几个", "which of the month"),
    "dates": Text("日期", "dates"),
    "days": Text("农历日", "lunar days"),
    "endings": Text("逢集尾数", "market-day digits"),
    "policy": Text("遇节假日", "on a holiday"),
    "make_up": Text("调休上班日", "make-up working days"),
    "moves_on": Text("遇哪些日子调整", "gives way on"),
    "decisions": Text("调休日的选择", "choices for make-up days"),
    "sessions": Text("场次", "sessions"),
    "times": Text("时间", "times"),
    "seats": Text("席位", "seats"),
    "role": Text("职务类别", "role"),
    "leaders": Text("领导", "leaders"),
    "rooms": Text("接待室", "rooms"),
    "optional": Text("可空席位", "may stay empty"),
    "special_days": Text("特别防护期每天安排", "every day in special protection periods"),
    "by_weekday": Text("按星期指定", "weekday requirements"),
    "note": Text("备注", "note"),
    "period": Text("周期", "period"),
    "min": Text("最少次数", "minimum"),
    "max": Text("最多次数", "maximum"),
    "needs": Text("至少可排席位数", "seats needed for the minimum"),
    "min_gap": Text("最小间隔", "smallest gap"),
    "window_days": Text("时间窗天数", "window in days"),
    "window_k": Text("时间窗内最多次数", "most in the window"),
    "levels": Text("公平次序", "order of fairness"),
    "carry_over": Text("结转上年", "carry-over"),
}


def wrong(name: str, zh: str, en: str) -> BadRule:
    """The failure for one field."""
    label = FIELD_NAMES.get(name, Text(name, name))
    return BadRule(name, f"“{label.zh}”{zh}。", f"{label.en[:1].upper()}{label.en[1:]}: {en}.")


def as_object(value: object, name: str) -> Mapping[str, Any]:
    """A JSON object."""
    if not isinstance(value, Mapping):
        raise wrong(name, "应为 JSON 对象", "this must be a JSON object")
    return value


def refuse_unknown(spec: Mapping[str, Any], known: Sequence[str]) -> None:
    """A field nobody knows is a mistake, not a note."""
    for name in spec:
        if name not in known:
            raise BadRule(
                str(name),
                f"规则中没有“{name}”这一项，请删去或改正。",
                f'A rule of this kind has no field "{name}". Remove or correct it.',
            )


def whole(spec: Mapping[str, Any], name: str, default: int | None, low: int, high: int) -> int:
    """A whole number from `low` to `high`; None as default: required."""
    value = spec.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise wrong(name, f"应为 {low} 到 {high} 的整数", f"use a whole number from {low} to {high}")
    return value


def optional_whole(spec: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    """As `whole`, or None."""
    return None if spec.get(name) is None else whole(spec, name, None, low, high)


def choice(spec: Mapping[str, Any], name: str, options: Sequence[str], default: str | None = None) -> str:
    """One of some words; None as default: required."""
    value = spec.get(name, default)
    if not isinstance(value, str) or value not in options:
        shown = ", ".join(options)
        raise wrong(name, f"应为其中之一：{shown}", f"use one of {shown}")
    return value


def flag(spec: Mapping[str, Any], name: str, default: bool) -> bool:
    """Yes or no."""
    value = spec.get(name, default)
    if not isinstance(value, bool):
        raise wrong(name, "应为 true 或 false", "use true or false")
    return value


def text(spec: Mapping[str, Any], name: str, most: int, default: str | None = "") -> str:
    """A text of at most `most` characters; None as default: required."""
    value = spec.get(name, default)
    if not isinstance(value, str) or len(value) > most or (default is None and not value.strip()):
        raise wrong(name, f"应为不超过 {most} 字的文字", f"use a text of at most {most} characters")
    return value.strip()


def items(spec: Mapping[str, Any], name: str, least: int, most: int) -> list[Any]:
    """A list with so many entries."""
    value = spec.get(name, [])
    if not isinstance(value, list | tuple) or not least <= len(value) <= most:
        raise wrong(name, f"应有 {least} 到 {most} 项", f"give {least} to {most} of them")
    return list(value)


def numbers(
    spec: Mapping[str, Any], name: str, low: int, high: int, least: int = 0, most: int = 400
) -> tuple[int, ...]:
    """Whole numbers, each once, in the order given."""
    found = items(spec, name, least, most)
    for value in found:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise wrong(name, f"应为 {low} 到 {high} 的整数", f"use whole numbers from {low} to {high}")
    return tuple(dict.fromkeys(found))


def one_date(value: object, name: str) -> dt.date:
    """A date written 2026-03-02."""
    try:
        if isinstance(value, str) and len(value) == len("2026-03-02"):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise wrong(
        name, f"中的 {value} 不是日期，请写成 2026-03-02", f"{value} is not a date; write it like 2026-03-02"
    )


def one_time(value: object, name: str) -> dt.time:
    """A time of day written 08:30."""
    try:
        if isinstance(value, str) and len(value) == len("08:30"):
            return dt.time.fromisoformat(value)
    except ValueError:
        pass
    raise wrong(name, f"中的 {value} 不是时间，请写成 08:30", f"{value} is not a time; write it like 08:30")
