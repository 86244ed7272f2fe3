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
    """Days of one event. `likely`: it looks like an absence; `leave`: all of them are leave already, `partly`: some."""

    first: dt.date
    last: dt.date
    title: str
    likely: bool
    leave: bool
    partly: bool

    @property
    def value(self) -> str:
        """As a form carries it: the title stays behind, it may be private."""
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


def preview(office: Office, leader_id: int, content: bytes) -> list[Span]:
    """What takes whole days in the next 400, in order. Raises BadCalendar."""
    today = clock.today(office.timezone)
    if len(content) > MOST_BYTES or b"BEGIN:VCALENDAR" not in content[:4096].upper():
        raise BadCalendar(
            "这不是日历文件（.ics），或超过 2 MB。",
            "This is not a calendar file (.ics), or has more than 2 MB.",
        )
    rows = _read_apart(content, today, today + AHEAD, office.timezone)
    known = queries.list_leaves([leader_id], DateRange.from_days(today, today + AHEAD))
    return [_span(known, *row) for row in rows]


def _span(known: Sequence[Leave], first: str, last: str, title: str, likely: bool) -> Span:
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    left = _without(known, *days)
    return Span(*days, title, likely, leave=not left, partly=bool(left) and left != [days])


def keep(office: Office, leader_id: int, values: Sequence[str]) -> int:
    """Enter the confirmed days as leave, touching ones together; days that are leave already are left alone.

    How many leaves were added. Raises BadCalendar for what no preview offered, LeaderNotHere.
    """
    added = 0
    for first, last in _joined(_parsed(values)):
        known = queries.list_leaves([leader_id], DateRange.from_days(first, last))
        for begins, ends in _without(known, first, last):
            absences.add_leave(office, leader_id, begins, ends, "日历导入")
            added += 1
    return added


def _read_apart(content: bytes, first: dt.date, last: dt.date, zone: str) -> list[tuple[str, str, str, bool]]:
    command = [
        sys.executable,
        "-m",
        "app.feeds.own_calendar.reading",
        first.isoformat(),
        last.isoformat(),
        zone,
    ]
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


def _without(leaves: Sequence[Leave], first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The days from `first` to `last` that are no leave yet, as ranges."""
    found, day = [], first
    for leave in sorted(leaves, key=lambda leave: leave.first_day):
        if leave.last_day >= day and leave.first_day <= last:
            if leave.first_day > day:
                found.append((day, leave.first_day - dt.timedelta(days=1)))
            day = max(day, leave.last_day + dt.timedelta(days=1))
    return [*found, *([(day, last)] if day <= last else [])]
