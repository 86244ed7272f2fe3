"""Moving duties by hand: what a drop means, and that the quick judge agrees with the full check."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.roster.engine import Leader, Problem, Rules, Slot, conflicts_of
from app.roster.engine.instance import Instance
from app.roster.grid import Seat
from app.roster.moves import LOCKED, NO_SESSION, OTHER_DAY, PAST, SUSPENDED, Judge, find_targets, plan_move

FIRST = dt.date(2026, 3, 2)


def seat(day: int, leader: str | None, number: int = 1, session: str = "day") -> Seat:
    """A seat of the day `day` days after Monday 2 March."""
    on = FIRST + dt.timedelta(days=day)
    key = f"{on:%m%d}-{session}:{number}"
    return Seat(10 * day + number, key, on, session, dt.time(8), dt.time(17), number, leader, leader or "")


A0, B1, C2, EMPTY3 = seat(0, "a"), seat(1, "b"), seat(2, "c"), seat(3, None)
SEATS = (A0, B1, C2, EMPTY3)


@pytest.mark.parametrize(
    ("source", "leader", "day", "changes"),
    [
        (A0, "b", 0, {A0.key: "b"}),  # another leader, the same day: handed over
        (A0, "a", 1, {A0.key: "b", B1.key: "a"}),  # another day of the same leader: exchanged
        (A0, "a", 3, {A0.key: None, EMPTY3.key: "a"}),  # an empty seat: moved
        (A0, "b", 1, {A0.key: "b", B1.key: "a"}),  # on a duty of somebody else: exchanged
        (A0, "", 0, {A0.key: None}),  # on the row of empty seats: cleared
        (EMPTY3, "c", 3, {EMPTY3.key: "c"}),  # an empty seat given to somebody
    ],
)
def test_what_a_drop_changes(source: Seat, leader: str, day: int, changes: dict[str, str | None]) -> None:
    assert plan_move(SEATS, source, leader, FIRST + dt.timedelta(days=day)).changes == changes


def test_two_seats_of_one_day_change_places() -> None:
    one, two = seat(0, "a"), seat(0, "b", 2)
    assert plan_move((one, two), one, "b", FIRST).changes == {one.key: "b", two.key: "a"}


def test_a_move_goes_to_the_seat_most_like_it() -> None:
    morning, afternoon = seat(1, "b", session="am"), seat(1, "c", session="pm")
    source = seat(0, "a", session="pm")
    planned = plan_move((source, morning, afternoon), source, "a", morning.day)
    assert planned.changes == {source.key: "c", afternoon.key: "a"}


def test_what_cannot_be_done_says_why() -> None:
    def blocked(source: Seat, leader: str, day: int, seats: tuple[Seat, ...] = SEATS) -> object:
        return plan_move(seats, source, leader, FIRST + dt.timedelta(days=day)).blocked

    assert blocked(A0, "a", 9) == NO_SESSION
    assert blocked(A0, "c", 1) == OTHER_DAY
    assert blocked(replace(A0, locked=True), "b", 0) == LOCKED
    assert blocked(replace(A0, past=True, locked=True), "b", 0) == PAST
    assert blocked(A0, "b", 1, (A0, replace(B1, suspended=True))) == SUSPENDED


@st.composite
def rosters(draw: st.DrawFn) -> tuple[Problem, dict[str, str | None], dict[str, str | None]]:
    """A small problem, some roster of it, and a change of one or two seats."""
    days, people = draw(st.integers(3, 8)), "abcd"[: draw(st.integers(2, 4))]
    leaders = tuple(
        Leader(
            one,
            FIRST,
            FIRST + dt.timedelta(days=40),
            draw(st.sampled_from(("lead", "deputy"))),
            leave=frozenset({FIRST + dt.timedelta(days=draw(st.integers(0, 10)))}),
            max_per_month=draw(st.sampled_from((None, 2))),
            month_min=draw(st.integers(0, 1)),
        )
        for one in people
    )
    slots = tuple(
        Slot(f"s{n}", FIRST + dt.timedelta(days=n), need=draw(st.sampled_from((None, None, "lead"))))
        for n in range(days)
    )
    rules = Rules(
        window_days=draw(st.integers(1, 5)), window_k=draw(st.integers(1, 2)), min_gap=draw(st.integers(1, 3))
    )
    anybody = st.sampled_from([*people, None])
    roster = {slot.id: draw(anybody) for slot in slots}
    changes = {
        draw(st.sampled_from(slots)).id: draw(st.sampled_from(people)) for _ in range(draw(st.integers(1, 2)))
    }
    problem = Problem("p", FIRST, FIRST + dt.timedelta(days=days - 1), leaders, slots, rules=rules)
    return problem, roster, dict(changes)


@settings(max_examples=300, deadline=None)
@given(rosters())
def test_the_judge_finds_every_rule_a_change_breaks(
    case: tuple[Problem, dict[str, str | None], dict[str, str | None]],
) -> None:
    problem, roster, changes = case
    before = {(v.kind, v.leader, v.text.en) for v in conflicts_of(problem, roster)}
    after = {(v.kind, v.leader, v.text.en) for v in conflicts_of(problem, {**roster, **changes})}
    kinds = {(kind, leader) for kind, leader, _ in before}
    new = {v for v in after - before if v[0] not in ("month_min", "month_max") or v[:2] not in kinds}
    said = Judge(Instance(problem), roster).find_broken(changes)
    if new:
        assert said
    if not after:
        assert not said


def test_targets_cover_the_day_the_row_and_the_duties() -> None:
    leaders = tuple(Leader(one, FIRST, FIRST + dt.timedelta(days=9)) for one in "abc")
    slots = tuple(Slot(one.key, one.day) for one in SEATS)
    problem = Problem("p", FIRST, FIRST + dt.timedelta(days=9), leaders, slots, rules=Rules(min_gap=2))
    roster = {one.key: one.leader for one in SEATS}
    days = [FIRST + dt.timedelta(days=n) for n in range(4)]
    found = find_targets(Judge(Instance(problem), roster), SEATS, A0, ["a", "b", "c"], days)
    states = {(target.leader, (target.day - FIRST).days): target.state for target in found}
    assert states[("b", 0)] == "conflict"  # b serves the next day, two days apart is the rule
    assert states[("c", 0)] == "ok"
    assert states[("", 0)] == "conflict"  # nobody would be there
    assert states[("a", 0)] == "blocked"  # where it is
    assert states[("b", 1)] == "ok"
    assert ("c", 1) not in states  # c has no duty that day
