"""Holidays as an iCalendar file: all-day events marked 休 or 班 in the title, the category or Apple's own property."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.calendar.errors import BadNotice
from app.calendar.importing.raw import RawDay, RawNotice, find_off, folded
from app.core.dates import ONE_DAY
from app.core.text import Text

if TYPE_CHECKING:
    from icalendar import Event

MOST_EVENTS = 2000
LONGEST_HOLIDAY = 31
_APPLE = "X-APPLE-SPECIAL-DAY"
_APPLE_KINDS = {"WORK-HOLIDAY": True, "ALTERNATE-WORKDAY": False}
_BEGIN, _END = (
    re.compile(rb"(?im)^BEGIN:"),
    re.compile(rb"(?im)^END:"),
)  # a cut-off file is read without complaint
_COUNTER = re.compile(r"第\s*\d+\s*天\s*(?:/\s*共\s*\d+\s*天)?")
_MARK = re.compile(
    r"[\s(\[【:-]*(调休上班|上班补休|休假|放假|假期|补班|上班|调班|工作日|休息|休|班"
    r"|day off|make-up|working day|workday|holiday|work|off)[\s)\]】]*$"
)


def read_ics(content: bytes) -> RawNotice:
    """The days of the marked events; unmarked ones (festivals, solar terms) are left out and counted as a problem.

    Raises BadNotice when the file cannot be read or an event spans more than a month.
    """
    events = _events(content)
    marked = [(event, _mark(event)) for event in events]
    days = tuple(
        RawDay(day, name, off, Text(f"事件“{name}”", f"event {name!r}"))
        for event, (name, off) in marked
        if off is not None
        for day in _days(event, name)
    )
    left_out = sum(1 for _, (_, off) in marked if off is None)
    return RawNotice(days=days, problems=(_left_out(left_out),) if left_out else ())


def _events(content: bytes) -> list[Event]:
    from icalendar import Calendar, Event  # heavy: only when such a file is imported

    if len(_BEGIN.findall(content)) != len(_END.findall(content)):
        raise _incomplete()
    try:
        calendars = Calendar.from_ical(content, multiple=True)
        parts = (part for calendar in calendars for part in calendar.walk("VEVENT"))
        found = [part for part in parts if isinstance(part, Event)]
    except (ValueError, KeyError, IndexError, RecursionError):
        raise _incomplete() from None
    if len(found) > MOST_EVENTS:
        raise BadNotice(
            f"日历文件有 {len(found)} 个事件，超过 {MOST_EVENTS} 个，请只导出放假安排。",
            f"The calendar file has {len(found)} events, more than {MOST_EVENTS}. Export only the holidays.",
        )
    return found


def _mark(event: Event) -> tuple[str, bool | None]:
    """The holiday's name and whether the event is a rest day; None when nothing says so."""
    summary = _COUNTER.sub("", folded(str(event.get("SUMMARY", "")))).strip()
    match = _MARK.search(summary)
    name = summary[: match.start()] if match else summary
    apple = _APPLE_KINDS.get(str(event.get(_APPLE, "")).strip().upper())
    said = (apple, find_off(match.group(1)) if match else None, *map(find_off, _categories(event)))
    return name.strip(), next((off for off in said if off is not None), None)


def _categories(event: Event) -> list[str]:
    value: Any = event.get("CATEGORIES")
    lists = value if isinstance(value, list) else [value] if value is not None else []
    return [str(category) for entry in lists for category in getattr(entry, "cats", [entry])]


def _days(event: Event, name: str) -> Iterator[date]:
    """Each day of the event; DTEND is the first day that no longer belongs to it."""
    first, stop = _span(event)
    if first is None or stop is None or (stop - first).days > LONGEST_HOLIDAY:
        raise BadNotice(
            f"事件“{name[:20]}”没有正确的起止日期（最长 {LONGEST_HOLIDAY} 天），请改正后再导入。",
            f"The event {name[:20]!r} has no right first and last day (at most {LONGEST_HOLIDAY} days). "
            "Correct it and import again.",
        )
    return (first + timedelta(days=number) for number in range(max((stop - first).days, 1)))


def _span(event: Event) -> tuple[date | None, date | None]:
    try:
        start, end = event.get("DTSTART"), event.get("DTEND")
        duration = event.get("DURATION")
        first = None if start is None else start.dt
        last = end.dt if end is not None else first + duration.dt if first and duration else None
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None, None
    if not isinstance(first, date):
        return None, None
    return _day(first), _stop(last) if isinstance(last, date) else _day(first) + ONE_DAY


def _day(when: date) -> date:
    return when.date() if isinstance(when, datetime) else when


def _stop(end: date) -> date:
    """The first day after the event: an end at a time of day still belongs to that day."""
    if isinstance(end, datetime):
        at_midnight = (end.hour, end.minute, end.second) == (0, 0, 0)
        return end.date() if at_midnight else end.date() + ONE_DAY
    return end


def _left_out(count: int) -> Text:
    return Text(
        f"有 {count} 个事件没有注明“休”或“班”，未采用。",
        f"{count} events say neither rest (休) nor work (班) and were left out.",
    )


def _incomplete() -> BadNotice:
    return BadNotice(
        "这不是完整的日历文件（.ics），请重新下载后再导入。",
        "This is not a complete calendar file (.ics). Download it again and import it then.",
    )
