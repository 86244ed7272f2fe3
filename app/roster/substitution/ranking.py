"""Candidates and exchanges in order, each with what it does to load, gaps and matches, in sentences. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.core.text import Text
from app.roster.substitution.rules import (
    FAR,
    OfficeLimits,
    Person,
    Portfolio,
    Problem,
    Seat,
    Wanted,
    broken_minimum,
    find_problems,
)


@dataclass(frozen=True, slots=True)
class Match:
    """How many of the wanted projects, townships and sectors a leader has, each with how many were wanted."""

    projects: tuple[int, int] = (0, 0)
    townships: tuple[int, int] = (0, 0)
    sectors: tuple[int, int] = (0, 0)

    @property
    def weight(self) -> int:
        """Strongest first: a project counts more than every township, a township more than every sector."""
        return 10_000 * self.projects[0] + 100 * self.townships[0] + self.sectors[0]


@dataclass(frozen=True, slots=True)
class Effect:
    """What taking a seat does: duties over (+) or under (−) the share before, and days to the duties around it."""

    balance: int
    since: int | None
    until: int | None

    @property
    def nearest(self) -> int:
        """Days to the nearest other duty; FAR when there is none."""
        return min((days for days in (self.since, self.until) if days is not None), default=FAR)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leader for a seat: problems (none: may be asked), what speaks for and against, in sentences."""

    person: Person
    problems: tuple[Problem, ...]
    match: Match
    effect: Effect
    backup: str = ""  # A, B or C
    owes: bool = False  # a return duty to the leader replaced
    notes: tuple[Text, ...] = ()

    @property
    def allowed(self) -> bool:
        """Breaks no rule."""
        return not self.problems

    @property
    def possible(self) -> bool:
        """Could be there: staff may decide so."""
        return not any(problem.hard for problem in self.problems)

    @property
    def reasons(self) -> Text:
        """One sentence: load, distance, match."""
        parts = [*candidate_words(self), *self.notes]
        return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A swap: the other leader takes the seat given, and gives `seat` for it."""

    person: Person
    seat: Seat
    match: Match
    back: Match
    nearest: int
    apart: int

    @property
    def reasons(self) -> Text:
        """One sentence: distance of the days, gaps that result, match."""
        zh, en = f"两场相隔 {self.apart} 天", f"{self.apart} days between the two"
        if self.nearest < FAR:
            zh += f"；交换后两人最短间隔 {self.nearest} 天"
            en += f"; after it the shortest gap of both is {self.nearest} days"
        parts = [Text(zh, en), *match_words(self.match)]
        return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def judge(
    people: Iterable[Person],
    seat: Seat,
    limits: OfficeLimits,
    wanted: Wanted,
    portfolios: dict[int, Portfolio],
    backups: Sequence[int] = (),
    owing: frozenset[int] = frozenset(),
    notes: dict[int, tuple[Text, ...]] | None = None,
) -> list[Candidate]:
    """Every leader as a candidate for a seat, unordered."""
    return [
        Candidate(
            person,
            find_problems(person, seat, limits, wanted),
            match(portfolios.get(person.id, Portfolio()), wanted),
            effect(person, seat),
            "ABC"[backups.index(person.id)] if person.id in backups else "",
            person.id in owing,
            (notes or {}).get(person.id, ()),
        )
        for person in people
    ]


def rank(candidates: Iterable[Candidate], whom: str, seat: Seat) -> list[Candidate]:
    """Those who break no rule, best first; then the others, those who could be there before those who could not.

    `whom`: "ranked", "backups" (A, B, C first) or "next" (the next in roster order first).
    """

    def key(found: Candidate) -> tuple[object, ...]:
        chosen = 0
        if whom == "backups":
            chosen = "ABC".index(found.backup) if found.backup else 3
        elif whom == "next":
            chosen = found.effect.until if found.effect.until is not None else FAR
        return (
            not found.allowed,
            not found.possible,
            chosen,
            not found.owes,
            -found.match.weight,
            found.person.balance,
            -min(found.effect.nearest, 60),
            found.person.position,
            found.person.id,
        )

    return sorted(candidates, key=key)


def exchanges(
    giver: Person,
    seat: Seat,
    others: Iterable[tuple[Person, Sequence[Seat]]],
    limits: OfficeLimits,
    wanted: dict[str, Wanted],
    portfolios: dict[tuple[int, dt.date], Portfolio],
) -> list[Exchange]:
    """All exchanges of `seat` against a seat of somebody else that break no rule, best first."""
    found = []
    nothing = Wanted()
    asked = wanted.get(seat.session_key, nothing)
    bare = giver.without(seat.seat_key)
    for other, seats in others:
        for theirs in seats:
            if theirs.session_key == seat.session_key:
                continue
            if broken_minimum(giver, seat, theirs) or broken_minimum(other, theirs, seat):
                continue
            rest = other.without(theirs.seat_key)
            back = wanted.get(theirs.session_key, nothing)
            if find_problems(rest, seat, limits, asked) or find_problems(bare, theirs, limits, back):
                continue
            nearest = min(effect(rest, seat).nearest, effect(bare, theirs).nearest)
            found.append(
                Exchange(
                    other,
                    theirs,
                    match(portfolios.get((other.id, seat.on_date), Portfolio()), asked),
                    match(portfolios.get((giver.id, theirs.on_date), Portfolio()), back),
                    nearest,
                    abs((theirs.on_date - seat.on_date).days),
                )
            )
    return sorted(found, key=_exchange_order)


def _exchange_order(found: Exchange) -> tuple[object, ...]:
    return (
        -found.match.weight - found.back.weight,
        -min(found.nearest, 14),
        found.apart,
        found.seat.on_date,
        found.person.position,
        found.seat.seat_key,
    )


def effect(person: Person, seat: Seat) -> Effect:
    """Load before, and the days since the duty before and until the one after."""
    days = person.days
    before = max((day for day in days if day <= seat.on_date), default=None)
    after = min((day for day in days if day > seat.on_date), default=None)
    return Effect(
        person.balance,
        (seat.on_date - before).days if before else None,
        (after - seat.on_date).days if after else None,
    )


def match(portfolio: Portfolio, wanted: Wanted) -> Match:
    """How many of the wanted things the leader has."""
    pairs = (
        (portfolio.projects, wanted.projects),
        (portfolio.townships, wanted.townships),
        (portfolio.sectors, wanted.sectors),
    )
    counts = [(sum(value in own for value in asked), len(asked)) for own, asked in pairs]
    return Match(*counts)


def candidate_words(found: Candidate) -> Iterator[Text]:
    """Backup, debt, load, distances and match, each as a short sentence."""
    if found.owes:
        yield Text("欠其一次还班", "owes a return duty")
    if found.backup:
        yield Text(f"预设的第 {found.backup} 顺位", f"backup {found.backup}")
    yield load_words(found.effect.balance)
    if found.effect.since is not None:
        yield Text(f"距上一次接访 {found.effect.since} 天", f"last duty {found.effect.since} days before")
    else:
        yield Text("此前没有接访", "no duty before")
    if found.effect.until is not None:
        yield Text(f"{found.effect.until} 天后下一次接访", f"next duty {found.effect.until} days after")
    yield from match_words(found.match)


def load_words(balance: int) -> Text:
    """Milli-duties over or under the share, as a person says it."""
    number = f"{abs(balance) / 1000:.1f}".removesuffix(".0")
    if abs(balance) < 500:
        return Text("与应担次数持平", "on the share")
    if balance < 0:
        return Text(f"比应担次数少 {number} 次", f"{number} {_duties(number)} fewer than the share")
    return Text(f"比应担次数多 {number} 次", f"{number} {_duties(number)} more than the share")


def match_words(found: Match) -> Iterator[Text]:
    """Which of the wanted things are covered; nothing where nothing is wanted."""
    words = (
        (found.projects, "约访项目", "invited project"),
        (found.townships, "约访乡镇", "invited township"),
        (found.sectors, "约访领域", "invited sector"),
    )
    for (has, asked), zh, en in words:
        if asked and has == asked:
            every = "both " if asked == 2 else "all " if asked > 2 else "the "
            yield Text(f"对口全部 {asked} 个{zh}", f"covers {every}{en}{'s' if asked > 1 else ''}")
        elif asked and has:
            yield Text(f"对口 {has}/{asked} 个{zh}", f"covers {has} of {asked} {en}s")
        elif asked:
            yield Text(f"不对口{zh}", f"covers no {en}")


def _duties(number: str) -> str:
    return "duty" if number == "1" else "duties"
