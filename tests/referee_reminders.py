"""An independent judge of reminders: replays a year's history and says, from the policy alone, who must hear what.

Written apart from the program: it imports nothing of it. It walks minute by minute over the hours that matter, keeps
its own picture of the roster from the list of what happened, and its own working calendar from two sets of days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Happening:
    """At `at` (local, without a zone) the seat of a session goes to `leader` (None: nobody; "off": called off)."""

    at: dt.datetime
    session: str
    day: dt.date
    starts: dt.time
    leader: int | str | None


@dataclass(frozen=True)
class Acknowledged:
    """At `at` the leader says that he has seen his duty of the session."""

    at: dt.datetime
    session: str
    leader: int


@dataclass
class Calendar:
    """Rest days beside weekends, and weekend days that are worked."""

    rest: frozenset[dt.date]
    worked: frozenset[dt.date]

    def works(self, day: dt.date) -> bool:
        """A working day?"""
        return day in self.worked or (day.weekday() < 5 and day not in self.rest)

    def back(self, day: dt.date, count: int, working: bool) -> dt.date:
        """`count` days before `day`; working days only, if asked."""
        while count:
            day -= DAY
            count -= 1 if not working or self.works(day) else 0
        return day


@dataclass
class Seat:
    """What the judge knows of a session at a moment."""

    day: dt.date
    starts: dt.time
    leader: int | str | None
    since: dt.datetime
    seen: set[int] = field(default_factory=set)


# name -> (days before, only working days, hour): what the office's policy says
Policy = Mapping[str, tuple[int, bool, dt.time]]
Expected = set[
    tuple[str, str, int]
]  # (what, "YYYY-MM-DD" of the duty or of the list, leader or 0 for the staff)


def expected(
    happenings: Iterable[Happening | Acknowledged],
    policy: Policy,
    calendar: Calendar,
    year: int,
) -> dict[dt.datetime, Expected]:
    """By the minute: everything that must go out then."""
    history = sorted(happenings, key=lambda one: one.at)
    seats: dict[str, Seat] = {}
    result: dict[dt.datetime, Expected] = {}
    hours = sorted({hour for _days, _working, hour in policy.values()})
    said: Expected = set()
    position = 0
    day = dt.date(year, 1, 1)
    while day.year == year:
        for hour in hours:
            now = dt.datetime.combine(day, hour)
            while position < len(history) and history[position].at <= now:
                _apply(seats, history[position])
                position += 1
            due = _due(seats, policy, calendar, now) - said
            said |= due
            if due:
                result[now] = due
        day += DAY
    return result


def _apply(seats: dict[str, Seat], one: Happening | Acknowledged) -> None:
    if isinstance(one, Acknowledged):
        if one.session in seats:
            seats[one.session].seen.add(one.leader)
        return
    before = seats.get(one.session)
    seen = before.seen if before and (before.day, before.starts) == (one.day, one.starts) else set()
    seats[one.session] = Seat(one.day, one.starts, one.leader, one.at, set(seen))


def _due(seats: dict[str, Seat], policy: Policy, calendar: Calendar, now: dt.datetime) -> Expected:
    found: Expected = set()
    for seat in seats.values():
        begins = dt.datetime.combine(seat.day, seat.starts)
        if now >= begins or seat.since > now or seat.leader == "off":
            continue
        for name, (days, working, hour) in policy.items():
            if dt.datetime.combine(calendar.back(seat.day, days, working), hour) != now:
                continue
            held = isinstance(seat.leader, int)
            if name in ("week", "eve", "morning") and held:
                found.add((name, str(seat.day), int(seat.leader or 0)))
            unseen = held and seat.leader not in seat.seen
            if name == "nudge" and unseen:
                found.add((name, str(seat.day), int(seat.leader or 0)))
            if name == "silent" and unseen:
                found.add((name, str(now.date()), 0))
            if name in ("empty", "last_call") and seat.leader is None:
                found.add(("empty", str(now.date()), 0))
    return found
