"""Days away in a calendar file. Runs in a process of its own with limits: a file may hold rules that never end.

python -m app.feeds.own_calendar.reading FIRST LAST < calendar.ics      # prints JSON: [[first, last, title, likely], …]
"""

import datetime as dt
import json
import re
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

MOST_COMPONENTS = 20_000
MOST_OCCURRENCES = 1000
MEMORY = 768 * 1024 * 1024
SECONDS = 15
_AWAY = re.compile(
    r"休假|请假|年假|病假|出差|外出|培训|学习|leave|vacation|holiday|out of office|trip|ooo", re.IGNORECASE
)
_TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")


def days_away(content: bytes, first: dt.date, last: dt.date) -> list[tuple[str, str, str, bool]]:
    """All-day events that touch the range: first and last day, title, and whether it looks like an absence.

    Raises ValueError for what is no calendar, or too large.
    """
    import icalendar
    import recurring_ical_events

    if content.count(b"BEGIN:") > MOST_COMPONENTS:
        raise ValueError("too many entries")
    calendar = icalendar.Calendar.from_ical(content)
    calendar.subcomponents = [part for part in calendar.subcomponents if _is_whole_days(part)]
    found = recurring_ical_events.of(calendar, skip_bad_series=True).between(
        first, last + dt.timedelta(days=1)
    )
    spans = sorted(_spans(islice(found, MOST_OCCURRENCES), first, last))
    return list(dict.fromkeys(spans))


def _is_whole_days(part: Any) -> bool:
    if part.name != "VEVENT" or str(part.get("STATUS", "")).upper() == "CANCELLED":
        return False
    start, rule = part.get("DTSTART"), part.get("RRULE")
    frequencies = rule.get("FREQ", []) if rule else []
    if start is None or any(str(one).upper() in _TOO_OFTEN for one in frequencies):
        return False
    return not isinstance(start.dt, dt.datetime)


def _spans(events: Iterator[Any], first: dt.date, last: dt.date) -> Iterator[tuple[str, str, str, bool]]:
    for event in events:
        begins = event["DTSTART"].dt
        ends = event["DTEND"].dt if "DTEND" in event else begins + dt.timedelta(days=1)
        final = max(begins, ends - dt.timedelta(days=1))
        if final < first or begins > last:
            continue
        title = " ".join(str(event.get("SUMMARY", "")).split())[:80]
        opaque = str(event.get("TRANSP", "")).upper() == "OPAQUE"
        busy = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() in ("OOF", "BUSY")
        likely = opaque or busy or bool(_AWAY.search(title))
        yield max(begins, first).isoformat(), min(final, last).isoformat(), title, likely


def main() -> int:
    """Read standard input; print JSON, or one line of what is wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    first, last = (dt.date.fromisoformat(text) for text in sys.argv[1:3])
    try:
        found = days_away(sys.stdin.buffer.read(), first, last)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, OverflowError, MemoryError) as error:
        sys.stderr.write(f"{type(error).__name__}\n")
        return 1
    sys.stdout.write(json.dumps(found, ensure_ascii=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
