"""Offices that share leaders as one problem: it can be solved exactly when every office's own rules can be kept."""

import datetime as dt
import itertools
import random

import pytest

from app.roster.engine.feasible import is_solvable
from app.roster.engine.instance import Instance
from app.roster.engine.problem import Leader, Problem, Quota, Rules, Slot
from app.roster.joint_rules import JointPart, merge

FIRST = dt.date(2026, 1, 29)  # over the end of a month


def part(chance: random.Random, code: str, own: list[str], guests: list[str]) -> JointPart:
    """A small office: a few days, each open to everybody at home or to certain leaders."""
    days = sorted(chance.sample(range(6), chance.randint(2, 3)))
    slots = []
    for day in days:
        named = chance.choice([own, guests or own, [*own, *guests]])
        date = FIRST + dt.timedelta(days=day)
        slots.append(Slot(f"{code}{day}", date, allowed=frozenset(named)))
    rules = chance.choice([Rules(), Rules(min_gap=2), Rules(min_gap=3), Rules(window_days=4, window_k=1)])
    limit = chance.choice([None, None, 1, 2])
    leaders = tuple(
        Leader(one, FIRST, FIRST + dt.timedelta(days=6), max_per_month=limit if one in own else None)
        for one in [*own, *guests]
    )
    asked = [Quota("r1", "year", None, min=chance.randint(0, 1))] if chance.random() < 0.4 else []
    problem = Problem(
        code, FIRST, FIRST + dt.timedelta(days=6), leaders, tuple(slots), rules=rules, quotas=tuple(asked)
    )
    return JointPart(code, problem, chance.random() < 0.7, frozenset(own))


def keeps(parts: list[JointPart], roster: dict[str, str]) -> bool:
    """Every office's rules by counting, as each office's own plan counts them."""
    spots = {slot.id: slot for one in parts for slot in one.problem.slots}
    whose = {slot.id: one for one in parts for slot in one.problem.slots}
    for one, other in itertools.combinations(roster, 2):
        if roster[one] == roster[other]:
            apart = abs((spots[one].date - spots[other].date).days)
            here, there = whose[one], whose[other]
            gaps = [p.gap for p in (here, there) if p.counts] if here is not there else [here.gap]
            if apart < max([1, *gaps]):
                return False
    return all(_limits(one, roster, spots) for one in parts)


def _limits(one: JointPart, roster: dict[str, str], spots: dict[str, Slot]) -> bool:
    for leader in one.problem.leaders:
        wide = one.counts and leader.id in one.home
        mine = [key for key, who in roster.items() if who == leader.id and (wide or key in one.slots)]
        months = [spots[key].date.month for key in mine]
        most = leader.max_per_month
        if most and any(months.count(month) > most for month in months):
            return False
        could = [
            s for key, s in spots.items() if leader.id in (s.allowed or ()) and (wide or key in one.slots)
        ]
        if one.problem.quotas and could and len(mine) < one.problem.quotas[0].min:
            return False
    return True


def possible(parts: list[JointPart]) -> bool:
    """By trying everything."""
    slots = [slot for one in parts for slot in one.problem.slots]
    for choice in itertools.product(*(sorted(slot.allowed or ()) for slot in slots)):
        if keeps(parts, dict(zip((slot.id for slot in slots), choice, strict=True))):
            return True
    return False


@pytest.mark.parametrize("seed", range(120))
def test_it_is_solvable_exactly_when_all_can_keep_their_rules(seed: int) -> None:
    chance = random.Random(seed)
    parts = [part(chance, "a", ["x", "y"], []), part(chance, "b", ["u", "v"], ["x"])]
    if chance.random() < 0.3:
        parts.append(part(chance, "c", ["w"], ["x"]))
    assert is_solvable(Instance(merge(parts)), 5.0) == possible(parts)
