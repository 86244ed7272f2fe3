"""Days away in a calendar file. Runs in a process of its own with limits: a file may hold rules that never end.

python -m app.feeds.own_calendar.reading FIRST LAST ZONE < calendar.ics   # prints JSON: [[first, last, title, likely], …]
"""

import datetime as dt
import json
import re
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

MOST_COMPONENTS = 20_000
MOST_OCCURRENCES = 10_000
MOST_DAYS = 400
WORK_BEGINS, WORK_ENDS = dt.time(9), dt.time(17)
WORK, WORK_AWAY = (
    dt.timedelta(hours=7),
    dt.timedelta(hours=3),
)  # so much of a day is all of it; with a night away
MEMORY = 768 * 1024 * 1024
SECONDS = 15
_AWAY = re.compile(
    r"休假|请假|年假|病假|出差|外出|培训|学习|leave|vacation|holiday|out of office|trip|ooo", re.IGNORECASE
)
_TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")


def days_away(content: bytes, first: dt.date, last: dt.date, zone: str) -> list[tuple[str, str, str, bool]]:
    """Events of whole days, or that take most of one, in the range: first and last day, title, whether it looks like
    an absence. Times are seen from `zone`; one without a zone means it. Raises ValueError for what is no calendar.
    """
    import icalendar
    import recurring_ical_events

    if content.count(b"BEGIN:") > MOST_COMPONENTS:
        raise ValueError("too many entries")
    calendar = icalendar.Calendar.from_ical(content)
    calendar.subcomponents = [part for part in calendar.subcomponents if _can_be_read(part)]
    found = recurring_ical_events.of(calendar, skip_bad_series=True).between(
        first, last + dt.timedelta(days=1)
    )
    spans = sorted(_spans(islice(found, MOST_OCCURRENCES), first, last, ZoneInfo(zone)))
    return list(dict.fromkeys(spans))


def _can_be_read(part: Any) -> bool:
    """A single cancelled day of a series stays here: without it the series would fill the day again."""
    if part.name != "VEVENT":
        return bool(part.name == "VTIMEZONE")
    rule = part.get("RRULE")
    rules = rule if isinstance(rule, list) else [rule] if rule else []
    frequencies = [str(one).upper() for each in rules for one in each.get("FREQ", [])]
    return part.get("DTSTART") is not None and not any(one in _TOO_OFTEN for one in frequencies)


def _spans(
    events: Iterator[Any], first: dt.date, last: dt.date, zone: ZoneInfo
) -> Iterator[tuple[str, str, str, bool]]:
    for event in events:
        days = None if str(event.get("STATUS", "")).upper() == "CANCELLED" else _days(event, zone)
        if days is None or days[1] < first or days[0] > last:
            continue
        title = " ".join(str(event.get("SUMMARY", "")).split())[:80]
        whole = not isinstance(event["DTSTART"].dt, dt.datetime)
        opaque = whole and str(event.get("TRANSP", "")).upper() == "OPAQUE"
        busy = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
        likely = opaque or busy == "OOF" or (whole and busy == "BUSY") or bool(_AWAY.search(title))
        yield max(days[0], first).isoformat(), min(days[1], last).isoformat(), title, likely


def _days(event: Any, zone: ZoneInfo) -> tuple[dt.date, dt.date] | None:
    """The days an event takes, None when it is a meeting like any other."""
    begins = event["DTSTART"].dt
    ends = event["DTEND"].dt if "DTEND" in event else begins + dt.timedelta(days=1)
    if not isinstance(begins, dt.datetime):
        return begins, max(begins, ends - dt.timedelta(days=1))
    start, stop = (_local(moment, zone) for moment in (begins, ends))
    count = (stop.date() - start.date()).days + 1
    days = [start.date() + dt.timedelta(days=number) for number in range(min(count, MOST_DAYS))]
    least = WORK if count == 1 else WORK_AWAY
    taken = [
        day
        for day in days
        if min(stop, dt.datetime.combine(day, WORK_ENDS)) - max(start, dt.datetime.combine(day, WORK_BEGINS))
        >= least
    ]
    return (taken[0], taken[-1]) if taken else None


def _local(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment


def main() -> int:
    """Read standard input; print JSON, or one line of what is wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    first, last = (dt.date.fromisoformat(text) for text in sys.argv[1:3])
    zone = sys.argv[3]
    try:
        found = days_away(sys.stdin.buffer.read(), first, last, zone)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, OverflowError, MemoryError) as error:
        sys.stderr.write(f"{type(error).__name__}\n")
        return 1
    sys.stdout.write(json.dumps(found, ensure_ascii=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
