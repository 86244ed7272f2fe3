"""Who can take a duty, and what speaks against it. Pure: everything is an argument.

A leader is judged by the duties published (here and at other offices), leave, term, own limits and the office's rules.
Hard problems are about being there at all; the others are the office's rules, which staff may set aside knowingly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from app.core.dates import DateRange
from app.core.text import Text
from app.roster.engine.instance import overlap, period_key
from app.roster.rules import LimitRule, OfficeRule, SpacingRule

FAR = 10_000  # days: no duty near


@dataclass(frozen=True, slots=True)
class Held:
    """A published duty of a leader. `place`: the name of another office, empty for one at the office itself."""

    seat_key: str
    on_date: dt.date
    session: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A published seat that may change hands; `role` and `leaders` are what its rule asks for."""

    seat_key: str
    session_key: str
    on_date: dt.date
    session: str
    role: str | None = None
    leaders: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A leader: when there, what is held, how much is owed. `balance` in milli-duties, positive: has done too many.

    `limits` and `spacing` are the office's rules about this leader.
    """

    id: int
    name: str
    role: str
    term: DateRange
    away: tuple[DateRange, ...] = ()
    weekdays_off: frozenset[int] = frozenset()
    month_max: int | None = None
    month_min: int = 0
    duties: tuple[Held, ...] = ()
    balance: int = 0
    position: int = 0
    limits: tuple[tuple[DateRange, LimitRule], ...] = ()

    def without(self, seat_key: str) -> Person:
        """The leader once that duty is given away."""
        return replace(self, duties=tuple(duty for duty in self.duties if duty.seat_key != seat_key))

    def with_duty(self, seat: Seat) -> Person:
        """The leader once that duty is taken, which counts for load and gaps."""
        held = Held(seat.seat_key, seat.on_date, seat.session)
        return replace(self, duties=(*self.duties, held), balance=self.balance + 1000)

    @property
    def days(self) -> list[dt.date]:
        """The dates of the duties at the office itself."""
        return [duty.on_date for duty in self.duties if not duty.place]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a leader cannot or should not take a seat."""

    kind: str
    hard: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the visits booked for a session ask of the leader, and who may not receive them (`recused`)."""

    projects: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    recused: frozenset[int] = frozenset()
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A leader's projects, townships and sectors on the day of a duty."""

    projects: frozenset[str] = frozenset()
    townships: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OfficeLimits:
    """The office's spacing rules, each with the days it holds."""

    spacing: tuple[tuple[DateRange, SpacingRule], ...] = ()


def limits_of(rules: Iterable[OfficeRule]) -> OfficeLimits:
    """The spacing rules among an office's rules."""
    return OfficeLimits(tuple((r.days, r.rule) for r in rules if isinstance(r.rule, SpacingRule)))


def limits_about(
    rules: Iterable[OfficeRule], leader_id: int, role: str
) -> tuple[tuple[DateRange, LimitRule], ...]:
    """The limits that are about a leader: named, or of the role, or of everybody."""
    return tuple(
        (found.days, found.rule)
        for found in rules
        if isinstance(found.rule, LimitRule)
        and (leader_id in found.rule.leaders if found.rule.leaders else found.rule.role in (None, role))
    )


def find_problems(person: Person, seat: Seat, limits: OfficeLimits, wanted: Wanted) -> tuple[Problem, ...]:
    """Everything that speaks against a leader taking a seat, hard problems first."""
    return (
        *_presence(person, seat, wanted),
        *_demands(person, seat),
        *_spacing(person, seat, limits),
        *_maxima(person, seat),
    )


def broken_minimum(person: Person, seat: Seat, instead: Seat | None = None) -> bool:
    """Whether giving the seat away (and taking `instead`) takes the leader below a minimum that is met with it."""
    everywhere = DateRange.from_days(None, None)
    own = LimitRule("month", person.month_min)
    for days, rule in (*person.limits, (everywhere, own)):
        if not rule.least or not days.contains(seat.on_date):
            continue
        period = period_key(seat.on_date, rule.period)
        made_good = instead is not None and period_key(instead.on_date, rule.period) == period
        if not made_good and _count(person, seat.on_date, rule.period) == rule.least:
            return True
    return False


