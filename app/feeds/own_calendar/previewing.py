"""From the bytes of a calendar to what a person may confirm, and from what was confirmed to leave."""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from app.core import clock
from app.core.dates import DateRange
from app.core.errors import RotaError
from app.directory.models import Office
from app.feeds.own_calendar.fetching import MOST_BYTES
from app.roster import absences, queries
from app.roster.models import Leave

AHEAD = dt.timedelta(days=400)
SECONDS = 20
MOST_SPANS = 200


class BadCalendar(RotaError):
    """What was uploaded or fetched is no calendar that can be used."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days of one event. `likely`: it looks like an absence; `leave`: they touch a leave that is entered already."""

    first: dt.date
    last: dt.date
    title: str
    likely: bool
    leave: bool

    @property
    def value(self) -> str:
        """As a form carries it: the title stays behind, it may be private."""
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


def preview(office: Office, leader_id: int, content: bytes) -> list[Span]:
    """The all-day events of the next 400 days, in order. Raises BadCalendar."""
    today = clock.today(office.timezone)
    if len(content) > MOST_BYTES or b"BEGIN:VCALENDAR" not in content[:4096].upper():
        raise BadCalendar(
            "这不是日历文件（.ics），或超过 2 MB。",
            "This is not a calendar file (.ics), or has more than 2 MB.",
        )
    rows = _read_apart(content, today, today + AHEAD)
    known = queries.list_leaves([leader_id], DateRange.from_days(today, today + AHEAD))
    days = [
        (dt.date.fromisoformat(first), dt.date.fromisoformat(last), title, likely)
        for first, last, title, likely in rows
    ]
    return [
        Span(first, last, title, likely, _touches(known, first, last)) for first, last, title, likely in days
    ]


def keep(office: Office, leader_id: int, values: Sequence[str]) -> int:
    """Enter the confirmed days as leave, touching ones together; days of leave entered before are left alone.

    How many leaves were added. Raises BadCalendar for what no preview offered, LeaderNotHere.
    """
    added = 0
    for first, last in _joined(_parsed(values)):
        if not _touches(queries.list_leaves([leader_id], DateRange.from_days(first, last)), first, last):
            absences.add_leave(office, leader_id, first, last, "日历导入")
            added += 1
    return added


def _read_apart(content: bytes, first: dt.date, last: dt.date) -> list[tuple[str, str, str, bool]]:
    command = [sys.executable, "-m", "app.feeds.own_calendar.reading", first.isoformat(), last.isoformat()]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise _unreadable() from error
    if done.returncode:
        raise _unreadable()
    rows: list[tuple[str, str, str, bool]] = json.loads(done.stdout)
    return rows


def _unreadable() -> BadCalendar:
    return BadCalendar(
        "日历无法读取，或内容过多。请从日历软件重新导出近一年的内容再试。",
        "The calendar cannot be read, or holds too much. Export about one year from the calendar program and try again.",
    )


def _parsed(values: Sequence[str]) -> list[tuple[dt.date, dt.date]]:
    spans = []
    for value in values[:MOST_SPANS]:
        first, _slash, last = value.partition("/")
        try:
            spans.append((dt.date.fromisoformat(first), dt.date.fromisoformat(last)))
        except ValueError as error:
            raise BadCalendar("请重新预览后再确认。", "Preview the calendar again, then confirm.") from error
    return sorted(spans)


def _joined(spans: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    found: list[tuple[dt.date, dt.date]] = []
    for first, last in spans:
        if found and first <= found[-1][1] + dt.timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _touches(leaves: Sequence[Leave], first: dt.date, last: dt.date) -> bool:
    return any(leave.first_day <= last and leave.last_day >= first for leave in leaves)
