"""Makes the yearly files from the chinesecalendar package and `documents.json`.

Run after the package learns a new year (and after adding the year's paper to documents.json):
    python -m app.calendar.notices.generate
"""

from __future__ import annotations

import json
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chinese_calendar import Holiday, holidays, workdays

from app.calendar.notice import STATE_COUNCIL_OFFICE, holiday_name
from app.calendar.notices import FOLDER

DOCUMENTS = FOLDER / "documents.json"

# What the package leaves out. The notice for 2006 says "12月31日上班" (31 December 2005, a Saturday). The other three are
# weekend days inside holidays (4-6 June 2011, 22-24 June 2012, 3-5 September 2015): only the name was missing.
ADDED = {
    date(2005, 12, 31): ("元旦", False),
    date(2011, 6, 5): ("端午节", True),
    date(2012, 6, 23): ("端午节", True),
    date(2015, 9, 5): (Holiday.anti_fascist_70th_day.chinese, True),
}
_FULL_NAMES = {Holiday.anti_fascist_70th_day.chinese: "抗战胜利70周年纪念日"}


def announced_days() -> dict[date, tuple[str, bool]]:
    """Every day the notices name: its holiday's Chinese name and whether it is a rest day."""
    days = {day: (_name(english), True) for day, english in holidays.items()}
    days |= {day: (_name(english), False) for day, english in workdays.items()}
    return days | {day: (_full_name(name), off) for day, (name, off) in ADDED.items()}


def notice_year(day: date, name: str) -> int:
    """The year whose notice names the day: a New Year's day of December belongs to the next year's."""
    return day.year + 1 if day.month == 12 and name == "元旦" else day.year


def build(year: int) -> dict[str, Any]:
    """One year's file."""
    documents = json.loads(DOCUMENTS.read_text(encoding="utf-8"))[str(year)]
    replaces: dict[str, str] = {}
    for document in documents:
        replaces |= document.get("replaces", {})
    days = sorted((day, *kind) for day, kind in announced_days().items() if notice_year(day, kind[0]) == year)
    return {
        "year": year,
        "source": _source(year),
        "documents": [_document(document) for document in documents],
        "days": [_day(day, name, off, replaces.get(day.isoformat())) for day, name, off in days],
    }


def _source(year: int) -> str:
    added = [day.isoformat() for day, (name, _) in ADDED.items() if notice_year(day, name) == year]
    package = f"chinesecalendar {version('chinesecalendar')}"
    return package + (f"; {', '.join(added)} from the notice itself" if added else "")


def _document(entry: dict[str, Any]) -> dict[str, Any]:
    """The paper, with the days it changed when it is a second one of the year."""
    kept = {key: entry[key] for key in ("title", "number", "issued_on", "days") if key in entry}
    return {"issuer": entry.get("issuer", STATE_COUNCIL_OFFICE)} | kept


def _day(day: date, name: str, off: bool, replaces: str | None) -> dict[str, Any]:
    text = holiday_name(name)
    entry: dict[str, Any] = {"date": day.isoformat(), "name_zh": text.zh, "name_en": text.en, "off": off}
    return entry | ({"replaces": replaces} if replaces else {})


def _name(english: str) -> str:
    return _full_name(str(Holiday(english).chinese))


def _full_name(chinese: str) -> str:
    return _FULL_NAMES.get(chinese, chinese)


def as_lines(notice: dict[str, Any]) -> str:
    """JSON with one day a line, so that a correction is one line of a diff."""

    def rows(entries: list[dict[str, Any]]) -> str:
        return ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in entries)

    head = json.dumps({"year": notice["year"], "source": notice["source"]})[1:-1]
    return f'{{{head},\n "documents": [\n{rows(notice["documents"])}\n ],\n "days": [\n{rows(notice["days"])}\n ]}}\n'


def write_all(folder: Path = FOLDER) -> None:
    """Write every year that `documents.json` knows."""
    for year in json.loads(DOCUMENTS.read_text(encoding="utf-8")):
        (folder / f"{year}.json").write_text(as_lines(build(int(year))), encoding="utf-8")


if __name__ == "__main__":
    write_all()
