"""Calendar parts of mails, made by the feature that knows calendars.

    calendar_part.provide("duty", make)   # the feeds' setup.install
    Kind(…, calendar=calendar_part.of("duty"))

`make(notice)` gives an iCalendar object with METHOD REQUEST or CANCEL (RFC 5546), or None for no part.
"""

from collections.abc import Callable

from app.notifications.models import Notice

Maker = Callable[[Notice], bytes | None]
_makers: dict[str, Maker] = {}


def provide(name: str, make: Maker) -> None:
    """Make the calendar parts of this name. Providing it again replaces it."""
    _makers[name] = make


def of(name: str) -> Maker:
    """The calendar part of this name, looked up when the notice is sent: the provider may be installed later."""
    return lambda notice: _makers[name](notice) if name in _makers else None
