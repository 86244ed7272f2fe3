"""Exchanges against brute force: swap two seats in a plain table, and judge the whole table by the rules in words."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from app.core.dates import DateRange
from app.roster.rules import LimitRule, SpacingRule
from app.roster.substitution.ranking import exchanges
from app.roster.substitution.rules import Held, OfficeLimits, Person, Portfolio, Seat, Wanted

FIRST = dt.date(2026, 3, 2)
ALWAYS = DateRange.from_days(None, None)
TOWNS = ("柳河镇", "桃源乡", "石桥镇")


@dataclass
class Table:
    """A small county as plain values: who has which seat, and what holds."""

    owner: dict[str, int] = field(default_factory=dict)  # seat key → leader
    day: dict[str, dt.date] = field(default_factory=dict)
    part: dict[str, str] = field(default_factory=dict)
    role_of_seat: dict[str, str | None] = field(default_factory=dict)
    role: dict[int, str] = field(default_factory=dict)
    leave: set[tuple[int, dt.date]] = field(default_factory=set)
    never: dict[int, int] = field(default_factory=dict)  # leader → weekday
    own: dict[int, tuple[int, int]] = field(default_factory=dict)  # least and most a month
    gap: int = 1
    window: tuple[int, int] = (1, 1)  # days, most
    limit: tuple[str, int, int] = ("month", 0, 99)
    towns: dict[int, set[str]] = field(default_factory=dict)
    wanted: dict[str, set[str]] = field(default_factory=dict)


def make_table(seed: int) -> Table:
    """Six leaders, some forty seats in ten weeks, every rule sometimes."""
    chance = random.Random(seed)
    table = Table(gap=chance.choice((1, 2, 4)), window=chance.choice(((1, 1), (14, 2), (21, 3))))
    table.limit = (
        chance.choice(("week", "month", "quarter")),
        chance.choice((0, 1, 2)),
        chance.choice((3, 4, 99)),
    )
    for leader in range(1, 7):
        table.role[leader] = chance.choice(("lead", "deputy", "deputy"))
        table.towns[leader] = set(chance.sample(TOWNS, 1))
        if chance.random() < 0.3:
            table.never[leader] = chance.randrange(5)
        table.own[leader] = (chance.choice((0, 0, 1)), chance.choice((4, 99)))
        for _ in range(4):
            table.leave.add((leader, FIRST + dt.timedelta(days=chance.randrange(70))))
    for number in range(70):
        day = FIRST + dt.timedelta(days=number)
        for part in chance.choice((("day",), ("am", "pm"), ("day",))):
            if day.weekday() < 5 and chance.random() < 0.75:
                key = f"r1:{day}:{part}:1"
                table.owner[key], table.day[key], table.part[key] = chance.randint(1, 6), day, part
                table.role_of_seat[key] = "lead" if chance.random() < 0.15 else None
                if chance.random() < 0.3:
                    table.wanted[key] = set(chance.sample(TOWNS, chance.choice((1, 2))))
    return table


def period(day: dt.date, kind: str) -> tuple[int, int]:
    if kind == "week":
        return day.isocalendar()[:2]
    return (day.year, day.month) if kind == "month" else (day.year, (day.month - 1) // 3)


def is_broken_by(table: Table, owner: dict[str, int], seat: str) -> bool:
    """Whether the leader of a seat breaks a rule at that seat, with everything else as in `owner`."""
    leader, day = owner[seat], table.day[seat]
    mine = [key for key, who in owner.items() if who == leader and key != seat]
    if (leader, day) in table.leave or table.never.get(leader) == day.weekday():
        return True
    if table.role_of_seat[seat] not in (None, table.role[leader]):
        return True
    same_day = [key for key in mine if table.day[key] == day]
    if any({table.part[key], table.part[seat]} != {"am", "pm"} for key in same_day):
        return True
    apart = [abs((table.day[key] - day).days) for key in mine]
    if any(days < table.gap for days in apart if days) or (table.gap > 1 and same_day):
        return True
    days, most = table.window
    if most > 1:
        for start in (day - dt.timedelta(days=n) for n in range(days)):
            inside = [k for k in (*mine, seat) if 0 <= (table.day[k] - start).days < days]
            if len(inside) > most:
                return True
    kind, _least, most = table.limit
    per_month = Counter(period(table.day[key], "month") for key in (*mine, seat))
    per_period = Counter(period(table.day[key], kind) for key in (*mine, seat))
    return per_period[period(day, kind)] > most or per_month[period(day, "month")] > table.own[leader][1]


def falls_below(table: Table, after: dict[str, int], leader: int) -> bool:
    """Whether a leader who met a minimum in some period meets it no longer."""
    kind, least, _most = table.limit
    for name, wanted in ((kind, least), ("month", table.own[leader][0])):
        before_count = Counter(period(table.day[k], name) for k, who in table.owner.items() if who == leader)
        after_count = Counter(period(table.day[k], name) for k, who in after.items() if who == leader)
        if any(after_count[key] < wanted <= count for key, count in before_count.items()):
            return True
    return False


def brute_force(table: Table, seat: str) -> set[str]:
    """The seats for which `seat` could be exchanged, by trying each."""
    giver, found = table.owner[seat], set()
    for other, owner in table.owner.items():
        if owner == giver or other.rpartition(":")[0] == seat.rpartition(":")[0]:
            continue
        after = table.owner | {seat: owner, other: giver}
        broken = is_broken_by(table, after, seat) or is_broken_by(table, after, other)
        if not broken and not falls_below(table, after, giver) and not falls_below(table, after, owner):
            found.add(other)
    return found


def as_rules(table: Table) -> tuple[dict[int, Person], dict[str, Seat], OfficeLimits]:
    """The same county as the program sees it."""
    kind, least, most = table.limit
    limits = ((ALWAYS, LimitRule(kind, least, most)),)
    seats = {
        key: Seat(key, key.rpartition(":")[0], table.day[key], table.part[key], table.role_of_seat[key])
        for key in table.owner
    }
    people = {
        leader: Person(
            leader,
            f"示例{leader}",
            role,
            ALWAYS,
            tuple(DateRange.from_days(day, day) for who, day in sorted(table.leave) if who == leader),
            frozenset({table.never[leader]}) if leader in table.never else frozenset(),
            table.own[leader][1],
            table.own[leader][0],
            tuple(Held(k, table.day[k], table.part[k]) for k, who in table.owner.items() if who == leader),
            position=leader,
            limits=limits,
        )
        for leader, role in table.role.items()
    }
    spacing = SpacingRule(table.gap, table.window[0], table.window[1])
    return people, seats, OfficeLimits(((ALWAYS, spacing),))


def quality(table: Table, seat: str, other: str) -> Iterator[int]:
    """Townships matched (more is better), the shortest gap up to 14 days, then how near the two days are."""
    giver, owner = table.owner[seat], table.owner[other]
    yield -len(table.wanted.get(seat, set()) & table.towns[owner]) * 100 - 100 * len(
        table.wanted.get(other, set()) & table.towns[giver]
    )
    after = table.owner | {seat: owner, other: giver}
    gaps = [14]
    for key in (seat, other):
        mine = (k for k, who in after.items() if who == after[key] and k != key)
        gaps += [abs((table.day[k] - table.day[key]).days) for k in mine]
    yield -min(gaps)
    yield abs((table.day[other] - table.day[seat]).days)


@pytest.mark.parametrize("seed", range(12))
def test_all_exchanges_that_break_no_rule_best_first(seed: int) -> None:
    table = make_table(seed)
    people, seats, limits = as_rules(table)
    wanted = {
        s.session_key: Wanted(townships=tuple(table.wanted[k])) for k, s in seats.items() if k in table.wanted
    }
    portfolios = {
        (leader, day): Portfolio(townships=frozenset(table.towns[leader]))
        for leader in people
        for day in set(table.day.values())
    }
    several = 0
    for seat in list(seats)[::3]:
        others = [
            (people[leader], [seats[k] for k, who in table.owner.items() if who == leader])
            for leader in people
            if leader != table.owner[seat]
        ]
        found = exchanges(people[table.owner[seat]], seats[seat], others, limits, wanted, portfolios)
        keys = [exchange.seat.seat_key for exchange in found]
        assert set(keys) == brute_force(table, seat), (seed, seat)
        order = [tuple(quality(table, seat, key)) for key in keys]
        assert order == sorted(order), (seed, seat)
        several += len(keys)
    assert several > 3  # not so strict that there is nothing to compare
