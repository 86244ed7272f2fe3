"""The rules of an office as plain data. A rule is made by `parse_rule`, which checks it; `to_spec` is the way back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.calendar.rules import MakeUpPolicy, Recurrence
from app.core.dates import DateRange

KINDS = ("coverage", "limit", "spacing", "on_call", "fairness")
SESSIONS = ("day", "am", "pm")
ROLES = ("lead", "deputy")
PERIODS = ("week", "month", "quarter", "year")
# The engine's order of objectives (see the documentation of the engine); an office may reorder or leave out.
LEVELS = ("changes", "1a", "1b", "2a", "2b", "2c", "2d", "3a", "3b", "4", "5")
MOST_SEATS = 6
MOST_WEIGHT = 999
DEFAULT_TIMES: Mapping[str, tuple[dt.time, dt.time]] = {
    "day": (dt.time(8, 30), dt.time(17, 30)),
    "am": (dt.time(8, 30), dt.time(12, 0)),
    "pm": (dt.time(14, 30), dt.time(17, 30)),
}


@dataclass(frozen=True, slots=True)
class SeatNeed:
    """Who may take a seat: a role (None: any), or only certain leaders (ids; empty: all)."""

    role: str | None = None
    leaders: tuple[int, ...] = ()

    def to_spec(self) -> dict[str, Any]:
        """The JSON value."""
        return {"role": self.role, "leaders": list(self.leaders)}


@dataclass(frozen=True, slots=True)
class CoverageRule:
    """On each day of `pattern`, each session and each room (none: the office's own) has these seats to fill.

    `optional`: offers that may stay empty; minimums decide how many are taken. `special_days`: in special protection
    periods every calendar day is a duty day. `by_weekday`: who takes the first seat on a weekday (Monday 0), instead
    of what the seat says ("Monday = the secretary"). `place`: off-site, instead of a room. `exceptions`:
    single seats that differ (see `exceptions`). `decisions` answers, by make-up day, which weekday it counts as.
    """

    pattern: Recurrence
    when: Mapping[str, Any]
    sessions: tuple[str, ...] = ("day",)
    times: Mapping[str, tuple[dt.time, dt.time]] = field(default_factory=lambda: dict(DEFAULT_TIMES))
    seats: tuple[SeatNeed, ...] = (SeatNeed(),)
    rooms: tuple[int, ...] = ()
    optional: bool = False
    special_days: bool = False
    by_weekday: Mapping[int, SeatNeed] = field(default_factory=dict)
    decisions: Mapping[dt.date, MakeUpPolicy] = field(default_factory=dict)
    note: str = ""
    place: str = ""
    exceptions: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[SeatNeed, ...]:
        """Every answer to "who may take it", of all seats and weekdays."""
        return (*self.seats, *self.by_weekday.values())

    def need_of(self, number: int, weekday: int) -> SeatNeed:
        """Who may take the `number`-th seat (from 1) on a weekday."""
        return self.by_weekday.get(weekday, self.seats[0]) if number == 1 else self.seats[number - 1]

    def to_spec(self) -> dict[str, Any]:
        """The JSON value that `parse_rule` reads."""
        return {
            "when": dict(self.when),
            "sessions": list(self.sessions),
            "times": {name: [f"{a:%H:%M}", f"{b:%H:%M}"] for name, (a, b) in self.times.items()},
            "seats": [seat.to_spec() for seat in self.seats],
            "rooms": list(self.rooms),
            "optional": self.optional,
            "special_days": self.special_days,
            "by_weekday": {str(day): need.to_spec() for day, need in self.by_weekday.items()},
            "decisions": {day.isoformat(): policy.value for day, policy in self.decisions.items()},
            "note": self.note,
            "place": self.place,
            "exceptions": dict(self.exceptions),
        }


@dataclass(frozen=True, slots=True)
class LimitRule:
    """Each leader has at least `least` and at most `most` duties in every week, month, quarter or year.

    `leaders` empty: all, or all of `role`. The minimum is asked only in periods in which the leader could take at
    least `needs` of the seats, so that somebody on leave all month is excused.
    """

    period: str
    least: int = 0
    most: int | None = None
    leaders: tuple[int, ...] = ()
    role: str | None = None
    needs: int = 1

    def to_spec(self) -> dict[str, Any]:
        """The JSON value that `parse_rule` reads."""
        return {
            "period": self.period,
            "min": self.least,
            "max": self.most,
            "leaders": list(self.leaders),
            "role": self.role,
            "needs": self.needs,
        }


@dataclass(frozen=True, slots=True)
class SpacingRule:
    """Two duties of one leader are at least `min_gap` days apart; at most `window_k` within `window_days` days."""

    min_gap: int = 1
    window_days: int = 1
    window_k: int = 1

    def to_spec(self) -> dict[str, Any]:
        """The JSON value that `parse_rule` reads."""
        return {"min_gap": self.min_gap, "window_days": self.window_days, "window_k": self.window_k}


@dataclass(frozen=True, slots=True)
class OnCallRule:
    """No sessions: leaders who are called when needed, in this order."""

    leaders: tuple[int, ...]
    note: str = ""

    def to_spec(self) -> dict[str, Any]:
        """The JSON value that `parse_rule` reads."""
        return {"leaders": list(self.leaders), "note": self.note}


@dataclass(frozen=True, slots=True)
class FairnessRule:
    """What counts as fair, most important first; a level left out is switched off, levels joined by weights ("4*2+5")
    are weighed against each other. `carry_over`: last year's debts. `elsewhere`: duties at other offices count, too.
    `suspended`: a duty that fell to a suspension counts for the leader who had it.
    """

    levels: tuple[str, ...] = LEVELS
    carry_over: bool = True
    elsewhere: bool = True
    suspended: bool = False

    def to_spec(self) -> dict[str, Any]:
        """The JSON value that `parse_rule` reads."""
        return {
            "levels": list(self.levels),
            "carry_over": self.carry_over,
            "elsewhere": self.elsewhere,
            "suspended": self.suspended,
        }


AnyRule = CoverageRule | LimitRule | SpacingRule | OnCallRule | FairnessRule


@dataclass(frozen=True, slots=True)
class OfficeRule:
    """A rule as an office has it: its id, name, and the days it holds."""

    id: int
    name: str
    rule: AnyRule
    days: DateRange = field(default_factory=lambda: DateRange.from_days(None, None))
