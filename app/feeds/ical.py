"""Calendars as bytes (RFC 5545, RFC 7986). Pure: nothing random, no clock; equal input gives equal bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.feeds import words
from app.feeds.content_lines import escape, fold, local_time, parameter, utc_time
from app.feeds.events import Event

COLOUR = "steelblue"  # RFC 7986 takes a CSS3 name
REFRESH = "PT1H"
_ZONE_FROM = dt.date(1992, 1, 1)  # after the summer time of 1986 to 1991, which some programs stumble over


@dataclass(frozen=True, slots=True)
class CalendarHead:
    """What a calendar says about itself. `source` is its own address, "" for a secret one."""

    uid: str
    name: str
    description: str
    url: str
    source: str
    language: str
    zones: tuple[str, ...]  # at least one; the first is the calendar's own


def render_calendar(head: CalendarHead, events: Sequence[Event], alarm: int | None, busy: bool) -> bytes:
    """The whole file. `alarm`: minutes before the start; `busy`: timed sessions block the time."""
    parts = [_lines(_head_lines(head, events))]
    parts += [time_zone(zone) for zone in head.zones]
    parts += [event_bytes(event, head.language, alarm, busy) for event in _in_order(events)]
    parts.append(b"END:VCALENDAR\r\n")
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in an invitation: the name shown, and the mail address."""

    name: str
    mail: str


def render_invitation(event: Event, language: str, organiser: Party, attendee: Party) -> bytes:
    """One event as an iTIP message (RFC 5546): REQUEST while it holds, CANCEL when it does not.

    The METHOD stands inside, as RFC 6047 wants it; a subscribed calendar never has one.
    """
    method = "CANCEL" if event.cancelled else "REQUEST"
    lines = list(_event_lines(event, language, None, busy=True))
    answer = "PARTSTAT=NEEDS-ACTION;RSVP=FALSE"
    lines[-1:-1] = [
        f"ORGANIZER;CN={parameter(organiser.name)}:mailto:{organiser.mail}",
        f"ATTENDEE;CN={parameter(attendee.name)};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;{answer}"
        f":mailto:{attendee.mail}",
    ]
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Reception Rota//Invitation//" + ("EN" if language == "en" else "ZH"),
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
    ]
    return b"".join((_lines(head), time_zone(event.zone), _lines(lines), b"END:VCALENDAR\r\n"))


@lru_cache(maxsize=64)
def time_zone(name: str) -> bytes:
    """The VTIMEZONE of a zone of the IANA database, without rules from before 1992."""
    from icalendar import Timezone

    zone = Timezone.from_tzid(name, first_date=_ZONE_FROM)
    zone.pop("COMMENT", None)
    return bytes(zone.to_ical())


@lru_cache(maxsize=16384)
def event_bytes(event: Event, language: str, alarm: int | None, busy: bool) -> bytes:
    """One event. Kept: a publication changes a few events of a calendar, and the others are joined as they were."""
    return _lines(_event_lines(event, language, alarm, busy))


def _in_order(events: Sequence[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.day, event.starts, event.uid))


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join(map(fold, lines))


def _head_lines(head: CalendarHead, events: Sequence[Event]) -> list[str]:
    language = "EN" if head.language == "en" else "ZH"
    changed = max((event.modified for event in events), default=None)
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Reception Rota//Published roster//{language}",
        "CALSCALE:GREGORIAN",
        f"UID:{head.uid}",
        *([f"LAST-MODIFIED:{utc_time(changed)}"] if changed else []),
        f"NAME:{escape(head.name)}",
        f"X-WR-CALNAME:{escape(head.name)}",
        f"DESCRIPTION:{escape(head.description)}",
        f"X-WR-CALDESC:{escape(head.description)}",
        f"X-WR-TIMEZONE:{head.zones[0]}",
        f"URL:{head.url}",
        *([f"SOURCE;VALUE=URI:{head.source}"] if head.source else []),
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
        f"COLOR:{COLOUR}",
    ]


def _event_lines(event: Event, language: str, alarm: int | None, busy: bool) -> list[str]:
    opaque = busy and not event.cancelled and not event.whole_day
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{utc_time(event.modified)}",
        f"CREATED:{utc_time(event.created)}",
        f"LAST-MODIFIED:{utc_time(event.modified)}",
        f"SEQUENCE:{event.sequence}",
        *_time_lines(event),
        f"SUMMARY:{escape(event.summary)}",
        f"DESCRIPTION:{escape(event.description)}",
        *([f"LOCATION:{escape(event.location)}"] if event.location else []),
        f"CATEGORIES:{','.join(map(escape, event.categories))}",
        f"URL:{event.url}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        f"TRANSP:{'OPAQUE' if opaque else 'TRANSPARENT'}",
        "CLASS:PUBLIC",
        *(_alarm_lines(event, language, alarm) if alarm is not None and not event.cancelled else []),
        "END:VEVENT",
    ]


def _time_lines(event: Event) -> list[str]:
    if event.whole_day:  # an all-day DTEND is the next day
        return [
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + dt.timedelta(days=1):%Y%m%d}",
        ]
    return [
        f"DTSTART;TZID={event.zone}:{local_time(event.day, event.starts)}",
        f"DTEND;TZID={event.zone}:{local_time(event.day, event.ends)}",
    ]


def _alarm_lines(event: Event, language: str, minutes: int) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escape(words.ALARM.in_locale(language).format(text=event.summary))}",
        f"TRIGGER:-PT{minutes}M",
        "END:VALARM",
    ]
