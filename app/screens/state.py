"""What one screen shows, as finished bytes: made once per change and day, and shared by screens that show the same."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from app.calendar.queries import working_calendar
from app.core.recent import Recent
from app.directory.models import Office
from app.roster.published.loading import find_roll
from app.screens import queries
from app.screens.calls import current_calls
from app.screens.models import Appearance, Screen, ScreenNotice
from app.screens.player import player_version
from app.screens.queries import Changes
from app.screens.snapshot import DAYS_AHEAD, expiry, make_calls, make_place, seal
from app.web.renderings import Rendering

_KEPT = 256
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that decides what a screen shows, but the time. `office_ids`: its own office first."""

    office_ids: tuple[int, ...]
    room: str = ""
    layout: str = "full"
    language: str = "both"
    voice: bool = False
    group_id: int | None = None
    name: str = ""
    reloads: int = 0

    @property
    def only_own(self) -> bool:
        """It shows nothing but its own office."""
        return len(self.office_ids) == 1


def shown_on(screen: Screen) -> Shown:
    """What a screen shows; its group's appearance where that is the same for all."""
    group = screen.group
    look: Appearance = group if group is not None and group.same_for_all else screen
    return Shown(
        office_ids=tuple(dict.fromkeys((screen.office_id, *look.more_offices))),
        room=look.room,
        layout=look.layout,
        language=look.language,
        voice=look.voice,
        group_id=screen.group_id,
        name=screen.name,
        reloads=screen.reloads,
    )


def window_of(office: Office) -> Shown:
    """What anybody may look at: the office's own days."""
    return Shown((office.id,))


def state_of(shown: Shown, zone: str, now: dt.datetime, changes: Changes) -> Rendering:
    """The sealed snapshot as of `now`. `zone` is the own office's; the day begins there."""
    today = now.astimezone(ZoneInfo(zone)).date()
    key = (shown, today, changes)
    states: Recent[Rendering] = _kept("screen_states")
    return states.get(
        key, lambda: Rendering(seal(make_content(shown, now, today, changes), expiry(today, zone)), JSON)
    )


def make_content(shown: Shown, now: dt.datetime, today: dt.date, changes: Changes) -> dict[str, Any]:
    """The snapshot's content, before it is sealed."""
    offices = queries.offices_by_id(shown.office_ids)
    places = [
        _place(offices[office_id], shown.room, today, changes)
        for office_id in shown.office_ids
        if office_id in offices
    ]
    own = shown.office_ids[0]
    last = today + dt.timedelta(days=DAYS_AHEAD)
    return {
        "name": shown.name,
        "layout": shown.layout,
        "language": shown.language,
        "voice": shown.voice,
        "reloads": shown.reloads,
        "player": player_version(),
        "places": places,
        "notices": [_notice(row) for row in queries.notices_shown(own, shown.group_id, today, last)],
        "calls": [
            {"office": offices[office_id].code, "calls": make_calls(current_calls(office_id, now))}
            for office_id in shown.office_ids
            if office_id in offices
        ],
    }


def _place(office: Office, room: str, today: dt.date, changes: Changes) -> Mapping[str, Any]:
    key = (office.id, room, today, changes)
    places: Recent[Mapping[str, Any]] = _kept("screen_places")
    return places.get(
        key,
        lambda: make_place(about(office), find_roll(office.id), working_calendar(office), today, room),
    )


def about(office: Office) -> dict[str, str]:
    """What the public knows of an office."""
    return {
        "code": office.code,
        "name": office.name,
        "name_en": office.name_en,
        "phone": office.phone,
        "address": office.address,
        "timezone": office.timezone,
    }


def _notice(row: ScreenNotice) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "zh": row.text_zh,
        "en": row.text_en,
        "minutes": row.minutes,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
    }


def _kept(name: str) -> Recent[Any]:
    found: Recent[Any] = current_app.extensions.setdefault(name, Recent(_KEPT))
    return found
