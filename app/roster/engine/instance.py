"""A problem compiled to integers: what the solvers, the scorer and the explainer work on.

Slots are sorted by date and numbered 0 … m-1 (in code `s`, `t`), leaders keep their order and are numbered 0 … n-1 (in code `p` for person); days
are ordinals.
A roster inside the engine is a list `who` with one leader number a slot, `NOBODY` for an empty one, and `STRANGER`
for a published past duty of somebody who is not a leader of the problem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from app.roster.engine.problem import Leader, Problem, Slot
from app.roster.engine.shares import CLASSES, Shares, compute_shares

NOBODY = -1
STRANGER = -2
SESSION_ORDER = {"day": 0, "am": 1, "pm": 2}
Roster = list[int]


@dataclass(frozen=True, slots=True)
class CountRule:
    """Between `low` and `high` of `slots` go to `leader`: monthly minimums and maximums, quotas."""

    leader: int
    slots: tuple[int, ...]
    low: int
    high: int | None
    kind: str
    period: str
    base: int = 0


def find_bar(leader: Leader, slot: Slot) -> str | None:
    """The first rule that keeps this leader from this slot whatever else is planned, or None.

    Kinds: term, leave, weekday, role (these four are the file format's), allowed, busy.
    """
    if not leader.start <= slot.date <= leader.end:
        return "term"
    if slot.date in leader.leave:
        return "leave"
    if slot.date.weekday() in leader.forbid_wd:
        return "weekday"
    if slot.need and slot.need != leader.role:
        return "role"
    if slot.allowed is not None and leader.id not in slot.allowed:
        return "allowed"
    if any(busy.date == slot.date and overlap(busy.session, slot.session) for busy in leader.busy):
        return "busy"
    return None


def overlap(one: str, other: str) -> bool:
    """Whether two sessions of one date overlap: everything does, except a morning and an afternoon."""
    return {one, other} != {"am", "pm"}


def period_key(day: date, period: str) -> str:
    """The week, month, quarter or year a date belongs to, as a sortable text."""
    if period == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if period == "month":
        return f"{day.year}-{day.month:02}"
    if period == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return "" if period == "plan" else str(day.year)


class Instance:
    """The compiled problem. Read-only after construction."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.leaders = problem.leaders
        self.slots = tuple(sorted(problem.slots, key=lambda s: (s.date, SESSION_ORDER[s.session])))
        self.n, self.m = len(self.leaders), len(self.slots)
        self.index = {slot.id: number for number, slot in enumerate(self.slots)}
        self.leader_index = {leader.id: number for number, leader in enumerate(self.leaders)}
        self.day = [slot.date.toordinal() for slot in self.slots]
        self.weekday = [slot.date.weekday() for slot in self.slots]
        self.cls = [CLASSES.index(slot.cls) for slot in self.slots]
        self.needs_somebody = problem.coverage == "exact"
        rules = problem.rules
        self.gap = max(rules.min_gap, rules.window_days if rules.window_k == 1 else 0)
        self.bars = [[find_bar(leader, slot) for leader in self.leaders] for slot in self.slots]
        self.held = [self._held_days(leader) for leader in self.leaders]
        self._bar_held()
        self.able = [tuple(p for p, bar in enumerate(row) if bar is None) for row in self.bars]
        self.past = self._past()
        self.published = self._published()
        self.can = [self._candidates(s) for s in range(self.m)]
        self.shares: Shares = compute_shares(self)
        self.rules = tuple(self._count_rules())

    # -- who may take what -------------------------------------------------------------------------------------

    def _held_days(self, leader: Leader) -> list[int]:
        return sorted(held.date.toordinal() for held in leader.held)

    def _bar_held(self) -> None:
        """A slot too close to a duty already held outside the plan is as closed as a day of leave."""
        reach = max(self.gap, 1)
        for p, days in enumerate(self.held):
            for s in range(self.m) if days else ():
                if self.bars[s][p] is None and any(abs(self.day[s] - day) < reach for day in days):
                    self.bars[s][p] = "held"

    def _past(self) -> list[bool]:
        asof = self.problem.asof
        return [asof is not None and slot.date < asof for slot in self.slots]

    def _published(self) -> list[int] | None:
        published = self.problem.published
        if published is None:
            return None
        return [self.number_of(published.get(slot.id)) for slot in self.slots]

    def number_of(self, leader_id: str | None) -> int:
        """The number of a leader id; NOBODY for None, STRANGER for an id that is not in the problem."""
        return NOBODY if leader_id is None else self.leader_index.get(leader_id, STRANGER)

    def _candidates(self, s: int) -> tuple[int, ...]:
        """Leaders to choose from: a past slot keeps its published leader, a pin allows only its own."""
        if self.past[s]:
            assert self.published is not None
            return (self.published[s],) if self.published[s] >= 0 else ()
        pins = self.problem.pins
        if self.slots[s].id in pins:
            pinned = self.number_of(pins[self.slots[s].id])
            return (pinned,) if pinned in self.able[s] else ()
        return self.able[s]

    def is_offer(self, s: int) -> bool:
        """Whether the slot is an offer that need not be filled."""
        return not self.needs_somebody or self.slots[s].optional

    def may_be_empty(self, s: int) -> bool:
        """Whether the slot may (or must) stay without a leader."""
        if self.past[s]:
            return not self.can[s]
        slot_id, pins = self.slots[s].id, self.problem.pins
        return pins[slot_id] is None if slot_id in pins else self.is_offer(s)

    @cached_property
    def facts(self) -> dict[int, int]:
        """Past slots that were held: slot → leader."""
        return {s: self.can[s][0] for s in range(self.m) if self.past[s] and self.can[s]}

    @cached_property
    def facts_of(self) -> list[list[int]]:
        """Past slots that were held, by leader."""
        rows: list[list[int]] = [[] for _ in self.leaders]
        for s, p in self.facts.items():
            rows[p].append(s)
        return rows

    def blank(self) -> Roster:
        """Past duties, and nobody after them."""
        return [self.published[s] if self.past[s] and self.published else NOBODY for s in range(self.m)]

    # -- distances ---------------------------------------------------------------------------------------------

    def clash(self, s: int, t: int, gap: int | None = None) -> bool:
        """Whether one leader may not hold both slots when duties must be `gap` (default: the rule) days apart."""
        apart = abs(self.day[s] - self.day[t])
        if apart < (self.gap if gap is None else gap):
            return True
        one, other = self.slots[s], self.slots[t]
        if apart == 0 and overlap(one.session, other.session):
            return True
        return one.group is not None and one.group == other.group

    # -- counted rules -----------------------------------------------------------------------------------------

    def _count_rules(self) -> list[CountRule]:
        found: list[CountRule] = []
        needs = self.problem.rules.month_min_needs
        for p, leader in enumerate(self.leaders):
            if leader.month_min:
                found += self._periods(p, "month", leader.month_min, None, needs, "month_min")
            if leader.max_per_month:
                found += self._periods(p, "month", 0, leader.max_per_month, 0, "month_max")
        for quota in self.problem.quotas:
            counted = (
                None
                if quota.slots is None
                else sorted(self.index[slot] for slot in quota.slots if slot in self.index)
            )
            for p, leader in enumerate(self.leaders):
                if quota.leaders is None or leader.id in quota.leaders:
                    found += self._periods(
                        p, quota.period, quota.min, quota.max, quota.needs, f"quota:{quota.id}", counted
                    )
        return found

    def _periods(
        self,
        p: int,
        period: str,
        low: int,
        high: int | None,
        needs: int,
        kind: str,
        only: Sequence[int] | None = None,
    ) -> list[CountRule]:
        takeable: dict[str, int] = defaultdict(int)
        members: dict[str, list[int]] = defaultdict(list)
        counted: dict[str, int] = defaultdict(int)
        for s in range(self.m) if only is None else only:
            key = period_key(self.slots[s].date, period)
            takeable[key] += self.bars[s][p] is None
            if p in self.can[s]:
                members[key].append(s)
        for held in self.leaders[p].held if only is None else ():
            counted[period_key(held.date, period)] += held.counts
        rules = []
        for key in sorted(takeable):
            least = low if takeable[key] >= needs else 0
            done = counted[key]
            facts = sum(self.past[s] for s in members[key])
            if facts == len(members[key]):
                least = 0  # the period is over: what was not held cannot be planned any more
            most = None if high is None else max(high - done, facts)
            if least > done or (most is not None and len(members[key]) > most):
                rules.append(CountRule(p, tuple(members[key]), max(least - done, 0), most, kind, key, done))
        return rules

    # -- rosters -----------------------------------------------------------------------------------------------

    def to_roster(self, who: Sequence[int]) -> dict[str, str | None]:
        """The roster as {slot id: leader id or None}, in the order of the problem's slots."""
        published = self.problem.published or {}
        named: dict[str, str | None] = {}
        for slot in self.problem.slots:
            leader = who[self.index[slot.id]]
            if leader == STRANGER:
                named[slot.id] = published.get(slot.id)
            else:
                named[slot.id] = None if leader == NOBODY else self.leaders[leader].id
        return named

    def from_roster(self, roster: Mapping[str, str | None]) -> Roster:
        """The roster as leader numbers; unknown leaders become STRANGER, missing slots NOBODY."""
        return [self.number_of(roster.get(slot.id)) for slot in self.slots]
