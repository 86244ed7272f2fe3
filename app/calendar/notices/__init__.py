"""The official working-day arrangements, 2004 to 2026, one JSON file a year beside this module.

They were made by `app.calendar.notices.generate` from the chinesecalendar package (which the files name with its
version) and from `documents.json`, our own list of the papers. At run time only the files are read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.calendar.notice import STATE_COUNCIL_OFFICE, Notice, NoticeDay, NoticeDocument
from app.core.text import Text

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def official_notices() -> Mapping[int, Notice]:
    """The notices shipped with the program, by year."""
    files = sorted(FOLDER.glob("[0-9][0-9][0-9][0-9].json"))
    notices = (notice_from_json(json.loads(file.read_text(encoding="utf-8"))) for file in files)
    return MappingProxyType({notice.year: notice for notice in notices})


def notice_from_json(data: Mapping[str, Any]) -> Notice:
    """One year's file as a Notice."""
    return Notice(
        year=data["year"],
        days=tuple(_day(entry) for entry in data["days"]),
        documents=tuple(document_from_json(entry) for entry in data["documents"]),
        source=data["source"],
    )


def document_from_json(entry: Mapping[str, Any]) -> NoticeDocument:
    """One document: {"title", "issuer", "number", "issued_on"}, the last two possibly null."""
    return NoticeDocument(
        title=entry["title"],
        issuer=entry.get("issuer", STATE_COUNCIL_OFFICE),
        number=entry["number"],
        issued_on=_date_or_none(entry["issued_on"]),
    )


def _day(entry: Mapping[str, Any]) -> NoticeDay:
    return NoticeDay(
        day=date.fromisoformat(entry["date"]),
        name=Text(entry["name_zh"], entry["name_en"]),
        off=entry["off"],
        replaces=_date_or_none(entry.get("replaces")),
    )


def _date_or_none(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
