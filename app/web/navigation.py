"""The menu of an office. Each feature adds its entries; a person sees those he or she may open."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from flask import Flask, current_app
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: `endpoint` takes `office_code` unless `office` is false.

    The hundreds of `order` are its group: 1 rosters, 2 receiving people, 3 telling people, 4 basics; below 100 none.
    `shown` may hide it from people to whom it means nothing, though they may open it.
    """

    order: int
    label: LazyString
    endpoint: str
    permission: str
    icon: str
    office: bool = True
    shown: Callable[[], bool] = lambda: True


GROUPS = {1: _l("Rosters"), 2: _l("Receiving people"), 3: _l("Telling people"), 4: _l("Basics")}


def add(app: Flask, entry: Entry) -> None:
    """Put an entry into the menu."""
    entries: list[Entry] = app.extensions.setdefault("menu", [])
    entries.append(entry)
    entries.sort(key=lambda e: e.order)


def menu_groups(entries: list[Entry]) -> list[tuple[LazyString | None, list[Entry]]]:
    """The entries under their headings, in order; those of no group first, under None."""
    groups = groupby(entries, key=lambda entry: entry.order // 100)
    return [(GROUPS.get(number), list(found)) for number, found in groups]


def install(app: Flask) -> None:
    """Give templates `menu_entries(may)`, the entries for which `may(permission)` holds."""
    app.extensions.setdefault("menu", [])

    def menu_entries(may: Callable[[str], bool], office: bool = True) -> list[Entry]:
        entries: list[Entry] = current_app.extensions["menu"]
        return [
            entry for entry in entries if entry.office is office and may(entry.permission) and entry.shown()
        ]

    app.jinja_env.globals["menu_entries"] = menu_entries
    app.jinja_env.globals["menu_groups"] = menu_groups
