"""Who has how much, pure: the bars of the fairness panel and the one number that sums a draft up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.roster.engine.instance import Instance
from app.roster.engine.score import counts_of, duties_of
from app.roster.engine.shares import FAMILIES

SORTS = ("name", "target", "given", "difference")
_ONE_DUTY = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """One leader's account in duties: the exact share, what the draft gives, and the difference."""

    leader: str
    name: str
    target: float
    given: int
    difference: float


@dataclass(frozen=True, slots=True)
class Balance:
    """The accounts of one family of duties (all, rest, monfri), in the order asked for."""

    family: str
    bars: tuple[Bar, ...]

    @property
    def largest(self) -> float:
        """The largest difference from the exact share, in duties."""
        return max((abs(bar.difference) for bar in self.bars), default=0.0)

    @property
    def scale(self) -> float:
        """The longest bar, in duties."""
        return max((max(bar.target, bar.given) for bar in self.bars), default=0.0)

    @property
    def total(self) -> int:
        """Duties given to anybody."""
        return sum(bar.given for bar in self.bars)


def find_balances(inst: Instance, who: Sequence[int], sort: str = "name") -> tuple[Balance, ...]:
    """All, rest-day, and Monday-and-Friday duties of each leader against the exact share, carry-over included.

    `sort` is one of SORTS; "name" keeps the order of the leaders, the others put the largest first.
    """
    counts = counts_of(inst, duties_of(inst, who))
    return tuple(
        Balance(family, _sorted(_bars(inst, inst.shares.target[f], counts[f]), sort))
        for f, family in enumerate(FAMILIES)
    )


def _bars(inst: Instance, targets: Sequence[int], counts: Sequence[int]) -> list[Bar]:
    return [
        Bar(leader.id, leader.label, target / _ONE_DUTY, count, count - target / _ONE_DUTY)
        for leader, target, count in zip(inst.leaders, targets, counts, strict=True)
    ]


def _sorted(bars: list[Bar], sort: str) -> tuple[Bar, ...]:
    if sort == "target":
        bars.sort(key=lambda bar: -bar.target)
    elif sort == "given":
        bars.sort(key=lambda bar: -bar.given)
    elif sort == "difference":
        bars.sort(key=lambda bar: -abs(bar.difference))
    return tuple(bars)


def largest_difference(report: object) -> float | None:
    """The fairness of a built draft in one number: level 1a of the engine's report, in duties; None without one."""
    levels = report.get("levels") if isinstance(report, dict) else None
    level = levels.get("1a") if isinstance(levels, dict) else None
    return level["value"] / _ONE_DUTY if isinstance(level, dict) else None
