"""The carry-over ledger: who is ahead or behind, from duties really published, and what the next plan owes to whom.

What counts: every duty that stands published, for the leader who has it now, so a cover or a swap counts for the
substitute, a return duty for whoever serves it. By the office's fairness rule: duties of its own leaders at other
offices (usually), and duties that fell to a suspension, for the leader who had them (usually not).

Leaders of other offices who served here (shared leaders, covers) owe nothing and are owed nothing: what they did here
is their share, and it counts at home. A year's share of every other leader is weight × days present, split by largest remainder over the duties of the year, with
the balance of the years before taken in. The balance after it (milli-duties; positive: has done too many) is what
the next plan takes in. Rest-day duties have a balance of their own.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.calendar.queries import working_calendar
from app.calendar.rules import WorkingCalendar
from app.core import clock
from app.core.database import db
from app.core.dates import DateRange
from app.directory.models import Leader, Office
from app.roster import queries
from app.roster.engine.shares import prorate
from app.roster.models import Duty, LeaderTerms
from app.roster.rules import FairnessRule, seat_class

FAMILIES = ("all", "rest")
_MOST = 1_000_000  # what a problem file may carry


@dataclass(frozen=True, slots=True)
class Account:
    """One leader in one family of duties (all, or those on rest days). Milli-duties but for the three counts.

    `carried`: the balance taken in from before. `share`: the fair number for the year, what was carried in already
    taken off. `held` are duties before today, `planned` those from today on, both at this office; `elsewhere` those at
    other offices. `balance` = given − share.
    """

    carried: int
    share: int
    held: int
    planned: int
    elsewhere: int = 0

    @property
    def given(self) -> int:
        """All duties of the year, in milli-duties."""
        return 1000 * (self.held + self.planned + self.elsewhere)

    @property
    def balance(self) -> int:
        """What goes into the next plan; positive: has done too many."""
        return self.given - self.share


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One leader's accounts, the sessions counted as present, and the duties the numbers come from.

    `suspended`: among them those that fell to a suspension and count. `guest`: from another office; has as the share
    what was given.
    """

    leader_id: int
    name: str
    weight: int
    present: int
    all: Account
    rest: Account
    duties: tuple[Duty, ...]
    suspended: tuple[Duty, ...] = ()
    guest: bool = False

    @property
    def weighted(self) -> float:
        """Sessions present × weight: what the share is in proportion to."""
        return 0 if self.guest else self.present * self.weight / 100


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of an office and year, leaders in their order."""

    year: int
    lines: tuple[LedgerLine, ...]

    @property
    def weighted(self) -> float:
        """Sessions present × weight, of all leaders together."""
        return sum(line.weighted for line in self.lines)

    @property
    def shared_out(self) -> int:
        """What is shared out over them, milli-duties: the year's duties and what was carried in."""
        return sum(line.all.share + line.all.carried for line in self.lines if line.weighted)

    def balances(self, family: str) -> dict[int, int]:
        """Balance by leader id in a family ("all" or "rest")."""
        return {line.leader_id: getattr(line, family).balance for line in self.lines}


def ledger(office: Office, year: int) -> Ledger:
    """The ledger of a year, with the balance of the years before taken in."""
    calendar = working_calendar(office)
    days = DateRange.of_year(year)
    return _ledger(office, days, calendar, _carried_into(office, days.start, calendar))


def balances_before(office: Office, day: dt.date) -> tuple[dict[int, int], dict[int, int]]:
    """What a plan that begins on `day` takes in: (all duties, rest-day duties), milli-duties by leader id.

    Empty where the office's fairness rule says that nothing is carried over.
    """
    if not _fairness(office, day).carry_over:
        return {}, {}
    carried = _carried_into(office, day, working_calendar(office))
    return _capped(carried["all"]), _capped(carried["rest"])


def _fairness(office: Office, day: dt.date) -> FairnessRule:
    """The fairness rule that holds on a day; the usual one when the office has none."""
    found = (rule.rule for rule in queries.office_rules(office.id) if day in rule.days)
    return next((rule for rule in found if isinstance(rule, FairnessRule)), FairnessRule())


Balances = Mapping[str, Mapping[int, int]]


def _carried_into(office: Office, day: dt.date, calendar: WorkingCalendar) -> Balances:
    published = queries.published_range(office.id)
    carried: Balances = {family: {} for family in FAMILIES}
    if published is None:
        return carried
    for year in range(published.start.year, day.year + 1):
        start, stop = dt.date(year, 1, 1), min(dt.date(year + 1, 1, 1), day)
        if start < stop:
            found = _ledger(office, DateRange(start, stop), calendar, carried)
            carried = {family: found.balances(family) for family in FAMILIES}
    return carried


