"""Puts substitution into the application."""

from flask import Flask

from app.core.events import subscribe
from app.roster.events import RosterPublished
from app.roster.substitution.service.watching import look_again


def install(app: Flask) -> None:
    """Register pages, listeners and menu entries."""
    subscribe(RosterPublished, look_again)
