"""A table of days as CSV: date, name and kind (rest or work), columns in any order, headers in Chinese or English."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import date

from app.calendar.errors import BadNotice
from app.calendar.importing.raw import RawDay, RawNotice, find_off, folded
from app.core.text import Text

MOST_ROWS = 1000
_HEADER_ROWS = 5
_DATE_HEADERS = ("日期", "date", "day", "时间")
_NAME_HEADERS = ("名称", "节日", "节假日", "假日", "假期", "name", "holiday")
_TYPE_HEADERS = ("类型", "类别", "休班", "休/班", "状态", "type", "kind", "status")
_OFF_HEADERS = ("isoffday", "是否放假", "是否休息", "放假", "off")
_YES = {
    "true": True,
    "yes": True,
    "1": True,
    "是": True,
    "false": False,
    "no": False,
    "0": False,
    "否": False,
}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ t].*)?|(\d{4})(\d{2})(\d{2})")
_Columns = Mapping[str, int]


def read_csv(text: str) -> RawNotice:
    """The table's days. Raises BadNotice when a column is missing or a row cannot be understood."""
    try:
        rows = list(csv.reader(text.splitlines(), delimiter=_delimiter(text)))
    except csv.Error:
        raise _no_table() from None
    if len(rows) > MOST_ROWS:
        raise BadNotice(
            f"表格有 {len(rows)} 行，一年的放假安排不会超过 {MOST_ROWS} 行，请检查是否选错文件。",
            f"The table has {len(rows)} rows; a year's notice has fewer than {MOST_ROWS}. Check the file.",
        )
    header, columns = _header(rows)
    body = enumerate(rows[header + 1 :], start=header + 2)
    return RawNotice(
        days=tuple(_day(row, number, columns) for number, row in body if any(map(str.strip, row)))
    )


def _delimiter(text: str) -> str:
    head = text[:2000]
    return max((",", "\t", ";", "，"), key=head.count)


def _header(rows: list[list[str]]) -> tuple[int, _Columns]:
    """The header's row number and the column of each part; it may have a title or two above it."""
    for number, row in enumerate(rows[:_HEADER_ROWS]):
        columns = _columns(row)
        if "date" in columns and ("type" in columns or "off" in columns):
            return number, columns
    raise _no_table()


def _columns(row: list[str]) -> _Columns:
    kinds = {"date": _DATE_HEADERS, "name": _NAME_HEADERS, "type": _TYPE_HEADERS, "off": _OFF_HEADERS}
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        for kind, words in kinds.items():
            if folded(cell) in words:
                found.setdefault(kind, index)
    return found


def _day(row: list[str], number: int, columns: _Columns) -> RawDay:
    def cell(kind: str) -> str:
        index = columns.get(kind)
        return row[index].strip() if index is not None and index < len(row) else ""

    return RawDay(
        day=_date(cell("date"), number),
        name=cell("name"),
        off=_off(cell("type"), cell("off"), number),
        where=Text(f"第 {number} 行", f"row {number}"),
    )


def _date(text: str, number: int) -> date:
    match = _DATE.fullmatch(folded(text).replace(" 00:00:00", ""))
    try:
        if match is None:
            raise ValueError(text)
        year, month, day = (int(part) for part in match.groups() if part is not None)
        return date(year, month, day)
    except ValueError:
        raise BadNotice(
            f"第 {number} 行的日期“{text[:20]}”不对，应写作 2027-01-01。",
            f"Row {number} has a wrong date, {text[:20]!r}. Write it as 2027-01-01.",
        ) from None


def _off(kind: str, flag: str, number: int) -> bool:
    found = find_off(kind) if kind else _YES.get(folded(flag), find_off(flag))
    if found is None:
        raise BadNotice(
            f"第 {number} 行没有说明是休还是班（现为“{(kind or flag)[:20]}”），请写“休”或“班”。",
            f"Row {number} does not say rest or work (it says {(kind or flag)[:20]!r}). Write off or work.",
        )
    return found


def _no_table() -> BadNotice:
    return BadNotice(
        "没有找到表头：前五行内应有一行写着“日期、名称、类型”，类型为“休”或“班”。",
        "No header found: one of the first five rows must name the columns date, name and type (off or work).",
    )
