"""The injected clock. Code asks `now()`; a test puts another clock into the application."""

import datetime as dt
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import current_app


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> dt.datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        """The present instant, aware, in UTC."""
        return dt.datetime.now(dt.UTC)


class FixedClock:
    """A clock that stands where it is put, and moves when told. For tests and simulations."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        """The instant it was put at."""
        return self.at

    def advance(self, step: dt.timedelta) -> None:
        """Move on by `step`."""
        self.at += step


def install(clock: Clock) -> None:
    """Use `clock` in the current application from now on."""
    current_app.extensions["clock"] = clock


def now() -> dt.datetime:
    """The present instant by the application's clock, aware, in UTC."""
    clock: Clock = current_app.extensions["clock"]
    return clock.now()


def today(zone: str = "Asia/Shanghai") -> dt.date:
    """Today's date in `zone` (an office's time zone)."""
    return now().astimezone(ZoneInfo(zone)).date()
