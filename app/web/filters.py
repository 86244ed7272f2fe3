"""How templates write dates, times and numbers for people, in both languages."""

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import Flask, current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.web.language import current_locale

WEEKDAYS = {
    "zh_CN": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SHORT_WEEKDAYS = {
    "zh_CN": ("一", "二", "三", "四", "五", "六", "日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SESSIONS = {"day": _l("All day"), "am": _l("Morning"), "pm": _l("Afternoon")}
OFFICE_KINDS = {"city": _l("City"), "county": _l("County"), "township": _l("Township")}
LEADER_ROLES = {"lead": _l("Principal"), "deputy": _l("Deputy")}


class Named(Protocol):
    """Anything with a name in both languages: an office."""

    name: str
    name_en: str


def day(value: dt.date | None) -> str:
    """2026年3月2日 / 2 Mar 2026; an open end is a dash."""
    if value is None:
        return "—"
    if current_locale() == "en":
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def short_day(value: dt.date) -> str:
    """3月2日 / 2 Mar."""
    if current_locale() == "en":
        return f"{value.day} {MONTHS[value.month - 1]}"
    return f"{value.month}月{value.day}日"


def month(value: dt.date) -> str:
    """2026年3月 / Mar 2026."""
    return (
        f"{MONTHS[value.month - 1]} {value.year}"
        if current_locale() == "en"
        else f"{value.year}年{value.month}月"
    )


def weekday(value: dt.date | int, short: bool = False) -> str:
    """星期一 / Monday, or 一 / Mon. Takes a date or 0..6 with Monday 0."""
    number = value if isinstance(value, int) else value.weekday()
    return (SHORT_WEEKDAYS if short else WEEKDAYS)[current_locale()][number]


def days(first: dt.date | None, last: dt.date | None) -> str:
    """A range of days, inclusive, as people write it."""
    if first is None and last is None:
        return str(_("always"))
    if first == last and first is not None:
        return day(first)
    end = day(last) if last else _("further notice")
    return str(_("%(first)s to %(last)s", first=day(first), last=end))


def instant(value: dt.datetime | None, zone: str = "Asia/Shanghai") -> str:
    """Date and time to the minute in the office's zone."""
    if value is None:
        return "—"
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date())} {local:%H:%M}"


def by(name: str) -> str:
    """Who did something: a person's name as it is; the command line and the public pages in the reader's language."""
    return str({"command line": _("command line"), "public page": _("public page")}.get(name, name))


def clock_time(value: dt.time) -> str:
    """08:30."""
    return f"{value:%H:%M}"


def named(place: Named) -> str:
    """The name of an office in the language of the request; the Chinese one where no English is given."""
    return place.name_en if current_locale() == "en" and place.name_en else place.name


def asset(path: str, feature: str = "web") -> str:
    """Address of a static file of a feature; it changes with the file, so browsers may keep it for a year."""
    return url_for(f"{feature}.static", filename=path, v=_version(static_file(path, feature)))


def static_file(path: str, feature: str = "web") -> Path:
    """Where a static file of a feature lies."""
    return Path(current_app.blueprints[feature].static_folder or "") / path


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def install(app: Flask) -> None:
    """Register the filters and globals."""
    for function in (day, short_day, month, weekday, days, instant, by, clock_time, named):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(
        asset=asset,
        days_between=days,
        session_names=SESSIONS,
        office_kinds=OFFICE_KINDS,
        leader_roles=LEADER_ROLES,
    )
