"""Single seats of a coverage rule that differ from it: nobody is asked for, any role or any leader will do, one more.

A seat is named by what follows the rule in its key: day meant, session (with the room when there are several) and
number, such as "2026-05-06:day:1".
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from app.core.text import Text
from app.roster.rules.reading import as_object, wrong

NO_SEAT, ANY_ROLE, ANYBODY, MORE = "none", "any_role", "anybody", "more"
EXCEPTION_KINDS = {
    NO_SEAT: Text("不安排接访", "no reception"),
    ANY_ROLE: Text("不限职务", "any role may serve"),
    ANYBODY: Text("不限人选", "any leader may serve"),
    MORE: Text("增加一席，不限人选", "one more seat, for any leader"),
}
MOST = 500
_SEAT = re.compile(r"(\d{4}-\d{2}-\d{2}):(day|am|pm)(\.\d{1,2})?:([1-6])")


def read_exceptions(spec: Mapping[str, Any]) -> dict[str, str]:
    """The exceptions of a spec. Raises BadRule."""
    given = as_object(spec.get("exceptions", {}), "exceptions")
    if len(given) > MOST or any(not _known(seat, kind) for seat, kind in given.items()):
        raise wrong(
            "exceptions", "有误，请删除后重新设置", "that is no seat, or no kind of exception; remove it"
        )
    return {str(seat): str(kind) for seat, kind in given.items()}


def _known(seat: object, kind: object) -> bool:
    match = _SEAT.fullmatch(str(seat))
    try:
        return match is not None and bool(dt.date.fromisoformat(match[1])) and kind in EXCEPTION_KINDS
    except ValueError:
        return False


def seat_of(seat_key: str) -> tuple[int, str] | None:
    """The rule and the seat of a seat key: "r7:2026-05-06:day:1" is 7 and "2026-05-06:day:1"; None for other keys."""
    rule, _, seat = seat_key.partition(":")
    if not re.fullmatch(r"r\d+", rule) or not _SEAT.fullmatch(seat):
        return None
    return int(rule[1:]), seat


def exception_words(seat: str, kind: str) -> Text:
    """One exception: "2026-05-06 上午第1席：不限职务"."""
    match = _SEAT.fullmatch(seat)
    what = EXCEPTION_KINDS[kind]
    if match is None:
        return Text(f"{seat}：{what.zh}", f"{seat}: {what.en}")
    zh = {"day": "", "am": "上午", "pm": "下午"}[match[2]]
    en = {"day": "", "am": ", morning", "pm": ", afternoon"}[match[2]]
    number = "" if match[4] == "1" else match[4]
    return Text(
        f"{match[1]}{zh}{f'第 {number} 席' if number else ''}：{what.zh}",
        f"{match[1]}{en}{f', seat {number}' if number else ''}: {what.en}",
    )
