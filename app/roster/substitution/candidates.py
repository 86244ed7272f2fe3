"""Reads what the rules of substitution need, once, and ranks candidates and exchanges for published duties."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.core.dates import DateRange
from app.core.text import Text
from app.directory.models import Leader, Office
from app.directory.queries import list_leaders_in
from app.roster import queries as roster_queries
from app.roster.ledger import Ledger, ledger
from app.roster.models import Duty
from app.roster.rules import CoverageRule, OfficeRule, SeatNeed
from app.roster.substitution import queries
from app.roster.substitution.models import SubstitutionPolicy
from app.roster.substitution.ranking import Candidate, Exchange, exchanges, judge, rank
from app.roster.substitution.rules import (
    Held,
    OfficeLimits,
    Person,
    Portfolio,
    Seat,
    Wanted,
    limits_about,
    limits_of,
)
from app.roster.substitution.wanted import wanted_for

_NEAR = dt.timedelta(days=120)  # duties so far away still count for gaps, beside the whole year
_KEY = re.compile(r"r(\d+):")


@dataclass(frozen=True, slots=True)
class Offer:
    """A leader for several duties: those that break no rule when taken in order of date, and how he ranks."""

    candidate: Candidate
    seat_keys: tuple[str, ...]


class Situation:
    """An office as substitution sees it: leaders with their duties, leave, load; rules; what visits want.

    Everything is read once, when first asked for: the number of queries does not grow with leaders or duties.
    `guests`: ids of leaders who may belong to another office and count here all the same.
    """

    def __init__(self, office: Office, duties: Sequence[Duty], guests: Sequence[int] = ()) -> None:
        self.office = office
        self._guests = guests
        self.duties = sorted(duties, key=lambda duty: (duty.on_date, duty.starts, duty.seat_key))
        first, last = self.duties[0].on_date, self.duties[-1].on_date
        self.days = DateRange(
            min(dt.date(first.year, 1, 1), first - _NEAR), max(dt.date(last.year + 1, 1, 1), last + _NEAR)
        )

    @cached_property
    def policy(self) -> SubstitutionPolicy:
        """The office's policy."""
        return queries.policy_of(self.office.id)

    @cached_property
    def rules(self) -> list[OfficeRule]:
        """The office's rules that hold in this time."""
        return roster_queries.office_rules(self.office.id, self.days)

    @cached_property
    def limits(self) -> OfficeLimits:
        """Gaps and windows."""
        return limits_of(self.rules)

    @cached_property
    def leaders(self) -> list[Leader]:
        """The leaders of this time, and those of other offices who hold these seats or whom a rule names for them."""
        found = list_leaders_in(self.office.id, self.days)
        known = {leader.id for leader in found}
        guests = {leader for duty in self.duties for leader in self._need(duty).leaders}
        guests |= {duty.leader_id for duty in self.duties if duty.leader_id}
        guests = (guests | set(self._guests)) - known
        if guests:
            found += db.session.scalars(select(Leader).where(Leader.id.in_(guests))).all()
        return found

    @cached_property
    def ledger(self) -> Ledger:
        """The fairness ledger of the year of the first duty."""
        return ledger(self.office, self.duties[0].on_date.year)

    @cached_property
    def held(self) -> Mapping[int, list[Held]]:
        """Published duties by leader, here and elsewhere, in this time."""
        rows = db.session.execute(
            select(Duty.leader_id, Duty.seat_key, Duty.on_date, Duty.session, Office.id, Office.name)
            .join(Office, Office.id == Duty.office_id)
            .where(
                Duty.until_revision.is_(None),
                Duty.status == "held",
                Duty.leader_id.in_([leader.id for leader in self.leaders]),
                Duty.on_date.between(self.days.first_day, self.days.last_day),
            )
        )
        found: dict[int, list[Held]] = defaultdict(list)
        for leader_id, seat_key, day, session, office_id, name in rows:
            found[leader_id or 0].append(
                Held(seat_key, day, session, "" if office_id == self.office.id else name)
            )
        return found

    @cached_property
    def people(self) -> dict[int, Person]:
        """The leaders as the rules see them."""
        ids = [leader.id for leader in self.leaders]
        terms = roster_queries.terms_of(ids)
        away: dict[int, list[DateRange]] = defaultdict(list)
        for leave in roster_queries.list_leaves(ids, self.days):
            away[leave.leader_id].append(DateRange.from_days(leave.first_day, leave.last_day))
        balances = self.ledger.balances("all")
        found = {}
        for position, leader in enumerate(self.leaders):
            own = terms.get(leader.id)
            found[leader.id] = Person(
                leader.id,
                leader.name,
                leader.role,
                leader.term,
                tuple(away[leader.id]),
                frozenset(own.forbidden_weekdays) if own else frozenset(),
                own.month_max if own else None,
                own.month_min if own else 0,
                tuple(self.held.get(leader.id, ())),
                balances.get(leader.id, 0),
                position,
                limits_about(self.rules, leader.id, leader.role),
            )
        return found

    @cached_property
    def wanted(self) -> dict[str, Wanted]:
        """What visits want, by session, for every duty of this time: exchanges look at both sides."""
        keys = {duty.session_key for duty in self.duties}
        return wanted_for(self.office.id, sorted(keys))

    @cached_property
    def backups(self) -> dict[int, tuple[int, ...]]:
        """Backups by leader on the day of the first duty."""
        return queries.backups_of(self.office.id, self.duties[0].on_date)

    def seat_of(self, duty: Duty) -> Seat:
        """A published duty as the rules see it, with what its rule asks for."""
        need = self._need(duty)
        return Seat(duty.seat_key, duty.session_key, duty.on_date, duty.session, need.role, need.leaders)

    def _need(self, duty: Duty) -> SeatNeed:
        found = _KEY.match(duty.seat_key)
        for rule in self.rules if found else ():
            if found and rule.id == int(found[1]) and isinstance(rule.rule, CoverageRule):
                seats = len(rule.rule.seats)
                return (
                    rule.rule.need_of(duty.seat, duty.on_date.weekday()) if duty.seat <= seats else SeatNeed()
                )
        return SeatNeed()

    def portfolios(self, day: dt.date) -> dict[int, Portfolio]:
        """Projects, townships and sectors of every leader on a day."""
        return {leader.id: _portfolio(leader, day) for leader in self.leaders}

    def candidates(self, duty: Duty) -> list[Candidate]:
        """Every other leader for one duty, best first, those excluded last with the reasons."""
        seat = self.seat_of(duty)
        owing = frozenset(
            debt.leader_id
            for debt in queries.open_returns(self.office.id)
            if debt.substitute_id == duty.leader_id
        )
        found = judge(
            (person for person in self.people.values() if person.id != duty.leader_id),
            seat,
            self.limits,
            self.wanted.get(duty.session_key, Wanted()),
            self.portfolios(duty.on_date),
            self.backups.get(duty.leader_id or 0, ()),
            owing,
            self._notes(duty.on_date),
        )
        return rank(found, self.policy.whom, seat)

    def _notes(self, day: dt.date) -> dict[int, tuple[Text, ...]]:
        """Leaders whose own first backup is away on the day: nobody could stand in for them."""
        notes: dict[int, tuple[Text, ...]] = {}
        for leader_id, backups in self.backups.items():
            first = self.people.get(backups[0]) if backups else None
            if first is not None and any(days.contains(day) for days in first.away):
                notes[leader_id] = (
                    Text(
                        f"其第一替补{first.name}当天请假",
                        f"the own first backup, {first.name}, is away that day",
                    ),
                )
        return notes

    def offers(self) -> list[Offer]:
        """Who could take how many of the duties without breaking a rule, those who take most first."""
        by_duty = {duty.seat_key: self.candidates(duty) for duty in self.duties}
        allowed: dict[int, list[str]] = defaultdict(list)
        first: dict[int, tuple[int, Candidate]] = {}
        people = dict(self.people)
        for duty in self.duties:
            seat = self.seat_of(duty)
            for place, found in enumerate(by_duty[duty.seat_key]):
                person = people[found.person.id]
                again = judge([person], seat, self.limits, self.wanted.get(seat.session_key, Wanted()), {})
                if again[0].allowed:
                    allowed[person.id].append(duty.seat_key)
                    first.setdefault(person.id, (place, found))
                    people[person.id] = person.with_duty(seat)
        order = sorted(allowed, key=lambda leader: (-len(allowed[leader]), first[leader][0]))
        if self.policy.whom != "ranked":
            order = sorted(allowed, key=lambda leader: first[leader][0])
        return [Offer(first[leader][1], tuple(allowed[leader])) for leader in order]

    def exchanges(self, duty: Duty) -> list[Exchange]:
        """All exchanges of the duty against a later one of somebody else that break no rule, best first."""
        giver = self.people.get(duty.leader_id or 0)
        if giver is None:
            return []
        today = clock.today(self.office.timezone)
        rows = roster_queries.current_duties(self.office.id, today + dt.timedelta(days=1), self.days.last_day)
        seats: dict[int, list[Seat]] = defaultdict(list)
        pending = queries.open_seats(self.office.id)  # those are being given away already
        for row in rows:
            if (
                row.status == "held"
                and row.leader_id not in (None, duty.leader_id)
                and row.seat_key not in pending
            ):
                seats[row.leader_id or 0].append(self.seat_of(row))
        others = [(self.people[leader], found) for leader, found in seats.items() if leader in self.people]
        days = {seat.on_date for _, found in others for seat in found} | {duty.on_date}
        keys = {seat.session_key for _, found in others for seat in found} | {duty.session_key}
        wanted = wanted_for(self.office.id, sorted(keys))
        portfolios = {}
        if wanted:
            for day in days:
                portfolios.update({(leader, day): found for leader, found in self.portfolios(day).items()})
        return exchanges(giver, self.seat_of(duty), others, self.limits, wanted, portfolios)


def _portfolio(leader: Leader, day: dt.date) -> Portfolio:
    values: dict[str, set[str]] = {"project": set(), "township": set(), "sector": set()}
    for facet in leader.facets:
        if facet.kind in values and facet.days.contains(day):
            values[facet.kind].add(facet.value)
    return Portfolio(frozenset(values["project"]), frozenset(values["township"]), frozenset(values["sector"]))
