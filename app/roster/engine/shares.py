"""The fair share of each leader: exact integers in milli-duties, by largest remainder.

A share is proportional to weight x days present (slots of the class on which the leader is in office and not on
leave), corrected by what is owed from before. Largest remainder (Hamilton's method) makes the shares add up to the
number of duties exactly; ties go to the leader who comes first in the problem. Guests of other offices come first: a
slot that names some leaders is split among these by weight, and only a guest's part of it is fixed in this way. In `at_most_one` coverage nobody has to
fill every slot, and the share is one `month_min` for every month in which the leader is really there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.roster.engine.problem import Held, Leader

if TYPE_CHECKING:
    from app.roster.engine.instance import Instance

ALL, REST, MONFRI = 0, 1, 2
CLASSES = ("plain", "rest", "monfri")
FAMILIES = ("all", "rest", "monfri")


@dataclass(frozen=True, slots=True)
class Shares:
    """`target[family][leader]` in milli-duties still to be planned, families in the order all, rest, monfri.

    `short[leader]`: a gap below this many days is a short one (three quarters of the leader's own ideal gap).
    `weekday_base[leader][weekday]`: slots the leader could take by presence and weekday, for the fair weekday count.
    """

    target: tuple[tuple[int, ...], ...]
    short: tuple[int, ...]
    weekday_base: tuple[tuple[int, ...], ...]


def is_present(leader: Leader, day: date) -> bool:
    """In office and not on leave: the basis of the fair share."""
    return leader.start <= day <= leader.end and day not in leader.leave


def prorate(total: int, weights: Sequence[int], carry: Sequence[int]) -> list[int]:
    """Split `total` + what is owed over `weights` by largest remainder, then take off each one's own carry."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    owed = [amount if weight > 0 else 0 for amount, weight in zip(carry, weights, strict=True)]
    pot = total + sum(owed)
    shares = [pot * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(pot * weights[i] % whole), i))
    for i in order[: pot - sum(shares)]:
        shares[i] += 1
    return [share - amount for share, amount in zip(shares, owed, strict=True)]


def compute_shares(inst: Instance) -> Shares:
    """Targets, short-gap limits and weekday bases of every leader."""
    here = [[is_present(leader, slot.date) for slot in inst.slots] for leader in inst.leaders]
    families: list[Sequence[int]] = [range(inst.m)]
    families += [[s for s in range(inst.m) if inst.cls[s] == c] for c in (REST, MONFRI)]
    present = [[sum(row[s] for s in members) for row in here] for members in families]
    fixed = [_of_guests(inst, members, here) for members in families]
    held = [[count_held(leader.held, family) for leader in inst.leaders] for family in FAMILIES]
    if inst.needs_somebody:
        gross = [
            _prorated(
                inst,
                number,
                1000 * sum(not inst.slots[s].optional for s in members),
                present[number],
                held[number],
                fixed[number],
            )
            for number, members in enumerate(families)
        ]
    else:
        gross = _by_months(inst, present)
    length = (inst.problem.end - inst.problem.start).days + 1
    short = [
        3 * length * days * 1000 // (4 * inst.m * share) if share >= 1000 else 0
        for share, days in zip(gross[ALL], present[ALL], strict=True)
    ]
    base = []
    for leader, row in zip(inst.leaders, here, strict=True):
        counts = [0] * 7
        for s in range(inst.m):
            if leader.guest and leader.id not in (inst.slots[s].allowed or ()):
                continue
            counts[inst.weekday[s]] += row[s] and inst.weekday[s] not in leader.forbid_wd
        base.append(tuple(counts))
    net = tuple(tuple(g - 1000 * h for g, h in zip(gross[f], held[f], strict=True)) for f in range(3))
    return Shares(net, tuple(short), tuple(base))


def count_held(held: Sequence[Held], family: str) -> int:
    """Duties outside the plan that use up the share of a family."""
    return sum(1 for one in held if one.counts and family in ("all", one.cls))


def _of_guests(inst: Instance, members: Sequence[int], here: Sequence[Sequence[bool]]) -> dict[int, int]:
    """The share of each guest in some slots: of those held already, and of those to fill that name the guest."""
    fixed = {p: 0 for p, leader in enumerate(inst.leaders) if leader.guest}
    for s in members if fixed else ():
        named = [
            p for p in range(inst.n) if here[p][s] and inst.leaders[p].id in (inst.slots[s].allowed or ())
        ]
        weights = {p: inst.leaders[p].weight for p in named}
        if s in inst.facts:
            weights = {inst.facts[s]: 1}
        elif inst.past[s] or inst.slots[s].optional:
            continue
        for p in fixed.keys() & weights.keys():
            fixed[p] += 1000 * weights[p] // (sum(weights.values()) or 1)
    return fixed


def _prorated(
    inst: Instance, family: int, total: int, present: list[int], held: list[int], fixed: Mapping[int, int]
) -> list[int]:
    weights = [
        0 if leader.guest else leader.weight * days
        for leader, days in zip(inst.leaders, present, strict=True)
    ]
    carry = [leader.carry for leader in inst.leaders]
    if family == REST:
        carry = [leader.carry_rest for leader in inst.leaders]
    elif family == MONFRI:
        carry = [0] * inst.n
    shares = prorate(total + 1000 * sum(held) - sum(fixed.values()), weights, carry)
    return [fixed.get(p, share) for p, share in enumerate(shares)]


def _by_months(inst: Instance, present: list[list[int]]) -> list[list[int]]:
    needs = inst.problem.rules.month_min_needs
    total = [1000 * leader.month_min * count_months(inst, p, needs) for p, leader in enumerate(inst.leaders)]
    parts = [
        [
            t * part // whole if whole else 0
            for t, part, whole in zip(total, present[f], present[ALL], strict=True)
        ]
        for f in (REST, MONFRI)
    ]
    return [total, *parts]


def count_months(inst: Instance, p: int, needs: int) -> int:
    """Months in which the leader could take at least `needs` slots."""
    takeable: dict[str, int] = defaultdict(int)
    for s, slot in enumerate(inst.slots):
        takeable[slot.date.isoformat()[:7]] += inst.bars[s][p] is None
    return sum(1 for count in takeable.values() if count >= needs and count > 0)
