"""The menu of an office. Each feature adds its entries; a person sees those he or she may open."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import LazyString


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: `endpoint` takes `office_code` unless `office` is false.

    `shown` may hide it from people to whom it means nothing, though they may open it.
    """

    order: int
    label: LazyString
    endpoint: str
    permission: str
    icon: str
    office: bool = True
    shown: Callable[[], bool] = lambda: True


def add(app: Flask, entry: Entry) -> None:
    """Put an entry into the menu."""
    entries: list[Entry] = app.extensions.setdefault("menu", [])
    entries.append(entry)
    entries.sort(key=lambda e: e.order)


def install(app: Flask) -> None:
    """Give templates `menu_entries(may)`, the entries for which `may(permission)` holds."""
    app.extensions.setdefault("menu", [])

    def menu_entries(may: Callable[[str], bool], office: bool = True) -> list[Entry]:
        entries: list[Entry] = current_app.extensions["menu"]
        return [
            entry for entry in entries if entry.office is office and may(entry.permission) and entry.shown()
        ]

    app.jinja_env.globals["menu_entries"] = menu_entries
