"""A published roster as an Excel file, in the columns offices use. Pure: rows in, bytes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import xlsxwriter

from app.core.text import Text, days_in_words

COLUMNS = (
    (Text("日期", "Date"), 13),
    (Text("星期", "Weekday"), 8),
    (Text("接访领导", "Leader"), 11),
    (Text("职务", "Post"), 22),
    (Text("分管领域", "Portfolio"), 24),
    (Text("联系乡镇", "Linked townships"), 16),
    (Text("接访时间", "Time"), 13),
    (Text("接访地点", "Place"), 24),
    (Text("联系电话", "Phone"), 15),
    (Text("备注", "Remarks"), 16),
)
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SUSPENDED = Text("暂停接待", "Suspended")
CANCELLED = Text("取消", "Cancelled")
PROVISIONAL = Text(
    "暂定：当年放假通知尚未公布，日期可能调整",
    "Provisional: the year's holiday notice is not yet announced, dates may move",
)
HEADER_ROW = 2
LINE_HEIGHT = 16.5  # points


class Row(Protocol):
    """A published duty."""

    on_date: dt.date
    starts: dt.time
    ends: dt.time
    status: str
    leader_name: str
    post: str
    sectors: str
    townships: str
    room: str
    place: str
    phone: str
    note: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What the title says: whose roster, which revision, when it was published."""

    office: str
    number: int
    first_day: dt.date
    last_day: dt.date
    published_at: dt.datetime
    timezone: str
    provisional: bool


def workbook(edition: Edition, duties: Iterable[Row], english: bool) -> bytes:
    """The file. Text stays text: nothing in it is read as a formula or turned into a link."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {"title": _title(edition, english), "created": edition.published_at.replace(tzinfo=None)}
    )
    sheet = book.add_worksheet("Roster" if english else "接访日程")
    _write_head(book, sheet, edition, english)
    _write_rows(book, sheet, list(duties), english)
    _set_up_print(sheet, edition, english)
    book.close()
    return buffer.getvalue()


def cells(duty: Row, english: bool) -> tuple[str, ...]:
    """One duty in the order of COLUMNS, as text; the date as YYYY-MM-DD."""
    number = duty.on_date.weekday()
    return (
        duty.on_date.isoformat(),
        WEEKDAYS_EN[number] if english else WEEKDAYS_ZH[number],
        duty.leader_name,
        duty.post,
        duty.sectors,
        duty.townships,
        f"{duty.starts:%H:%M}–{duty.ends:%H:%M}",
        " ".join(filter(None, (duty.place, duty.room))),
        duty.phone,
        _remark(duty, english),
    )


def _remark(duty: Row, english: bool) -> str:
    states = {"suspended": SUSPENDED, "cancelled": CANCELLED}
    state = states.get(duty.status)
    said = (state.en if english else state.zh) if state else ""
    return " ".join(filter(None, (said, duty.note)))


def _title(edition: Edition, english: bool) -> str:
    if english:
        return f"{edition.office}: roster of leaders receiving the public"
    return f"{edition.office}领导接访日程表"


def _subtitle(edition: Edition, english: bool) -> str:
    at = edition.published_at.astimezone(ZoneInfo(edition.timezone))
    parts = (
        [
            days_in_words(edition.first_day, edition.last_day).en,
            f"Revision {edition.number}",
            f"published {at:%Y-%m-%d %H:%M}",
        ]
        if english
        else [
            days_in_words(edition.first_day, edition.last_day).zh,
            f"第 {edition.number} 版",
            f"发布时间 {at:%Y-%m-%d %H:%M}",
        ]
    )
    if edition.provisional:
        parts.append(PROVISIONAL.en if english else PROVISIONAL.zh)
    return "　".join(parts)


def _write_head(book: Any, sheet: Any, edition: Edition, english: bool) -> None:
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    small = book.add_format(
        {"align": "center", "font_color": "#9c5700" if edition.provisional else "#55636f"}
    )
    header = book.add_format(
        {
            "bold": True,
            "bg_color": "#e6eef6",
            "border": 1,
            "align": "center",
            "valign": "vcenter",
            "text_wrap": True,
        }
    )
    last = len(COLUMNS) - 1
    sheet.merge_range(0, 0, 0, last, _title(edition, english), title)
    sheet.merge_range(1, 0, 1, last, _subtitle(edition, english), small)
    sheet.set_row(0, 28)
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(HEADER_ROW, column, name.en if english else name.zh, header)


def _write_rows(book: Any, sheet: Any, duties: Sequence[Row], english: bool) -> None:
    text = book.add_format({"border": 1, "valign": "vcenter", "text_wrap": True})
    date = book.add_format({"border": 1, "valign": "vcenter", "align": "center", "num_format": "yyyy-mm-dd"})
    for line, duty in enumerate(duties, start=HEADER_ROW + 1):
        values = cells(duty, english)
        sheet.write_datetime(line, 0, dt.datetime.combine(duty.on_date, dt.time()), date)
        for column, value in enumerate(values[1:], start=1):
            sheet.write_string(line, column, value, text)
        sheet.set_row(line, LINE_HEIGHT * max(map(_lines, values[1:], (width for _, width in COLUMNS[1:]))))
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(len(duties), 1), len(COLUMNS) - 1)


def _lines(value: str, width: int) -> int:
    """How many lines a text takes in a column of so many digits; office programs do not find out by themselves."""
    wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in value)
    return max(1, -(-wide // (width - 1)))


def _set_up_print(sheet: Any, edition: Edition, english: bool) -> None:
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    page = "Page &P of &N" if english else "第 &P 页，共 &N 页"
    office = edition.office.replace("&", "&&")
    sheet.set_footer(
        f"&L{office}　{'Revision' if english else '第'} {edition.number}{'' if english else ' 版'}&R{page}"
    )
