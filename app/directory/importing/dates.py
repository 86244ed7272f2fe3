"""Dates as offices write them: 2026-01-05, 2026.1.5, 2026年1月5日, 20260105, 二〇二六年一月, real dates, "至今".

A month alone begins on its first day and ends on its last; a year alone likewise.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.text import Text
from app.directory.importing.cells import cell_text, half_width
from app.directory.importing.grid import Cell

_OPEN = {
    "至今",
    "今",
    "现在",
    "目前",
    "现任",
    "在任",
    "在职",
    "长期",
    "now",
    "present",
    "current",
    "open",
    "todate",
}
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(18_264, 73_051)
"""Excel's day numbers from 1950 to 2099."""
_YEARS = range(1900, 2200)

_CHINESE_DIGITS = {character: str(index) for index, character in enumerate("零一二三四五六七八九")}
_CHINESE_DIGITS |= {"〇": "0", "○": "0", "◯": "0", "两": "2", "元": "1"}
_CHINESE_NUMBER = re.compile("[零〇○◯一二三四五六七八九十两元]+")
_TIME_OF_DAY = re.compile(r"[T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_DAY = re.compile(r"(\d{4}|\d{2})([-/.年])(\d{1,2})(?:([-/.月])(\d{1,2})[日号]?|月)?[.]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEAR = re.compile(r"(\d{4})年?")
_EDGE_OF_MONTH = re.compile(r"(\d{4}[-/.年]\d{1,2}月?|\d{4}年)(初|底|末)")
"""The last day is meant by 月底 and 年末, the first by 月初 and 年初, whichever end of the term it is."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(
    rf"(?:(?P<day>\d{{1,2}})[ -])?(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?[ ,-]+(?P<year>\d{{4}})"
)
_RANGE_MARKS = re.compile(r"-{1,2}|[—–−~至到]+|\bto\b")
_TRIMMED = re.compile(r"^(自|从|约|于|')+|(起|开始|止|任职?|任命)+$")


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """One end of a term: a day, or open ("至今"), or neither when the cell said nothing or could not be read."""

    day: date | None = None
    is_open: bool = False
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class ParsedTerm:
    """Both ends of a term that stood in one cell."""

    begin: ParsedDate
    end: ParsedDate


def parse_day(cell: Cell, *, is_end: bool, today: date) -> ParsedDate:
    """The day a cell names; ``is_end`` picks the last day of a month or year that is named alone.

    Two-digit years are those nearest before ``today`` plus 20 years. An impossible or unreadable date has a
    problem; an empty cell has none and no day; "至今" is open.
    """
    if isinstance(cell, date):
        return ParsedDate(cell)
    if isinstance(cell, float):
        return _from_number(cell, is_end=is_end, today=today)
    text = half_width(cell_text(cell))
    if _is_open(text):
        return ParsedDate(is_open=True)
    if text.strip("-—–/\\ ") in {"", "无"}:
        return ParsedDate(is_open=is_end and bool(text.strip()))
    return _parse_text(text, is_end=is_end, today=today)


def parse_term(cell: Cell, today: date) -> ParsedTerm | None:
    """Both ends of a range in one cell, "2021.3-2026.5" or "2021年3月至今"; None when it is no range.

    A dash both separates and belongs to dates, so every place to cut is tried and only one may fit.
    """
    if not isinstance(cell, str):
        return None
    text = _TIME_OF_DAY.sub("", half_width(cell))
    if not _is_open(text) and _parse_text(text, is_end=False, today=today).day is not None:
        return None
    found = [
        term
        for mark in _RANGE_MARKS.finditer(text)
        if (term := _cut(text[: mark.start()].strip(), text[mark.end() :].strip(), today)) is not None
    ]
    return found[0] if len(found) == 1 else None


def _cut(left: str, right: str, today: date) -> ParsedTerm | None:
    begin = parse_day(left, is_end=False, today=today)
    end = (
        ParsedDate(is_open=True)
        if not right or _is_open(right)
        else parse_day(right, is_end=True, today=today)
    )
    if begin.day is None or (end.day is None and not end.is_open):
        return None
    return ParsedTerm(begin, end)


def _is_open(text: str) -> bool:
    return text.lower().replace(" ", "").strip("()-—–至到") in _OPEN or text == "至今"


def _parse_text(text: str, *, is_end: bool, today: date) -> ParsedDate:
    original = text
    text = _TIME_OF_DAY.sub("", text)
    if match := _ENGLISH.fullmatch(text.lower().strip()):
        month = _MONTHS.index(match["month"]) + 1
        return _make(int(match["year"]), month, int(match["day"]) if match["day"] else None, is_end, original)
    text = _TRIMMED.sub("", re.sub(r"\s+", "", _CHINESE_NUMBER.sub(_to_digits, text)))
    if text.isascii() and text.isdecimal() and len(text) == 5:
        return _from_number(int(text), is_end=is_end, today=today)
    if match := _EDGE_OF_MONTH.fullmatch(text):
        is_end, text = match[2] in {"底", "末"}, match[1]
    if match := _DAY.fullmatch(text):
        if match[2] in "-/." and match[4] not in {None, match[2]}:
            return _unreadable(original)
        day = match[5] or None
        return _make(_full_year(match[1], today), int(match[3]), int(day) if day else None, is_end, original)
    if match := _COMPACT.fullmatch(text):
        return _make(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, is_end, original)
    if match := _YEAR.fullmatch(text):
        return _make_year(int(match[1]), is_end, original)
    return _unreadable(original)


def _from_number(number: float, *, is_end: bool, today: date) -> ParsedDate:
    """A cell that holds a number: a day number, or 2026.01 typed without quotes."""
    if int(number) in _SERIALS:
        return ParsedDate(_SERIAL_ZERO + timedelta(days=int(number)))
    text = cell_text(number)
    if re.fullmatch(r"\d{4}\.1", text):
        year = text[:4]
        return ParsedDate(
            problem=Text(
                f"日期“{text}”是数值，分不清是 {year} 年 1 月还是 10 月；请写成 {year}-01 或 {year}-10。",
                f"The date “{text}” is a number and may mean January or October {year}; write {year}-01 or {year}-10.",
            )
        )
    return _parse_text(text, is_end=is_end, today=today)


def _to_digits(match: re.Match[str]) -> str:
    """Chinese numerals as digits: 二〇二六 is 2026, 十二 is 12, 二十 is 20, 元 (of a month or year) is 1."""
    characters = match[0]
    if "十" not in characters:
        return "".join(_CHINESE_DIGITS[character] for character in characters)
    tens, _, ones = characters.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1:
        return characters
    return (_CHINESE_DIGITS[tens] if tens else "1") + (_CHINESE_DIGITS[ones] if ones else "0")


def _full_year(digits: str, today: date) -> int:
    if len(digits) == 4:
        return int(digits)
    year = today.year // 100 * 100 + int(digits)
    return year if year <= today.year + 20 else year - 100


def _make(year: int, month: int, day: int | None, is_end: bool, original: str) -> ParsedDate:
    if year not in _YEARS or not 1 <= month <= 12:
        return _impossible(original)
    last = calendar.monthrange(year, month)[1]
    if day is None:
        day = last if is_end else 1
    return ParsedDate(date(year, month, day)) if 1 <= day <= last else _impossible(original)


def _make_year(year: int, is_end: bool, original: str) -> ParsedDate:
    if year not in _YEARS:
        return _impossible(original)
    day = date(year, 12, 31) if is_end else date(year, 1, 1)
    return ParsedDate(
        day,
        problem=Text(
            f"日期只有年份“{original}”，按 {day.isoformat()} 处理，请核对。",
            f"The date “{original}” is a year only and was taken as {day.isoformat()}; please check it.",
        ),
    )


def _impossible(text: str) -> ParsedDate:
    return ParsedDate(
        problem=Text(
            f"日期“{text}”不存在；请按 2026-01-05 的样子改正。",
            f"There is no such date as “{text}”; correct it, in the form 2026-01-05.",
        )
    )


def _unreadable(text: str) -> ParsedDate:
    shown = " ".join(text.split())[:40]
    return ParsedDate(
        problem=Text(
            f"看不懂日期“{shown}”；请写成 2026-01-05、2026年1月5日或 2026年1月。",
            f"The date “{shown}” cannot be read; write it as 2026-01-05 or 2026年1月5日.",
        )
    )
