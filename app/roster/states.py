"""What one seat says when published, and the differences between two states of a roster. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from operator import attrgetter

MOVING_FIELDS = ("on_date", "session", "starts", "ends")


@dataclass(frozen=True, slots=True)
class SeatState:
    """One seat of a session with all that people are shown of it. `sectors`, `townships` are joined by 、."""

    seat_key: str
    session_key: str
    on_date: dt.date
    session: str
    starts: dt.time
    ends: dt.time
    seat: int = 1
    status: str = "held"
    leader_id: int | None = None
    leader_name: str = ""
    role: str = ""
    post: str = ""
    sectors: str = ""
    townships: str = ""
    room: str = ""
    place: str = ""
    phone: str = ""
    note: str = ""

    @property
    def active(self) -> bool:
        """Still announced (held or suspended), not cancelled."""
        return self.status != "cancelled"

    def cancelled(self) -> SeatState:
        """The same seat, called off."""
        return replace(self, status="cancelled")


FIELDS = tuple(field.name for field in fields(SeatState))
_values = attrgetter(*FIELDS)


@dataclass(frozen=True, slots=True)
class Change:
    """One seat before and after; None: was not, or is no longer, announced. `fields`: what differs, by name.

    `state` is the newer of the two.
    """

    state: SeatState
    before: SeatState | None
    after: SeatState | None
    fields: tuple[str, ...] = ()

    @property
    def seat_key(self) -> str:
        """The seat's key."""
        return self.state.seat_key

    @property
    def published(self) -> SeatState:
        """The row to publish: the new state, or the old one called off."""
        return self.after or self.state.cancelled()

    @property
    def leader_changed(self) -> bool:
        """Another person is on duty."""
        return "leader_id" in self.fields


@dataclass(frozen=True, slots=True)
class AffectedLeader:
    """A leader whose duties differ: `gained` and `lost` in order of date; a moved duty is in both."""

    leader_id: int
    name: str
    gained: tuple[SeatState, ...]
    lost: tuple[SeatState, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """All seats of two states, each in exactly one of the five groups, by date."""

    new: tuple[Change, ...]
    moved: tuple[Change, ...]
    removed: tuple[Change, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[SeatState, ...]

    @property
    def empty(self) -> bool:
        """Nothing differs."""
        return not (self.new or self.moved or self.removed or self.changed)

    @property
    def all_changes(self) -> tuple[Change, ...]:
        """Everything that differs, by date."""
        found = (*self.new, *self.moved, *self.removed, *self.changed)
        return tuple(sorted(found, key=_order))

    @property
    def session_keys(self) -> tuple[str, ...]:
        """The sessions that differ, each once."""
        return tuple(dict.fromkeys(change.state.session_key for change in self.all_changes))

    @property
    def affected_leaders(self) -> tuple[AffectedLeader, ...]:
        """Who gains, loses or has moved which duties; by name."""
        gained: dict[int, list[SeatState]] = {}
        lost: dict[int, list[SeatState]] = {}
        names: dict[int, str] = {}
        for change in self.all_changes:
            if (
                change.before
                and change.after
                and not {"leader_id", "status", *MOVING_FIELDS} & {*change.fields}
            ):
                continue
            for state, side in ((change.before, lost), (change.after, gained)):
                if state is not None and state.leader_id is not None and state.status == "held":
                    side.setdefault(state.leader_id, []).append(state)
                    names[state.leader_id] = state.leader_name
        found = (
            AffectedLeader(leader, name, tuple(gained.get(leader, ())), tuple(lost.get(leader, ())))
            for leader, name in names.items()
        )
        return tuple(sorted(found, key=lambda affected: (affected.name, affected.leader_id)))


def compare_states(before: Mapping[str, SeatState], after: Mapping[str, SeatState]) -> Differences:
    """Differences by seat key. A cancelled seat counts as not announced."""
    groups: dict[str, list[Change]] = {"new": [], "moved": [], "removed": [], "changed": []}
    same: list[SeatState] = []
    for key in before.keys() | after.keys():
        one, other = _active(before.get(key)), _active(after.get(key))
        newer = other or one
        if newer is None:
            continue
        differing = _differing(one, other)
        if one is not None and other is not None and not differing:
            same.append(newer)
        else:
            groups[_group(one, other, differing)].append(Change(newer, one, other, differing))
    ordered = {name: tuple(sorted(changes, key=_order)) for name, changes in groups.items()}
    return Differences(
        **ordered, unchanged=tuple(sorted(same, key=lambda s: (s.on_date, s.starts, s.seat_key)))
    )


def values_of(state: SeatState) -> dict[str, object]:
    """The fields by name; every value is immutable, so nothing needs to be copied."""
    return dict(zip(FIELDS, _values(state), strict=True))


def content_hash(states: Iterable[SeatState]) -> str:
    """SHA-256 over the canonical JSON of a whole published state, the seats in order of their keys."""
    rows = [values_of(state) for state in sorted(states, key=lambda state: state.seat_key)]
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    raise TypeError(type(value))


def _active(state: SeatState | None) -> SeatState | None:
    return state if state is not None and state.active else None


def _differing(one: SeatState | None, other: SeatState | None) -> tuple[str, ...]:
    if one is None or other is None:
        return ()
    return tuple(name for name in FIELDS if getattr(one, name) != getattr(other, name))


def _group(one: SeatState | None, other: SeatState | None, differing: tuple[str, ...]) -> str:
    if one is None:
        return "new"
    if other is None:
        return "removed"
    return "moved" if {*differing} & {*MOVING_FIELDS} else "changed"


def _order(change: Change) -> tuple[dt.date, dt.time, str]:
    return (change.state.on_date, change.state.starts, change.seat_key)
