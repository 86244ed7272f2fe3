"""The calendars of an office and of a leader, rendered from what is published."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from app.feeds import words
from app.feeds.events import Event, Extra, Place, event_uid, leader_events, office_events
from app.feeds.ical import CalendarHead, render_calendar
from app.feeds.options import FeedOptions, window_start
from app.roster.published.sessions import Roll
from app.web.renderings import Rendering

CONTENT_TYPE = "text/calendar; charset=utf-8"
NO_EXTRAS: Mapping[str, Mapping[str, Extra]] = {}
_EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Publication:
    """An office with what it has published; `roll` is None before the first revision."""

    place: Place
    roll: Roll | None


def office_calendar(published: Publication, options: FeedOptions, today: dt.date) -> Rendering:
    """The public calendar of an office: every session."""
    place, since = published.place, window_start(today, options.past)
    events = list(office_events(published.roll, place, options.language, since)) if published.roll else []
    name = words.OFFICE_CALENDAR.in_locale(options.language).format(office=place.title(options.language))
    head = CalendarHead(
        uid=event_uid("office calendar", place.site, place.code),
        name=name + _provisional_mark([published], options.language, since),
        description=words.CALENDAR_DESCRIPTION.in_locale(options.language),
        url=f"{place.site}/o/{place.code}",
        source=f"{place.site}/o/{place.code}/calendar.ics",
        language=options.language,
        zones=(place.zone,),
    )
    return _render(head, events, options, since)


def leader_calendar(
    leader_id: int,
    leader_name: str,
    home: Publication,
    others: Sequence[Publication],
    options: FeedOptions,
    today: dt.date,
    extras: Mapping[str, Mapping[str, Extra]] = NO_EXTRAS,
) -> Rendering:
    """The calendar of one leader: his or her sessions at every office. It never carries its own secret address.

    `extras`: by the office's code and the session's key.
    """
    since = window_start(today, options.past)
    serving = [home, *others]
    events = [
        event
        for at in serving
        if at.roll is not None
        for event in leader_events(
            at.roll, at.place, leader_id, options.language, since, extras.get(at.place.code, {})
        )
    ]
    name = words.LEADER_CALENDAR.in_locale(options.language).format(leader=leader_name)
    head = CalendarHead(
        uid=event_uid("leader calendar", home.place.site, home.place.code, str(leader_id)),
        name=name + _provisional_mark(serving, options.language, since),
        description=words.CALENDAR_DESCRIPTION.in_locale(options.language),
        url=f"{home.place.site}/o/{home.place.code}",
        source="",
        language=options.language,
        zones=tuple(dict.fromkeys(at.place.zone for at in serving)),
    )
    return _render(head, events, options, since)


def staff_calendar(
    published: Publication, options: FeedOptions, today: dt.date, extras: Mapping[str, Extra]
) -> Rendering:
    """An office's sessions with what its staff need to know of visits, by session key."""
    place, since = published.place, window_start(today, options.past)
    roll, language = published.roll, options.language
    events = list(office_events(roll, place, language, since, extras)) if roll else []
    name = words.STAFF_CALENDAR.in_locale(language).format(office=place.title(language))
    mark = _provisional_mark([published], language, since)
    identity = event_uid("staff calendar", place.site, place.code)
    return _render(_secret_head(identity, name + mark, place, language), events, options, since)


def department_calendar(
    unit: str,
    unit_id: int,
    home: Place,
    events: Sequence[Event],
    options: FeedOptions,
    today: dt.date,
) -> Rendering:
    """The visits a department attends."""
    since = window_start(today, options.past)
    name = words.DEPARTMENT_CALENDAR.in_locale(options.language).format(unit=unit)
    identity = event_uid("department calendar", home.site, home.code, str(unit_id))
    shown = [event for event in events if event.day >= since]
    zones = tuple(dict.fromkeys((home.zone, *(event.zone for event in shown))))
    head = replace(_secret_head(identity, name, home, options.language), zones=zones)
    return _render(head, shown, options, since)


def _secret_head(uid: str, name: str, place: Place, language: str) -> CalendarHead:
    """The head of a calendar that never carries its own address."""
    return CalendarHead(
        uid=uid,
        name=name,
        description=words.CALENDAR_DESCRIPTION.in_locale(language),
        url=f"{place.site}/o/{place.code}",
        source="",
        language=language,
        zones=(place.zone,),
    )


def _render(head: CalendarHead, events: list[Event], options: FeedOptions, since: dt.date) -> Rendering:
    if options.chosen_at is not None:
        chosen = options.chosen_at.replace(microsecond=0)
        events = [replace(event, modified=max(event.modified, chosen)) for event in events]
    body = render_calendar(head, events, options.alarm, options.busy)
    aged = dt.datetime.combine(since + dt.timedelta(days=options.past), dt.time.min, ZoneInfo(head.zones[0]))
    newest = max((event.modified for event in events), default=_EPOCH)
    return Rendering(body, CONTENT_TYPE, max(newest, aged.astimezone(dt.UTC)))


def _provisional_mark(publications: Sequence[Publication], language: str, since: dt.date) -> str:
    """ "(2027 provisional)" for the calendar's name, "" when everything shown is official."""
    years = {
        day.year
        for at in publications
        if at.roll is not None
        for day in at.roll.by_day
        if day >= since and at.roll.provisional(day)
    }
    listed = "、".join(map(str, sorted(years))) if language == "zh" else ", ".join(map(str, sorted(years)))
    return words.PROVISIONAL_MARK.in_locale(language).format(years=listed) if years else ""
