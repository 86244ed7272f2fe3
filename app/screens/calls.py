"""Tickets that are being called. Whoever knows of them registers a provider; without one nothing is called."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

SHOWN_FOR = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Call:
    """A ticket number (random per day, never a case number), the room to go to, and since when it is called."""

    ticket: str
    room: str
    called_at: dt.datetime


Provider = Callable[[int, dt.datetime], Sequence[Call]]


def nobody(_office_id: int, _now: dt.datetime) -> Sequence[Call]:
    """The default: nothing is called."""
    return ()


def register(app: Flask, provider: Provider) -> None:
    """Ask `provider(office_id, now)` for the tickets being called, newest first."""
    app.extensions["screen_calls"] = provider


def current_calls(office_id: int, now: dt.datetime) -> Sequence[Call]:
    """The tickets an office calls at the moment, newest first."""
    provider: Provider = current_app.extensions.get("screen_calls", nobody)
    return provider(office_id, now)
