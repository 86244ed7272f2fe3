"""From rules and a calendar to the seats that need a leader. Keys come from the rule and the day it *means*."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.calendar.rules import NeedsDecision, Placed, WorkingCalendar, collisions, occurrences, open_decisions
from app.calendar.rules import with_special_periods as add_special_periods
from app.core.dates import DateRange
from app.core.text import Text
from app.roster.rules.exceptions import ANY_ROLE, ANYBODY, MORE, NO_SEAT
from app.roster.rules.model import MOST_SEATS, CoverageRule, OfficeRule, SeatNeed

_SATURDAY = 5
_MONDAY_AND_FRIDAY = (0, 4)
_APPOINTMENT_ONLY = Text("仅限预约", "by appointment only")


@dataclass(frozen=True, slots=True)
class PlannedSeat:
    """One seat of one session. `cls` is the engine's class: rest, monfri or plain. `status`: held or suspended."""

    seat_key: str
    session_key: str
    rule_id: int
    on_date: dt.date
    original_date: dt.date
    session: str
    starts: dt.time
    ends: dt.time
    seat: int
    need: str | None
    allowed: tuple[int, ...]
    optional: bool
    room_id: int | None
    cls: str
    special: bool
    status: str
    note: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class RuleDates:
    """The days of one coverage rule in a range, with what moved, was cancelled or waits for a decision."""

    rule: OfficeRule
    placed: tuple[Placed, ...]

    @property
    def held(self) -> list[dt.date]:
        """The days with sessions, in order."""
        return sorted(entry.date for entry in self.placed if entry.date is not None)

    @property
    def moved(self) -> list[Placed]:
        """Days that give way to a holiday."""
        return [entry for entry in self.placed if entry.moved]

    @property
    def cancelled(self) -> list[Placed]:
        """Days that are not held."""
        return [entry for entry in self.placed if entry.cancelled]

    @property
    def decisions(self) -> list[NeedsDecision]:
        """Make-up days somebody must decide about."""
        return open_decisions(self.placed)


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """All seats of a range in order of date, and what a person should look at."""

    seats: tuple[PlannedSeat, ...]
    dates: tuple[RuleDates, ...]
    warnings: tuple[Text, ...]


def plan_seats(
    rules: Iterable[OfficeRule],
    calendar: WorkingCalendar,
    within: DateRange,
    rooms: Sequence[int] = (),
) -> list[PlannedSeat]:
    """The seats of all coverage rules in the range, in order of date.

    `rooms`: the office's open rooms, the first of which serves rules that name none. ValueError for an open range.
    """
    return list(plan(rules, calendar, within, rooms).seats)


def plan(
    rules: Iterable[OfficeRule], calendar: WorkingCalendar, within: DateRange, rooms: Sequence[int] = ()
) -> SeatPlan:
    """As `plan_seats`, with the days of each rule and the warnings: collisions and open decisions."""
    covering = [rule for rule in rules if isinstance(rule.rule, CoverageRule)]
    dates = tuple(rule_dates(rule, calendar, within) for rule in covering)
    seats = [seat for found in dates for seat in _seats_of(found, calendar, rooms)]
    seats.sort(key=lambda seat: (seat.on_date, seat.starts, seat.rule_id, seat.session_key, seat.seat))
    return SeatPlan(tuple(seats), dates, (*_collision_texts(dates), *_decision_texts(dates)))


def rule_dates(rule: OfficeRule, calendar: WorkingCalendar, within: DateRange) -> RuleDates:
    """The days a coverage rule gives in a range: those it means while it holds, by the day they are held."""
    coverage = rule.rule
    if not isinstance(coverage, CoverageRule) or not rule.days.overlaps(within):
        return RuleDates(rule, ())
    placed: Iterable[Placed] = occurrences(coverage.pattern, within, calendar, coverage.decisions)
    if coverage.special_days:
        placed = add_special_periods(placed, calendar.special_periods, within)
    return RuleDates(rule, tuple(entry for entry in placed if rule.days.contains(entry.original)))


def seat_class(day: dt.date, calendar: WorkingCalendar) -> str:
    """rest (weekend, holiday, make-up day), monfri or plain: what is kept even on its own."""
    if day.weekday() >= _SATURDAY or calendar.is_rest(day):
        return "rest"
    return "monfri" if day.weekday() in _MONDAY_AND_FRIDAY else "plain"


