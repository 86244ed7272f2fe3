"""How calendar programs keep a subscribed calendar between two refreshes.

None of them compares whole events: each has its own sign by which it believes that an event changed. A feed is right only
if every store shows the published state.
"""

from collections.abc import Sequence
from typing import ClassVar

from tests.feed_consumers.rows import Row


class Store:
    """Throws everything away and takes what came (Google, Thunderbird)."""

    asks_with: ClassVar[tuple[str, ...]] = ("ETag",)  # the validators it sends

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def take(self, rows: Sequence[Row]) -> None:
        """Follow a fetched calendar."""
        self.rows = {row.uid: row for row in rows}


class Believing(Store):
    """Keeps its own copy of an event unless `is_newer`; drops what is no longer in the calendar."""

    def take(self, rows: Sequence[Row]) -> None:
        """Follow a fetched calendar."""
        kept = {}
        for row in rows:
            old = self.rows.get(row.uid)
            kept[row.uid] = row if old is None or self.is_newer(row, old) else old
        self.rows = kept

    def is_newer(self, new: Row, old: Row) -> bool:
        """The sign it goes by."""
        raise AssertionError("each kind has its own")


class Gnome(Believing):
    """Evolution's store: any of the three signs, and a full download each time."""

    asks_with = ()

    def is_newer(self, new: Row, old: Row) -> bool:
        """SEQUENCE, LAST-MODIFIED or DTSTAMP is another one."""
        return (new.sequence, new.modified, new.stamp) != (old.sequence, old.modified, old.stamp)


class Apple(Believing):
    """SEQUENCE first, then DTSTAMP, as RFC 5546 section 2.1.5 orders messages; asks with both validators."""

    asks_with: ClassVar[tuple[str, ...]] = ("ETag", "Last-Modified")

    def is_newer(self, new: Row, old: Row) -> bool:
        """A higher SEQUENCE, or the same with a later DTSTAMP."""
        return (new.sequence, new.stamp) > (old.sequence, old.stamp)


class Android(Believing):
    """ICSx5: only a later LAST-MODIFIED counts; asks with If-Modified-Since."""

    asks_with = ("Last-Modified",)

    def is_newer(self, new: Row, old: Row) -> bool:
        """A later LAST-MODIFIED."""
        return new.modified > old.modified


class Importer(Apple):
    """Adds each fetch to what it has, like a file opened again and again: only STATUS:CANCELLED takes an event away."""

    asks_with = ()

    def take(self, rows: Sequence[Row]) -> None:
        """Follow a fetched calendar."""
        for row in rows:
            old = self.rows.get(row.uid)
            if old is None or self.is_newer(row, old):
                self.rows[row.uid] = row


class OldPhone(Store):
    """Knows neither STATUS nor validators; a person reads the titles."""

    asks_with = ()

    def take(self, rows: Sequence[Row]) -> None:
        """Follow a fetched calendar."""
        self.rows = {row.uid: row._replace(status="") for row in rows}


STORES: tuple[type[Store], ...] = (Store, Gnome, Apple, Android, Importer, OldPhone)
EXACT = (Store, Gnome, Apple, Android)  # after a refresh each of their events says what the calendar says
