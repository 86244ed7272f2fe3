"""The roster problem as plain data: leaders, slots, rules, wishes, what is already decided.

Everything here is a frozen dataclass with standard-library types. Dates are `datetime.date`, weekdays run from
Monday 0 to Sunday 6, duties are counted in *milli-duties* (1000 = one duty) wherever a fair share is not a whole
number. Leaders and slots are known by string ids that the caller chooses; the engine never looks inside them.

A field that is missing from a problem file has the default given here, and the defaults mean "no such rule".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

SESSIONS = ("day", "am", "pm")
SLOT_CLASSES = ("plain", "rest", "monfri")
PERIODS = ("week", "month", "quarter", "year", "plan")


class ProblemError(ValueError):
    """A problem that cannot be read: where it is wrong and how to mend it, in both languages.

    `path` points at the value the way a person would write it, e.g. ``leaders[3].leave[0]``.
    """

    def __init__(self, path: str, text_zh: str, text_en: str) -> None:
        super().__init__(f"{path}: {text_en}" if path else text_en)
        self.path = path
        self.text_zh = text_zh
        self.text_en = text_en


@dataclass(frozen=True, slots=True)
class Busy:
    """A leader is elsewhere on duty (another tier, another town): cannot serve, but stays present for the share."""

    date: date
    session: str = "day"


@dataclass(frozen=True, slots=True)
class Held:
    """A duty outside this plan: held before its start, or an off-site visit within its range.

    It keeps its distance to planned duties (gaps and windows). With `counts` it also uses up part of the leader's
    fair share (`cls` says of which class), and counts for monthly minimums, maximums and quotas.
    """

    date: date
    counts: bool = False
    cls: str = "plain"


@dataclass(frozen=True, slots=True)
class Leader:
    """One person who receives visitors. `start` and `end` are the first and the last day in office (inclusive).

    `weight` is the share in percent of a full one. `carry` and `carry_rest` are milli-duties from earlier years,
    positive = has done too many. A `guest` of another office has no share of everything, but of the slots that name it:
    each is split among those it names. `month_min` is required in each month in which the leader could take at least
    `Rules.month_min_needs` slots.
    """

    id: str
    start: date
    end: date
    role: str = "deputy"
    weight: int = 100
    leave: frozenset[date] = frozenset()
    forbid_wd: frozenset[int] = frozenset()
    carry: int = 0
    carry_rest: int = 0
    month_min: int = 0
    max_per_month: int | None = None
    name: str = ""
    busy: tuple[Busy, ...] = ()
    held: tuple[Held, ...] = ()
    guest: bool = False

    @property
    def label(self) -> str:
        """What texts call this leader: the name when it is known, else the id."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Slot:
    """One seat of one session to be filled by one leader.

    `cls` is the class that is kept even on its own: ``rest`` (weekend, holiday, make-up day), ``monfri`` or ``plain``.
    `need` asks for a role, `allowed` for certain leaders (None: anybody). Seats of one `group` have different leaders.
    Sessions of one date overlap, except ``am`` with ``pm``. An `optional` slot is an offer beside fixed coverage: it is
    no part of the shares and is filled only where a minimum, a wish or evenness asks for it.
    """

    id: str
    date: date
    cls: str = "plain"
    need: str | None = None
    special: bool = False
    session: str = "day"
    allowed: frozenset[str] | None = None
    group: str | None = None
    label: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """Hard rules for every leader: at most `window_k` duties within `window_days` days, gaps of `min_gap` days."""

    window_days: int = 1
    window_k: int = 1
    min_gap: int = 1
    month_min_needs: int = 1


@dataclass(frozen=True, slots=True)
class Quota:
    """Between `min` and `max` duties for each of `leaders` (None: all) in every period of the plan.

    The minimum is asked only in periods in which the leader could take at least `needs` slots, so that a leader who
    is on leave all week is excused. Weeks are ISO weeks (Monday to Sunday), "plan" is the whole plan. Only duties in
    `slots` count (None: all, and those held elsewhere that count). `name` is what texts call the rule.
    """

    id: str
    period: str
    leaders: tuple[str, ...] | None = None
    min: int = 0
    max: int | None = None
    needs: int = 1
    name: str = ""
    slots: frozenset[str] | None = None

    @property
    def label(self) -> str:
        """What texts call this rule: the name when it is known, else the id."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Preference:
    """A wish of weight `w`: `avoid` costs it for every duty on the day, `prefer` once when there is none on it."""

    leader: str
    type: str
    w: int = 1
    date: date | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole problem. `published` and `asof` are given only to re-plan: every slot before `asof` is a fact.

    `levels` is the office's own order of the objectives (empty: the usual one), as in `SolveOptions.levels`.
    """

    id: str
    start: date
    end: date
    leaders: tuple[Leader, ...]
    slots: tuple[Slot, ...]
    kind: str = ""
    year: int = 0
    coverage: str = "exact"
    rules: Rules = Rules()
    levels: tuple[str, ...] = ()
    pins: Mapping[str, str | None] = field(default_factory=dict)
    prefs: tuple[Preference, ...] = ()
    quotas: tuple[Quota, ...] = ()
    published: Mapping[str, str | None] | None = None
    asof: date | None = None

    def get_leader(self, leader_id: str) -> Leader:
        """The leader with this id; KeyError when there is none."""
        for leader in self.leaders:
            if leader.id == leader_id:
                return leader
        raise KeyError(leader_id)

    def get_slot(self, slot_id: str) -> Slot:
        """The slot with this id; KeyError when there is none."""
        for slot in self.slots:
            if slot.id == slot_id:
                return slot
        raise KeyError(slot_id)


def get_quota(problem: Problem, kind: str) -> Quota:
    """The quota behind a counted rule of kind ``quota:<id>``; KeyError when there is none."""
    for quota in problem.quotas:
        if kind == f"quota:{quota.id}":
            return quota
    raise KeyError(kind)


def replan(
    problem: Problem,
    published: Mapping[str, str | None],
    asof: date,
    *,
    keep_before: date | None = None,
    keep_slots: frozenset[str] = frozenset(),
) -> Problem:
    """The same problem as a re-plan of `published`, with slots that must not move.

    Everything before `asof` stays as a fact. "Move nothing within the next N days" is `keep_before` (exclusive), and
    "people already invited stay" is `keep_slots`; both become pins to the published leader.
    """
    pins = dict(problem.pins)
    for slot in problem.slots:
        soon = keep_before is not None and asof <= slot.date < keep_before
        if published.get(slot.id) is not None and (soon or slot.id in keep_slots):
            pins[slot.id] = published[slot.id]
    return replace(problem, published=dict(published), asof=asof, pins=pins)
