"""Reads a calendar from standard input with the package named first; prints rows as JSON. Any Python 3 may run it."""

import datetime
import importlib
import json
import sys
from collections.abc import Iterator
from typing import Any

Rows = Iterator[tuple[Any, ...]]

UTC = datetime.timezone(datetime.timedelta())  # datetime.UTC is only in Python 3.11 and later
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


def local(moment: datetime.datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y%m%dT%H%M")


def utc(moment: datetime.datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def by_vobject(text: str) -> Rows:
    vobject = importlib.import_module("vobject")
    for event in getattr(vobject.readOne(text), "vevent_list", []):  # an empty calendar has none
        stamps = utc(event.last_modified.value), utc(event.dtstamp.value)
        times = local(event.dtstart.value), local(event.dtend.value)
        yield (
            event.uid.value,
            int(event.sequence.value),
            *stamps,
            event.status.value,
            *times,
            event.summary.value,
        )


def by_ics(text: str) -> Rows:
    for event in importlib.import_module("ics").Calendar(text).events:
        more = {line.name: line.value for line in event.extra}
        times = local(event.begin.datetime), local(event.end.datetime)
        modified = utc(event.last_modified.datetime)
        yield event.uid, int(more["SEQUENCE"]), modified, modified, event.status, *times, event.name


def by_icalevents(text: str) -> Rows:
    parse = importlib.import_module("icalevents.icalparser").parse_events
    first, last = (
        datetime.datetime(2025, 1, 1, tzinfo=SHANGHAI),
        datetime.datetime(2030, 1, 1, tzinfo=SHANGHAI),
    )
    for event in parse(text.encode(), first, last):
        modified = utc(event.last_modified)
        yield (
            event.uid,
            int(event.sequence),
            modified,
            modified,
            event.status,
            local(event.start),
            local(event.end),
            event.summary,
        )


def main() -> None:
    reader = globals()["by_" + sys.argv[1]]
    if sys.argv[2:] == ["--here"]:
        importlib.import_module(sys.argv[1])
        return
    sys.stdout.write(json.dumps(list(reader(sys.stdin.buffer.read().decode()))))


main()
