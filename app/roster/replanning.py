"""What a re-plan costs: how many duties move, and what that does to fairness. Published and draft by the same shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.roster.engine.instance import Instance
from app.roster.engine.score import duties_of, gaps_of, share_levels

_DUTY = 1000


@dataclass(frozen=True, slots=True)
class Cost:
    """`moves`: published seats, from today on, that another leader takes, or nobody.

    `largest` and `total` distance from the exact share, in duties, before and after. `gap_…`: fewest days between two
    duties of one leader, None when nobody has two.
    """

    moves: int
    largest_before: float
    largest_after: float
    total_before: float
    total_after: float
    gap_before: int | None
    gap_after: int | None

    @property
    def verdict(self) -> str:
        """better, same or worse: the largest distance decides, then the total, as shown to two places."""
        before = (round(self.largest_before, 2), round(self.total_before, 2))
        after = (round(self.largest_after, 2), round(self.total_after, 2))
        return "same" if before == after else "worse" if after > before else "better"


def find_cost(inst: Instance, roster: Mapping[str, str | None]) -> Cost | None:
    """The cost of a draft's roster against what was published when it was built; None for a first plan."""
    published = inst.problem.published
    if not published:
        return None
    before, after = inst.from_roster(published), inst.from_roster(roster)
    held = [inst.index[key] for key, leader in published.items() if leader is not None and key in inst.index]
    old, new = (share_levels(inst, duties_of(inst, who)) for who in (before, after))
    return Cost(
        moves=sum(before[s] != after[s] for s in held if not inst.past[s]),
        largest_before=old["1a"] / _DUTY,
        largest_after=new["1a"] / _DUTY,
        total_before=old["1b"] / _DUTY,
        total_after=new["1b"] / _DUTY,
        gap_before=_smallest_gap(inst, before),
        gap_after=_smallest_gap(inst, after),
    )


def _smallest_gap(inst: Instance, who: Sequence[int]) -> int | None:
    duties = duties_of(inst, who)
    return min((gap for p, own in enumerate(duties) for gap in gaps_of(inst, p, own)), default=None)
