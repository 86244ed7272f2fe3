"""What must not depend on names, years or bystanders; flow, scores and bounds against brute force and each other."""

import copy
import datetime as dt
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.roster.engine import SolveOptions, problem_from_json, score, solve
from app.roster.engine.flow import FLOW_LEVELS, open_face, solve_levels
from app.roster.engine.instance import Instance
from app.roster.engine.jobs import Goal
from app.roster.engine.relax import level_model, safe_bound
from app.roster.engine.tally import Tally
from tests.unit.engine import outside
from tests.unit.engine.cases import office, read, small_problems

QUICK = SolveOptions(time_limit=20, workers=1, deterministic=False)
RELAXED = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def vector(raw: dict[str, Any]) -> list[int]:
    return [row.value for row in solve(read(raw), QUICK).levels]


def test_new_names_change_nothing() -> None:
    raw = office(leaders=4, days=21)
    renamed = copy.deepcopy(raw)
    names = {leader["id"]: f"person {number}" for number, leader in enumerate(raw["leaders"])}
    for leader in renamed["leaders"]:
        leader["id"] = names[leader["id"]]
    for pref in renamed["prefs"]:
        pref["leader"] = names[pref["leader"]]
    assert vector(renamed) == vector(raw)


def test_a_shift_of_whole_weeks_changes_nothing() -> None:
    def shifted(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shifted(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [shifted(inner) for inner in value]
        if isinstance(value, str) and len(value) == 10 and value[4] == "-":
            return (dt.date.fromisoformat(value) + dt.timedelta(weeks=52)).isoformat()
        return value

    raw = office(leaders=4, days=21)
    assert vector(shifted(raw)) == vector(raw)


def test_a_leader_who_is_never_there_changes_nothing() -> None:
    raw = office(leaders=4, days=21)
    idle = copy.deepcopy(raw)
    absent = [slot["date"] for slot in raw["slots"]]
    idle["leaders"].append(raw["leaders"][0] | {"id": "idle", "leave": absent, "carry": 500})
    assert vector(idle) == vector(raw)


@RELAXED
@given(small_problems(), st.randoms(use_true_random=False))
def test_scores_agree_with_the_outside_checker(raw: dict[str, Any], rng: random.Random) -> None:
    people = [leader["id"] for leader in raw["leaders"]] + [None] * (raw["coverage"] != "exact")
    roster = {slot["id"]: rng.choice(people) for slot in raw["slots"]}
    hard, values = outside.score(raw, roster)
    ours = score(read(raw), roster)
    assert (ours.pop("hard") == 0) == (hard == 0)
    assert ours == values


@RELAXED
@given(small_problems())
def test_the_flow_is_exact_without_distance_rules(raw: dict[str, Any]) -> None:
    raw["rules"] = {"window_days": 1, "window_k": 1, "min_gap": 1, "month_min_needs": 99}
    raw["leaders"] = [leader | {"max_per_month": None, "month_min": 0} for leader in raw["leaders"]]
    truth, flow = outside.best(raw, list(FLOW_LEVELS)), solve_levels(Instance(read(raw)), FLOW_LEVELS)
    assert (truth is None) == (flow is None)
    if truth is not None and flow is not None:
        assert flow.values == {name: truth[0][name] for name in FLOW_LEVELS}


@RELAXED
@given(small_problems(), st.randoms(use_true_random=False))
def test_bounds_hold_for_any_multipliers(raw: dict[str, Any], rng: random.Random) -> None:
    raw["coverage"] = "exact"
    truth = outside.best(raw, ["3a"])
    inst = Instance(read(raw))
    if truth is None:
        return
    face = open_face(inst)
    values = outside.score(raw, truth[1])[1]
    gap = min(-values["3a"], 400)
    shares = tuple((level, values[level]) for level in FLOW_LEVELS)
    later = tuple((level, values[level]) for level in ("3b", "4"))
    for goal, most in (
        (Goal("3a", gap), 0),
        (Goal("3a", gap, shares), 0),
        (Goal("3b", gap), values["3b"]),
        (Goal("4", gap, later[:1]), values["4"]),
        (Goal("5", gap, shares + later), values["5"]),
    ):
        model = level_model(inst, face, goal)[0]
        for _ in range(5):
            assert safe_bound(model, [rng.uniform(-1, 1) for _ in model.rows]) <= most


@RELAXED
@given(small_problems(), st.randoms(use_true_random=False))
def test_pricing_an_exchange_agrees_with_scoring_it(raw: dict[str, Any], rng: random.Random) -> None:
    problem = problem_from_json(raw)
    inst = Instance(problem)
    who = [rng.randrange(inst.n) for _ in range(inst.m)]
    s, t = rng.sample(range(inst.m), 2)
    new = list(who)
    new[s], new[t] = who[t], who[s]
    moved = {p: [u for u in range(inst.m) if new[u] == p] for p in {who[s], who[t]}}
    names = ["1a", "1b", "2a", "2b", "2c", "2d", "3a", "3b", "4", "5"]
    values = score(problem, inst.to_roster(new))
    assert Tally(inst, who).levels_with(moved, 0, names) == [values[name] for name in names]
