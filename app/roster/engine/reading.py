"""Reading JSON values with a path: the small checks under `codec`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from typing import NoReturn, TypeVar

from app.roster.engine.problem import ProblemError

T = TypeVar("T")
_MISSING = object()


def fail(path: str, zh: str, en: str) -> NoReturn:
    raise ProblemError(path, zh, en)


class Reader:
    """One JSON object and the path to it; hands out checked values and notices unknown fields."""

    def __init__(self, raw: object, path: str) -> None:
        if not isinstance(raw, dict):
            fail(path, "应为 JSON 对象 {…}", "must be a JSON object {…}")
        self.raw: dict[str, object] = raw
        self.path = path
        self.seen: set[str] = set()

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def take(self, key: str, default: object = _MISSING) -> object:
        self.seen.add(key)
        if key in self.raw:
            return self.raw[key]
        if default is _MISSING:
            fail(self.at(key), "缺少这一项", "is missing")
        return default

    def text(self, key: str, default: object = _MISSING) -> str:
        return as_text(self.take(key, default), self.at(key))

    def words(self, key: str) -> str:
        """A text that may be missing, null or empty."""
        value = self.take(key, None)
        return "" if value is None or value == "" else as_text(value, self.at(key))

    def date(self, key: str, default: object = _MISSING) -> date:
        value = self.take(key, default)
        return value if isinstance(value, date) else as_date(value, self.at(key))

    def integer(self, key: str, default: object = _MISSING, low: int = 0, high: int = 100_000) -> int:
        return as_int(self.take(key, default), self.at(key), low, high)

    def optional_int(self, key: str, low: int = 0) -> int | None:
        return None if self.take(key, None) is None else self.integer(key, low=low)

    def choice(self, key: str, options: Iterable[str], default: object = _MISSING) -> str:
        return as_choice(self.take(key, default), self.at(key), tuple(options))

    def flag(self, key: str, default: bool) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            fail(self.at(key), f"{show(value)} 应为 true 或 false", f"{show(value)} must be true or false")
        return value

    def items(self, key: str, read: Callable[[object, str], T], default: object = _MISSING) -> tuple[T, ...]:
        value = self.take(key, default)
        if not isinstance(value, list | tuple):
            fail(self.at(key), "应为列表 […]", "must be a list […]")
        return tuple(read(item, f"{self.at(key)}[{index}]") for index, item in enumerate(value))

    def finish(self) -> None:
        """Refuse misspelt fields. Others are left alone: a file may carry notes of its own."""
        for key in self.raw:
            near = [] if key in self.seen else get_close_matches(key, self.seen - self.raw.keys(), 1, 0.75)
            if near:
                fail(
                    self.at(key),
                    f"没有这一项，是否应为 {near[0]}？",
                    f"is not a known field; did you mean {near[0]}?",
                )


def show(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:37] + "…"


def as_text(value: object, path: str) -> str:
    if not isinstance(value, str) or not value:
        fail(path, f"{show(value)} 应为非空文字", f"{show(value)} must be a text that is not empty")
    return value


def as_date(value: object, path: str) -> date:
    try:
        if isinstance(value, str) and len(value) == 10 and value[7] == "-":  # no week dates
            return date.fromisoformat(value)
    except ValueError:
        pass
    fail(
        path,
        f"{show(value)} 不是日期，请写成 2026-03-02",
        f"{show(value)} is not a date; write it like 2026-03-02",
    )


def as_int(value: object, path: str, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        fail(
            path,
            f"{show(value)} 应为 {low} 到 {high} 的整数",
            f"{show(value)} must be a whole number from {low} to {high}",
        )
    return value


def as_choice(value: object, path: str, options: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in options:
        names = ", ".join(options)
        fail(path, f"{show(value)} 应为其中之一：{names}", f"{show(value)} must be one of: {names}")
    return value


def as_weekday(value: object, path: str) -> int:
    return as_int(value, path, 0, 6)
