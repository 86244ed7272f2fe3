"""What people type into rule forms, as the values a spec has."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any


def rows(values: list[Any], count: int, empty: Any = None) -> list[Any]:
    """`values`, filled up to `count` with an empty seat, or with `empty`."""
    blank: Any = {"who": "", "leaders": []} if empty is None else empty
    return values + [blank] * max(count - len(values), 0)


def numbers(values: Sequence[str] | None) -> list[int]:
    """Ticked ids as numbers."""
    return [int(value) for value in values or () if re.fullmatch(r"-?\d+", value)]


def words(text: str | None) -> list[Any]:
    """Whole numbers where they are; what is none stays as it is, and the rule's own check says so."""
    parts = [part for part in re.split(r"[\s,，、;；]+", (text or "").strip()) if part]
    return [int(part) if re.fullmatch(r"-?\d+", part) else part for part in parts]


def dates(text: str | None) -> list[str]:
    """Dates as 2026-03-02, however they were separated; 2026/3/2 and 2026年3月2日 too."""
    found = []
    for part in (piece for piece in re.split(r"[\s,，、;；]+", (text or "").strip()) if piece):
        match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", part)
        found.append("{}-{:0>2}-{:0>2}".format(*match.groups()) if match else part)
    return found


def iso(value: dt.date | None) -> str | None:
    """A date as 2026-03-02."""
    return value.isoformat() if value else None