def _presence(person: Person, seat: Seat, wanted: Wanted) -> Iterator[Problem]:
    if not person.term.contains(seat.on_date):
        yield Problem("term", True, Text("那天不在任", "not in office that day"))
    if any(days.contains(seat.on_date) for days in person.away):
        yield Problem("leave", True, Text("那天请假", "on leave that day"))
    for duty in person.duties:
        if duty.on_date == seat.on_date and overlap(duty.session, seat.session):
            at = Text(f"在{duty.place}", f" at {duty.place}") if duty.place else Text("", " here")
            yield Problem(
                "busy", True, Text(f"同一时段{at.zh}已有接访", f"has a duty{at.en} at the same time")
            )
            break
    if person.id in wanted.recused:
        yield Problem(
            "recused", True, Text("与约访事项有直接利害关系，应当回避", "has an interest in a visit that day")
        )


def _demands(person: Person, seat: Seat) -> Iterator[Problem]:
    if seat.role and seat.role != person.role:
        lead = seat.role == "lead"
        text = (
            Text("这一席须由正职接访", "the seat is for a principal")
            if lead
            else Text("这一席须由副职接访", "the seat is for a deputy")
        )
        yield Problem("role", False, text)
    if seat.leaders and person.id not in seat.leaders:
        yield Problem(
            "allowed", False, Text("规则指定由其他领导接访", "the rule names other leaders for the seat")
        )
    if seat.on_date.weekday() in person.weekdays_off:
        yield Problem("weekday", False, Text("每周这一天不安排接访", "never serves on this weekday"))


def _spacing(person: Person, seat: Seat, limits: OfficeLimits) -> Iterator[Problem]:
    apart = min((abs((day - seat.on_date).days) for day in person.days), default=FAR)
    for days, rule in limits.spacing:
        if not days.contains(seat.on_date):
            continue
        gap = max(rule.min_gap, rule.window_days if rule.window_k == 1 else 1)  # as the engine reads it
        if 0 < apart < gap or (apart == 0 and gap > 1):
            yield Problem(
                "gap",
                False,
                Text(
                    f"与另一场只隔 {apart} 天，规定至少 {gap} 天",
                    f"{apart} days from another duty; the rule asks for {gap}",
                ),
            )
        if rule.window_k > 1 and _most_in_window(person, seat, rule.window_days) > rule.window_k:
            yield Problem(
                "window",
                False,
                Text(
                    f"{rule.window_days} 天内将超过 {rule.window_k} 次",
                    f"would have more than {rule.window_k} within {rule.window_days} days",
                ),
            )


def _most_in_window(person: Person, seat: Seat, length: int) -> int:
    """The most duties in any window of `length` days that holds the seat, the seat counted."""
    days = sorted([*(d for d in person.days if abs((d - seat.on_date).days) < length), seat.on_date])
    return max(
        sum(1 for day in days if 0 <= (day - first).days < length)
        for first in days
        if 0 <= (seat.on_date - first).days < length
    )


def _maxima(person: Person, seat: Seat) -> Iterator[Problem]:
    if person.month_max is not None and _count(person, seat.on_date, "month") + 1 > person.month_max:
        yield _too_many("month", person.month_max)
    for days, rule in person.limits:
        if (
            rule.most is not None
            and days.contains(seat.on_date)
            and _count(person, seat.on_date, rule.period) + 1 > rule.most
        ):
            yield _too_many(rule.period, rule.most)


_PERIODS = {
    "week": ("本周", "that week"),
    "month": ("当月", "that month"),
    "quarter": ("当季", "that quarter"),
    "year": ("当年", "that year"),
}


def _too_many(period: str, most: int) -> Problem:
    zh, en = _PERIODS[period]
    return Problem(
        "most", False, Text(f"{zh}最多 {most} 次，已满", f"has the most allowed {en} already ({most})")
    )


def _count(person: Person, day: dt.date, period: str) -> int:
    wanted = period_key(day, period)
    return sum(period_key(own, period) == wanted for own in person.days)
