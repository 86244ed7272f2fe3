"""The search for a more even roster finds the best there is: compared with trying every roster."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.referee.evenness import Evening
from tests.referee.shares import split

LEADERS, DUTIES = 3, 7


@st.composite
def evenings(draw: st.DrawFn) -> Evening:
    """A few duties, each with some who may take it, held by the last of them."""
    count = draw(st.integers(1, DUTIES))
    who = st.frozensets(st.integers(0, LEADERS - 1), min_size=1)
    allowed = [draw(who) for _ in range(count)]
    share = st.integers(0, 4000)
    return Evening(
        classes=[draw(st.integers(0, 2)) for _ in range(count)],
        allowed=allowed,
        holder=[max(names) for names in allowed],
        shares=[[draw(share) for _ in range(LEADERS)] for _ in range(3)],
    )


@settings(max_examples=150, deadline=None)
@given(evenings())
def test_the_best_measure_is_the_best_of_all_rosters(evening: Evening) -> None:
    every = (
        Evening(evening.classes, evening.allowed, list(holders), evening.shares).measure()
        for holders in product(*evening.allowed)
    )
    best = min(every)
    assert evening.improve() == best
    assert all(holder in names for holder, names in zip(evening.holder, evening.allowed, strict=True))


@given(st.integers(0, 10**6), st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_shares_add_up_and_are_within_one_of_proportion(total: int, weights: list[int]) -> None:
    parts = split(total, weights)
    if not sum(weights):
        assert parts == [0] * len(weights)
        return
    assert sum(parts) == total
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )


def test_the_first_of_equal_remainders_gains() -> None:
    assert split(2, [1, 1, 1]) == [1, 1, 0]
    assert split(1000, [2, 1]) == [667, 333]