def _ledger(office: Office, days: DateRange, calendar: WorkingCalendar, carried: Balances) -> Ledger:
    fairness = _fairness(office, days.last_day)
    published = queries.current_duties(office.id, days.first_day, days.last_day)
    duties = [duty for duty in published if duty.status == "held" and duty.leader_id is not None]
    suspended = _had(office, published) if fairness.suspended else []
    here = [*duties, *suspended]
    leaders = _leaders(office, days, {duty.leader_id for duty in here})
    own_leaders = [leader.id for leader in leaders if leader.office_id == office.id]
    away = queries.duties_elsewhere(office.id, own_leaders, days) if fairness.elsewhere else []
    presence = _Presence([leader.id for leader in leaders])
    kinds = {"all": None, "rest": "rest"}
    accounts = {
        family: _accounts(
            office, leaders, _of(here, cls, calendar), _of(away, cls, calendar), presence, carried[family]
        )
        for family, cls in kinds.items()
    }
    return Ledger(
        days.start.year,
        tuple(
            LedgerLine(
                leader.id,
                leader.name,
                presence.weight(leader),
                presence.count(leader, here),
                accounts["all"][number],
                accounts["rest"][number],
                tuple(duty for duty in (*duties, *away) if duty.leader_id == leader.id),
                tuple(duty for duty in suspended if duty.leader_id == leader.id),
                leader.office_id != office.id,
            )
            for number, leader in enumerate(leaders)
        ),
    )


def _of(duties: Sequence[Duty], cls: str | None, calendar: WorkingCalendar) -> list[Duty]:
    """The duties of a class; None: all."""
    return [duty for duty in duties if cls is None or seat_class(duty.on_date, calendar) == cls]


def _had(office: Office, published: Sequence[Duty]) -> list[Duty]:
    """Of each suspended session the last row that names a leader: who had the duty."""
    keys = {duty.seat_key for duty in published if duty.status == "suspended"}
    rows = db.session.scalars(
        select(Duty)
        .where(Duty.office_id == office.id, Duty.seat_key.in_(keys), Duty.leader_id.is_not(None))
        .order_by(Duty.since_revision)
    )
    return list({row.seat_key: row for row in rows}.values())


class _Presence:
    """Which days leaders are in office and not on leave, and their share in percent."""

    def __init__(self, leader_ids: Sequence[int]) -> None:
        self.terms: dict[int, LeaderTerms] = queries.terms_of(leader_ids)
        self.away: dict[int, set[dt.date]] = defaultdict(set)
        for leave in queries.list_leaves(leader_ids):
            self.away[leave.leader_id].update(DateRange.from_days(leave.first_day, leave.last_day).days())

    def weight(self, leader: Leader) -> int:
        """The leader's share in percent."""
        return self.terms[leader.id].share_percent if leader.id in self.terms else 100

    def count(self, leader: Leader, duties: Iterable[Duty]) -> int:
        """On how many of these duties the leader could have been asked."""
        away, term = self.away[leader.id], leader.term
        return sum(term.contains(duty.on_date) and duty.on_date not in away for duty in duties)


def _accounts(
    office: Office,
    leaders: Sequence[Leader],
    duties: Sequence[Duty],
    away: Sequence[Duty],
    presence: _Presence,
    carried: Mapping[int, int],
) -> list[Account]:
    today = clock.today(office.timezone)
    guests = {leader.id for leader in leaders if leader.office_id != office.id}
    weights = [
        presence.weight(leader) * presence.count(leader, duties) if leader.id not in guests else 0
        for leader in leaders
    ]
    owed = [carried.get(leader.id, 0) for leader in leaders]
    of_guests = Counter(duty.leader_id for duty in duties if duty.leader_id in guests)
    split = prorate(1000 * (len(duties) - of_guests.total() + len(away)), weights, owed)
    shares = [
        1000 * of_guests[leader.id] if leader.id in guests else share
        for leader, share in zip(leaders, split, strict=True)
    ]
    found = []
    for leader, share, debt in zip(leaders, shares, owed, strict=True):
        own = [duty.on_date for duty in duties if duty.leader_id == leader.id]
        held = sum(day < today for day in own)
        elsewhere = sum(duty.leader_id == leader.id for duty in away)
        found.append(Account(debt, share, held, len(own) - held, elsewhere))
    return found


def _leaders(office: Office, days: DateRange, with_duties: set[int | None]) -> list[Leader]:
    """The office's leaders of that time, and anybody else who served."""
    found = db.session.scalars(
        select(Leader)
        .where((Leader.office_id == office.id) | Leader.id.in_(with_duties))
        .order_by(Leader.office_id != office.id, Leader.position, Leader.sort_key, Leader.id)
    )
    return [leader for leader in found if leader.term.overlaps(days) or leader.id in with_duties]


def _capped(balances: Mapping[int, int]) -> dict[int, int]:
    return {leader: max(-_MOST, min(_MOST, amount)) for leader, amount in balances.items()}
