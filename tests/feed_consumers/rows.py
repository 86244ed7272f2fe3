"""What a reader finds in a calendar."""

from collections.abc import Iterable
from typing import NamedTuple

CALLED_OFF = ("【已取消", "[Cancelled")
Shown = tuple[tuple[str, str, str], ...]  # start, end, title; in order, so that one shown twice is seen


class Row(NamedTuple):
    """One event. `start` and `end` are local in Shanghai: 20260302T0830. What a reader does not tell is empty."""

    uid: str
    sequence: int
    modified: str
    stamp: str
    status: str
    start: str
    end: str
    title: str
    more: str = ""  # everything else a person sees: description, place, alarm, free or busy


def shown(rows: Iterable[Row], since: str) -> Shown:
    """What takes place from a day on, for a person who can read: some programs show cancelled events as live."""
    live = (row for row in rows if row.status != "CANCELLED" and not row.title.startswith(CALLED_OFF))
    return tuple(sorted((row.start, row.end, row.title) for row in live if row.start >= since))
