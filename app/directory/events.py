"""What happens in the directory; higher features may listen."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LeaderAdded:
    """A leader was added to an office."""

    leader_id: int
    office_id: int


@dataclass(frozen=True, slots=True)
class LeaderChanged:
    """Name, role, order, number, first day or dated facts of a leader changed."""

    leader_id: int
    office_id: int


@dataclass(frozen=True, slots=True)
class LeaderEnded:
    """A leader leaves office; `last_day` is the last day in office."""

    leader_id: int
    office_id: int
    last_day: dt.date


@dataclass(frozen=True, slots=True)
class LeaderRestored:
    """The end of a leader's time in office was taken back."""

    leader_id: int
    office_id: int


@dataclass(frozen=True, slots=True)
class LeaderShareGiven:
    """A file of leaders says how much of the usual load this one takes: 1 is the full share."""

    leader_id: int
    office_id: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class OfficeRenamed:
    """An office has another name, English name or time zone; `names` are the three now."""

    office_id: int
    names: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class OfficeClosed:
    """An office receives nobody from `day` on."""

    office_id: int
    day: dt.date


@dataclass(frozen=True, slots=True)
class RoomClosed:
    """A room is not used from `day` on."""

    room_id: int
    office_id: int
    day: dt.date
