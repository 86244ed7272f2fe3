"""The JSON of the holiday-cn project: {"year", "papers": [url], "days": [{"name", "date", "isOffDay"}]}."""

from __future__ import annotations

import json
from datetime import date

from app.calendar.errors import BadNotice
from app.calendar.importing.raw import RawDay, RawNotice
from app.core.text import Text


def read_json(text: str) -> RawNotice:
    """The file's days. The file of a year not announced yet exists and is empty: the caller refuses it.

    Raises BadNotice when it is not such a file.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise BadNotice(
            "这不是完整的 JSON 文件，请重新下载后再导入。",
            "This is not a complete JSON file. Download it again and import it then.",
        ) from None
    days = data.get("days") if isinstance(data, dict) else None
    if not isinstance(days, list) or type(data.get("year")) is not int:
        raise BadNotice(
            "JSON 文件里没有 year 和 days，不是 holiday-cn 格式的放假安排，请检查文件。",
            "The JSON has no year and days, so it is no holiday-cn notice. Check the file.",
        )
    papers = data.get("papers")
    return RawNotice(
        days=tuple(_day(entry, number) for number, entry in enumerate(days, start=1)),
        year=data["year"],
        papers=tuple(str(paper) for paper in papers) if isinstance(papers, list) else (),
    )


def _day(entry: object, number: int) -> RawDay:
    fields = entry if isinstance(entry, dict) else {}
    name, text, off = fields.get("name"), fields.get("date"), fields.get("isOffDay")
    if not isinstance(name, str) or not isinstance(text, str) or not isinstance(off, bool):
        raise BadNotice(
            f"days 中第 {number} 项应有 name（文字）、date（日期）和 isOffDay（true 或 false），请改正后再导入。",
            f"Item {number} of days needs name (text), date (a date) and isOffDay (true or false). "
            "Correct it and import again.",
        )
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadNotice(
            f"days 中第 {number} 项的日期“{text[:20]}”不对，应写作 2027-01-01。",
            f"Item {number} of days has a wrong date, {text[:20]!r}. Write it as 2027-01-01.",
        ) from None
    return RawDay(day, name, off, Text(f"第 {number} 项", f"item {number}"))
