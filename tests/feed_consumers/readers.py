"""Readers inside this process: bytes to rows, or an exception that says what is wrong with them."""

import ctypes
import ctypes.util
import datetime as dt
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from tests.feed_consumers.rows import Row
from tests.unit.feeds.ics_check import read_strictly

Reader = Callable[[bytes], Sequence[Row]]
SHANGHAI = ZoneInfo("Asia/Shanghai")
EVER = (dt.date(2020, 1, 1), dt.date(2040, 1, 1))
SEEN = ("DESCRIPTION", "LOCATION", "TRANSP", "CATEGORIES", "URL")
ICAL_VEVENT = 4  # icalcomponent_kind of libical


@lru_cache(maxsize=16)
def strictly(body: bytes) -> tuple[Row, ...]:
    """Our own reader, which knows the standard and nothing of the program. Several stores read the same bytes."""
    return tuple(
        Row(
            event.text("UID"),
            int(event.values("SEQUENCE")[0]),
            event.values("LAST-MODIFIED")[0],
            event.values("DTSTAMP")[0],
            event.values("STATUS")[0],
            event.values("DTSTART")[0][:13],
            event.values("DTEND")[0][:13],
            event.text("SUMMARY"),
            repr(
                [*(line for line in event.lines if line[0] in SEEN), *(part.lines for part in event.inside)]
            ),
        )
        for event in read_strictly(body).inside
        if event.name == "VEVENT"
    )


def by_icalendar(body: bytes) -> list[Row]:
    """The package icalendar."""
    return [_row(event) for event in icalendar.Calendar.from_ical(body).walk("VEVENT")]


def by_recurring(body: bytes) -> list[Row]:
    """The package recurring-ical-events: what takes place between two days."""
    found: list[Any] = recurring_ical_events.of(icalendar.Calendar.from_ical(body)).between(*EVER)
    return [_row(event) for event in found]


def _row(event: Any) -> Row:
    def local(name: str) -> str:
        return f"{event[name].dt.astimezone(SHANGHAI):%Y%m%dT%H%M}"

    def utc(name: str) -> str:
        return f"{event[name].dt:%Y%m%dT%H%M%SZ}"

    title, status = str(event["SUMMARY"]), str(event["STATUS"])
    return Row(
        str(event["UID"]),
        int(event["SEQUENCE"]),
        utc("LAST-MODIFIED"),
        utc("DTSTAMP"),
        status,
        local("DTSTART"),
        local("DTEND"),
        title,
    )


def by_libical(body: bytes) -> list[Row]:
    """The C library of GNOME and others, with its own check of what the standard allows."""
    library = _libical()
    assert library is not None
    root = library.icalparser_parse_string(body)
    try:
        assert root, "libical cannot read it"
        assert library.icalcomponent_count_errors(root) == 0, "libical finds errors"
        assert library.icalrestriction_check(root) == 1, "libical: against the restrictions of RFC 5545"
        rows = []
        event = library.icalcomponent_get_first_component(root, ICAL_VEVENT)
        while event:
            rows.append(_libical_row(library, event))
            event = library.icalcomponent_get_next_component(root, ICAL_VEVENT)
        return rows
    finally:
        library.icalcomponent_free(root)


def _libical_row(library: ctypes.CDLL, event: int) -> Row:
    def value(name: bytes) -> str:
        found = library.icalcomponent_get_first_property(event, library.icalproperty_string_to_kind(name))
        text: bytes = library.icalproperty_get_value_as_string(found)
        return text.decode()

    title: bytes = library.icalcomponent_get_summary(event)
    return Row(
        value(b"UID"),
        int(value(b"SEQUENCE")),
        value(b"LAST-MODIFIED"),
        value(b"DTSTAMP"),
        value(b"STATUS"),
        value(b"DTSTART")[:13],
        value(b"DTEND")[:13],
        title.decode(),
    )


@cache
def _libical() -> ctypes.CDLL | None:
    name = ctypes.util.find_library("ical")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    pointer, text, kind = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for function, result, *arguments in (
        ("icalparser_parse_string", pointer, text),
        ("icalcomponent_count_errors", kind, pointer),
        ("icalrestriction_check", kind, pointer),
        ("icalcomponent_get_first_component", pointer, pointer, kind),
        ("icalcomponent_get_next_component", pointer, pointer, kind),
        ("icalcomponent_get_first_property", pointer, pointer, kind),
        ("icalproperty_string_to_kind", kind, text),
        ("icalproperty_get_value_as_string", text, pointer),
        ("icalcomponent_get_summary", text, pointer),
        ("icalcomponent_free", None, pointer),
    ):
        found = getattr(library, str(function))
        found.restype, found.argtypes = result, arguments
    return library


def in_process() -> dict[str, Reader]:
    """The readers that are here, by name."""
    found: dict[str, Reader] = {
        "strict RFC 5545": strictly,
        f"icalendar {icalendar.__version__}": by_icalendar,
        "recurring-ical-events": by_recurring,
    }
    return found | ({"libical": by_libical} if _libical() else {})
