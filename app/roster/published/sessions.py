"""Published sessions as frozen dataclasses: no Flask, no SQLAlchemy, no clock.

The fields are an allow-list: whatever is not here cannot reach a public page, feed or screen.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

HELD = "held"
SUSPENDED = "suspended"
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One row of the published duties, as stored: revision N has it when since <= N < until."""

    since: int
    until: int | None
    session_key: str
    on_date: dt.date
    session: str
    starts: dt.time
    ends: dt.time
    seat: int
    status: str
    leader_id: int | None
    name: str
    role: str
    post: str
    sectors: str
    townships: str
    room: str
    place: str
    phone: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A leader in a session, as he or she was when it was published. `phone` is the office's number."""

    leader_id: int
    name: str
    role: str
    post: str
    sectors: str
    townships: str
    room: str
    place: str
    phone: str


@dataclass(frozen=True, slots=True)
class Session:
    """One session of one day. `status`: held, suspended or cancelled. Times are in the office's zone."""

    key: str
    on_date: dt.date
    session: str  # day, am, pm
    starts: dt.time
    ends: dt.time
    status: str
    seats: tuple[Seat, ...]
    room: str
    place: str
    phone: str

    @property
    def held(self) -> bool:
        """Somebody receives the public in it."""
        return self.status == HELD

    @property
    def names(self) -> tuple[str, ...]:
        """The leaders' names in the order of their seats."""
        return tuple(seat.name for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Version:
    """How a session was from revision `number` on; `session` is None from the revision that removed it."""

    number: int
    session: Session | None


@dataclass(frozen=True, slots=True)
class Edition:
    """A revision as the public may know it."""

    number: int
    kind: str  # publication, correction, substitution, suspension
    first_day: dt.date
    last_day: dt.date
    provisional: bool
    published_at: dt.datetime
    reason: str


@dataclass(frozen=True)
class Roll:
    """Everything published by one office as of its newest edition, with the history of every session."""

    editions: tuple[Edition, ...]  # oldest first, at least one
    histories: Mapping[str, tuple[Version, ...]]
    official_years: frozenset[int] = frozenset()
    by_day: Mapping[dt.date, tuple[Session, ...]] = field(init=False, repr=False)
    keys_of_leader: Mapping[int, tuple[str, ...]] = field(init=False, repr=False)
    _edition: Mapping[int, Edition] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_day", _by_day(self.histories))
        object.__setattr__(self, "keys_of_leader", _keys_of_leader(self.histories))
        object.__setattr__(self, "_edition", {edition.number: edition for edition in self.editions})

    @property
    def newest(self) -> Edition:
        """The edition everything is as of."""
        return self.editions[-1]

    def edition(self, number: int) -> Edition:
        """The edition with this number. KeyError when there is none."""
        return self._edition[number]

    def on(self, day: dt.date) -> tuple[Session, ...]:
        """The sessions of a day in order, suspended and cancelled ones too."""
        return self.by_day.get(day, ())

    def between(self, first: dt.date | None, last: dt.date | None) -> list[Session]:
        """The sessions from `first` to `last`, inclusive; None is open."""
        days = (
            day for day in self.by_day if (first is None or day >= first) and (last is None or day <= last)
        )
        return [session for day in days for session in self.by_day[day]]

    def covered(self, day: dt.date) -> Edition | None:
        """The newest edition that set the day, None for a day never published."""
        return next((e for e in reversed(self.editions) if e.first_day <= day <= e.last_day), None)

    def provisional(self, day: dt.date) -> bool:
        """Whether the day was set by an edition made before its year's official notice was in."""
        edition = self.covered(day)
        return edition is not None and edition.provisional and day.year not in self.official_years

    def before(self, key: str) -> Session | None:
        """How a session was before its last change; None when it never changed."""
        versions = self.histories[key]
        return versions[-2].session if len(versions) > 1 else None


def session_histories(rows: Iterable[SeatRow]) -> dict[str, tuple[Version, ...]]:
    """The versions of every session. A version is counted only where what the public sees changed."""
    grouped: defaultdict[str, list[SeatRow]] = defaultdict(list)
    for row in rows:
        grouped[row.session_key].append(row)
    return {key: tuple(_versions(key, own)) for key, own in grouped.items()}


def _versions(key: str, rows: Sequence[SeatRow]) -> list[Version]:
    numbers = sorted({row.since for row in rows} | {row.until for row in rows if row.until is not None})
    versions: list[Version] = []
    for number in numbers:
        held = [row for row in rows if row.since <= number and (row.until is None or row.until > number)]
        session = _session(key, sorted(held, key=lambda row: row.seat)) if held else None
        if not versions or versions[-1].session != session:
            versions.append(Version(number, session))
    return versions


def _session(key: str, rows: Sequence[SeatRow]) -> Session:
    """The seats of one session together: held while any seat is held; cancelled seats then drop out."""
    status = next((s for s in (HELD, SUSPENDED) if any(row.status == s for row in rows)), CANCELLED)
    rows = [row for row in rows if row.status == status]
    first = rows[0]
    seats = tuple(_seat(row) for row in rows if row.leader_id is not None)
    return Session(
        key=key,
        on_date=first.on_date,
        session=first.session,
        starts=min(row.starts for row in rows),
        ends=max(row.ends for row in rows),
        status=status,
        seats=seats,
        room=_joined(row.room for row in rows),
        place=_joined(row.place for row in rows),
        phone=_joined(row.phone for row in rows),
    )


def _seat(row: SeatRow) -> Seat:
    return Seat(
        leader_id=row.leader_id or 0,
        name=row.name,
        role=row.role,
        post=row.post,
        sectors=row.sectors,
        townships=row.townships,
        room=row.room,
        place=row.place,
        phone=row.phone,
    )


def _joined(parts: Iterable[str]) -> str:
    """The different parts once each, as Chinese lists them."""
    return "、".join(dict.fromkeys(part for part in parts if part))


def _by_day(histories: Mapping[str, tuple[Version, ...]]) -> dict[dt.date, tuple[Session, ...]]:
    current = (versions[-1].session for versions in histories.values())
    ordered = sorted((s for s in current if s is not None), key=lambda s: (s.on_date, s.starts, s.key))
    return {day: tuple(sessions) for day, sessions in groupby(ordered, key=lambda s: s.on_date)}


def _keys_of_leader(histories: Mapping[str, tuple[Version, ...]]) -> dict[int, tuple[str, ...]]:
    found: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for key, versions in histories.items():
        for version in versions:
            for seat in version.session.seats if version.session else ():
                found[seat.leader_id][key] = None
    return {leader_id: tuple(keys) for leader_id, keys in found.items()}
