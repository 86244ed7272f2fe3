"""An independent judge of reminders: replays a year's history and says, from the policy alone, who must hear what.

Written apart from the program: it imports nothing of it. It is told when the scheduler was awake, keeps its own picture
of the roster, the visits and the replies owed from the list of what happened, and its own working calendar from two
sets of days. Leave of leaders is not in its list: it changes no duty, so it must change no reminder.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

DAY = dt.timedelta(days=1)
PUNCTUAL = dt.timedelta(hours=2)
FORGOTTEN = dt.timedelta(hours=48)  # what is older after a downtime is dropped
NEAR = 45  # further from now than this no day has a reminder in these policies


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


@dataclass(frozen=True)
class Visited:
    """At `at` a visit to the session is promised."""

    at: dt.datetime
    session: str
    visit: int


@dataclass(frozen=True)
class Owed:
    """At `at` a unit owes a reply by a day; `contact` hears of it. `deadline` None: the reply is there."""

    at: dt.datetime
    part: int
    contact: int
    deadline: dt.date | None


History = Happening | Acknowledged | Visited | Owed


@dataclass
class Calendar:
    """Rest days beside weekends, and weekend days that are worked."""

    rest: frozenset[dt.date]
    worked: frozenset[dt.date]
    known: dict[tuple[dt.date, int, bool], dt.date] = field(default_factory=dict)

    def works(self, day: dt.date) -> bool:
        """A working day?"""
        return day in self.worked or (day.weekday() < 5 and day not in self.rest)

    def away(self, day: dt.date, count: int, working: bool) -> dt.date:
        """`count` days before `day`, after it where negative; working days only, if asked."""
        key = (day, count, working)
        if key not in self.known:
            step, left = (-DAY if count > 0 else DAY), abs(count)
            while left:
                day += step
                left -= 1 if not working or self.works(day) else 0
            self.known[key] = day
        return self.known[key]


@dataclass
class Seat:
    """What the judge knows of a session at a moment."""

    day: dt.date
    starts: dt.time
    leader: int | str | None
    since: dt.datetime
    seen: set[int] = field(default_factory=set)

    @property
    def begins(self) -> dt.datetime:
        """When."""
        return dt.datetime.combine(self.day, self.starts)


@dataclass
class Picture:
    """Everything of an office."""

    seats: dict[str, Seat] = field(default_factory=dict)
    visits: list[Visited] = field(default_factory=list)
    owed: dict[int, Owed] = field(default_factory=dict)

    def apply(self, one: History) -> None:
        """It happens."""
        if isinstance(one, Visited):
            self.visits.append(one)
        elif isinstance(one, Owed):
            self.owed.pop(one.part, None)
            if one.deadline:
                self.owed[one.part] = one
        elif isinstance(one, Acknowledged):
            self.seats[one.session].seen.add(one.leader)
        else:
            before = self.seats.get(one.session)
            seen = before.seen if before and (before.day, before.starts) == (one.day, one.starts) else set()
            self.seats[one.session] = Seat(one.day, one.starts, one.leader, one.at, set(seen))


@dataclass(frozen=True, order=True)
class Word:
    """Something to be said: its moment, its kind, about what, to whom, under which name; until when it is of use."""

    at: dt.datetime
    kind: str
    about: str
    who: tuple[str, int]
    name: str
    until: dt.datetime


# name -> (days before (after it: negative), only working days, hour): what the office's policy says
Policy = Mapping[str, tuple[int, bool, dt.time]]
Said = tuple[str, str, tuple[str, int]]  # name, about what, to whom
Expected = set[Said]
STAFF = ("staff", 0)
OVERDUE = "overdue_list"


def expected(
    history: Iterable[History], policy: Policy, calendar: Calendar, ticks: Sequence[dt.datetime]
) -> dict[dt.datetime, Expected]:
    """By the tick of the scheduler: everything that must be queued then. The first tick only sets the mark."""
    coming = sorted(history, key=lambda one: one.at)
    picture, result, said = Picture(), dict[dt.datetime, Expected](), set[Said]()
    position = 0
    for after, now in itertools.pairwise(ticks):
        while position < len(coming) and coming[position].at <= now:
            picture.apply(coming[position])
            position += 1
        oldest = max(after, now - FORGOTTEN)
        words = [word for word in _words(picture, policy, calendar, now) if word.at <= now]
        due = [word for word in words if oldest < word.at and now < word.until and word.name != OVERDUE]
        found = {(word.name, word.about, word.who) for word in _folded(due, now)} - said
        listed = max((about for name, about, _who in said if name == OVERDUE), default="")
        lists = [word.about for word in words if word.name == OVERDUE and word.about > listed]
        found |= (
            {(OVERDUE, max(lists), STAFF)} if lists else set()
        )  # what is overdue stays so: never too late
        said |= found
        if found:
            result[now] = found
    return result


def _folded(due: Iterable[Word], now: dt.datetime) -> Iterator[Word]:
    """Of one thing the last word; of what is late one for each person and kind, and none beside a punctual one."""
    last = {(word.kind, word.about, word.who): word for word in sorted(due)}
    late = defaultdict[tuple[str, tuple[str, int]], list[Word]](list)
    punctual = set()
    for word in last.values():
        if now - word.at <= PUNCTUAL:
            punctual.add((word.kind, word.who))
            yield word
        else:
            late[word.kind, word.who].append(word)
    for key, words in late.items():
        first = min(words, key=lambda word: (word.until, word.about))
        if key not in punctual:
            name = first.name if len(words) == 1 else "catch-up"
            yield Word(first.at, first.kind, first.about, first.who, name, first.until)


def _words(picture: Picture, policy: Policy, calendar: Calendar, now: dt.datetime) -> Iterator[Word]:
    """Everything the policy has to say of things as they are now, whenever."""

    def moment(name: str, day: dt.date) -> dt.datetime:
        days, working, hour = policy[name]
        return dt.datetime.combine(calendar.away(day, days, working), hour)

    near = [seat for seat in picture.seats.values() if abs((seat.day - now.date()).days) < NEAR]
    for seat in near:
        for name in policy.keys() & {"week", "eve", "morning", "nudge", "silent", "empty", "last_call"}:
            at = moment(name, seat.day)
            if seat.since <= at < seat.begins:
                yield from _of_seat(seat, name, at, near)
    for visit in picture.visits if "visit" in policy else ():
        seat = picture.seats[visit.session]
        at = moment("visit", seat.day)
        if seat.leader != "off" and visit.at <= at < seat.begins:
            yield Word(at, "visit", str(seat.day), ("visit", visit.visit), "visit", seat.begins)
    for owed in picture.owed.values():
        for name in policy.keys() & {"soon", "today", "overdue"}:
            at = moment(name, owed.deadline or now.date())
            if dt.datetime.combine(owed.at.date(), dt.time()) <= at:
                about = f"{owed.part}"
                yield Word(at, "matter", about, ("contact", owed.contact), name, at + 3 * DAY)
                if name == "overdue":
                    yield _to_staff(OVERDUE, at)


def _of_seat(seat: Seat, name: str, at: dt.datetime, near: Iterable[Seat]) -> Iterator[Word]:
    held = isinstance(seat.leader, int)
    who, about = ("leader", int(seat.leader) if isinstance(seat.leader, int) else 0), str(seat.day)
    if name in ("week", "eve", "morning") and held:
        last = max(other.begins for other in near if (other.day, other.leader) == (seat.day, seat.leader))
        yield Word(at, "duty", about, who, name, last)
    if name == "nudge" and held and seat.leader not in seat.seen:
        yield Word(at, "nudge", about, who, name, seat.begins)
    if name == "silent" and held and seat.leader not in seat.seen:
        yield _to_staff("silent", at)
    if name in ("empty", "last_call") and seat.leader is None:
        yield _to_staff("empty", at)


def _to_staff(name: str, at: dt.datetime) -> Word:
    """One list a day; tomorrow there is another."""
    return Word(at, name, str(at.date()), STAFF, name, dt.datetime.combine(at.date() + DAY, dt.time()))