def _seats_of(found: RuleDates, calendar: WorkingCalendar, rooms: Sequence[int]) -> Iterator[PlannedSeat]:
    coverage = found.rule.rule
    if not isinstance(coverage, CoverageRule):
        return
    in_rooms: Sequence[int | None] = (None,) if coverage.place else coverage.rooms or rooms[:1] or (None,)
    for entry in found.placed:
        if entry.date is None:
            continue
        for session in coverage.sessions:
            for place, room in enumerate(in_rooms):
                key = f"r{found.rule.id}:{entry.original.isoformat()}:{session}{f'.{place + 1}' if place else ''}"
                for number, need in _needs(coverage, key.partition(":")[2], entry.date.weekday()):
                    yield _seat(found.rule.id, coverage, entry, session, key, number, need, room, calendar)


def _needs(coverage: CoverageRule, session: str, weekday: int) -> Iterator[tuple[int, SeatNeed]]:
    """The numbers of a session's seats and who may take each, exceptions taken in."""
    for number in range(1, (MOST_SEATS if coverage.exceptions else len(coverage.seats)) + 1):
        exception = coverage.exceptions.get(f"{session}:{number}")
        if number > len(coverage.seats):
            if exception == MORE:
                yield number, SeatNeed()
        elif exception == ANYBODY:
            yield number, SeatNeed()
        elif exception != NO_SEAT:
            need = coverage.need_of(number, weekday)
            yield number, replace(need, role=None) if exception == ANY_ROLE else need


def _seat(
    rule_id: int,
    coverage: CoverageRule,
    entry: Placed,
    session: str,
    key: str,
    number: int,
    need: SeatNeed,
    room: int | None,
    calendar: WorkingCalendar,
) -> PlannedSeat:
    day = entry.date or entry.original
    suspension = calendar.suspended(day)
    closed = calendar.closed(day)
    starts, ends = coverage.times[session]
    return PlannedSeat(
        seat_key=f"{key}:{number}",
        session_key=key,
        rule_id=rule_id,
        on_date=day,
        original_date=entry.original,
        session=session,
        starts=starts,
        ends=ends,
        seat=number,
        need=need.role,
        allowed=need.leaders,
        optional=coverage.optional,
        room_id=room,
        cls=seat_class(day, calendar),
        special=calendar.special_period(day) is not None,
        status="suspended" if closed else "held",
        note=_note(coverage, suspension.reason if closed and suspension else "", suspension is not None),
        place=coverage.place,
    )


def _note(coverage: CoverageRule, suspended_because: str, suspension: bool) -> str:
    """What residents read beside the session. Notes are data, in the office's own language."""
    parts = [suspended_because or (_APPOINTMENT_ONLY.zh if suspension else ""), coverage.note]
    return "；".join(part for part in parts if part)[:200]


def _collision_texts(dates: Sequence[RuleDates]) -> Iterator[Text]:
    names = {id(entry): found.rule.name for found in dates for entry in found.placed}
    moved = {entry.date for found in dates for entry in found.moved}
    for day, entries in collisions(entry for found in dates for entry in found.placed).items():
        if day not in moved:
            continue  # rules that meet by themselves were meant to
        rules = list(dict.fromkeys(names[id(entry)] for entry in entries))
        meant = "、".join(entry.original.isoformat() for entry in entries if entry.moved)
        shown = day.isoformat()
        yield Text(
            f"{shown} 有 {len(entries)} 场接访：{meant} 的场次移到了这一天（{'、'.join(rules)}）",
            f"{len(entries)} sessions on {shown}: what was meant for {meant.replace('、', ', ')} moved there "
            f"({', '.join(rules)})",
        )


def _decision_texts(dates: Sequence[RuleDates]) -> Iterator[Text]:
    for found in dates:
        for question in found.decisions:
            day, name = question.day.isoformat(), found.rule.name
            yield Text(
                f"{day} 是调休上班日，请在规则“{name}”中选择按哪个星期安排",
                f'{day} is a make-up working day: say in the rule "{name}" which weekday it counts as',
            )
