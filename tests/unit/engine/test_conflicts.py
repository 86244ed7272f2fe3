"""Impossible problems: small reasons, ways out that work, words in both languages."""

from typing import Any

import pytest

from app.roster.engine import Conflict, SolveOptions, solve
from app.roster.engine.changes import apply_change
from app.roster.engine.conflict import explain_conflict
from app.roster.engine.feasible import is_solvable
from app.roster.engine.instance import Instance
from app.roster.engine.parts import find_core, is_impossible, shrink
from tests.unit.engine.cases import office, read

DAY = "2026-03-10"


def everybody_away(
    raw: dict[str, Any], *, but: tuple[str, ...] = (), days: tuple[str, ...] = (DAY,)
) -> dict[str, Any]:
    for leader in raw["leaders"]:
        leader["leave"] = sorted(set(leader["leave"]) - set(days))
        if leader["id"] not in but:
            leader["leave"] = sorted({*leader["leave"], *days})
    return raw


def conflict_of(raw: dict[str, Any]) -> Conflict:
    solution = solve(read(raw), SolveOptions(time_limit=10, workers=1))
    assert solution.status == "infeasible"
    assert solution.conflict is not None
    for way in solution.conflict.ways_out:
        assert way.verified
        assert is_solvable(Instance(apply_change(read(raw), way.change)), 5)
    assert solution.conflict.ways_out
    return solution.conflict


def test_a_day_on_which_nobody_can_serve() -> None:
    conflict = conflict_of(everybody_away(office(days=28)))
    assert [(reason.kind, reason.dates) for reason in conflict.reasons] == [("nobody", (DAY,))]
    assert "2026年3月10日" in conflict.reasons[0].text.zh
    assert "Tue 10 March 2026" in conflict.reasons[0].text.en
    assert conflict.ways_out[0].change["op"] == "remove_leave"


def test_a_pin_on_leave() -> None:
    raw = office(days=28, pins={DAY: "L02"})
    raw["leaders"][2]["leave"] = [DAY]
    reason = conflict_of(raw).reasons[0]
    assert (reason.kind, reason.dates, reason.leaders) == ("pin_leave", (DAY,), ("L02",))


def test_two_pins_too_close() -> None:
    raw = office(days=28, pins={"2026-03-10": "L02", "2026-03-12": "L02"})
    raw["leaders"][2]["leave"] = []
    conflict = conflict_of(raw)
    assert {reason.kind for reason in conflict.reasons} == {"pin", "pins_close"}
    assert conflict.ways_out[0].change == {"op": "drop_pin", "slot": "2026-03-10"}


def test_three_days_with_two_leaders() -> None:
    days = ("2026-03-10", "2026-03-11", "2026-03-12")
    conflict = conflict_of(everybody_away(office(days=28), but=("L03", "L05"), days=days))
    assert conflict.reasons[0].kind == "hall"
    assert conflict.reasons[0].dates == days
    assert conflict.reasons[0].leaders == ("L03", "L05")


def test_more_monthly_minimums_than_slots() -> None:
    raw = office(leaders=17, days=59, coverage="exact")
    raw["start"], raw["end"] = "2026-02-01", "2026-02-28"
    raw["slots"] = [
        {"id": f"2026-02-{day:02}", "date": f"2026-02-{day:02}", "cls": "plain"} for day in range(2, 18)
    ]
    for leader in raw["leaders"]:
        leader |= {"leave": [], "start": raw["start"], "end": raw["end"], "month_min": 1}
    raw["rules"] = {"window_days": 1, "window_k": 1, "min_gap": 1, "month_min_needs": 5}
    conflict = conflict_of(raw)
    assert [reason.kind for reason in conflict.reasons] == ["month_min"]
    assert "16" in conflict.reasons[0].text.zh
    assert "17" in conflict.reasons[0].text.zh
    first = conflict.ways_out[0]
    assert first.change == {"op": "more_seats", "slots": ["2026-02-10"]}
    assert first.text.zh == "同一场再增加一席，共增加 1 席：2026年2月10日（周二）"
    assert "month_min" in {way.change["op"] for way in conflict.ways_out}


def test_a_quota_is_named_and_given_up_once() -> None:
    raw = office(leaders=5, days=28, rules={"window_days": 1, "window_k": 1, "min_gap": 4}, pins={})
    raw["quotas"] = [{"id": "r7", "name": "每周两次", "period": "week", "min": 2}]
    conflict = conflict_of(raw)
    dropped = [way for way in conflict.ways_out if way.change == {"op": "drop_quota", "quota": "r7"}]
    assert len(dropped) == 1
    assert "每周两次" in dropped[0].text.zh
    assert all("r7" not in way.text.zh + way.text.en for way in conflict.ways_out)


def test_two_mistakes_are_mended_together() -> None:
    raw = everybody_away(office(days=28))
    raw["leaders"][2]["leave"] = ["2026-03-20", DAY]
    raw["pins"] = {"2026-03-20": "L02"}
    solution = solve(read(raw), SolveOptions(time_limit=10, workers=1))
    assert solution.conflict is not None
    change = solution.conflict.ways_out[0].change
    assert change["op"] == "all"
    assert solve(apply_change(read(raw), change), SolveOptions(time_limit=5, workers=1)).roster


def test_a_core_is_shrunk_until_every_part_is_needed() -> None:
    raw = everybody_away(office(days=28), but=("L03", "L05"), days=("2026-03-10", "2026-03-11", "2026-03-12"))
    inst = Instance(read(raw))
    core = find_core(inst, 10)
    assert core is not None
    small = shrink(inst, core, lambda: 10.0)
    assert is_impossible(inst, small)
    assert all(not is_impossible(inst, small[:i] + small[i + 1 :]) for i in range(len(small)))


def test_no_reason_is_given_for_a_problem_that_has_a_roster() -> None:
    assert explain_conflict(Instance(read(office(days=28))), reason_seconds=2) is None


@pytest.mark.parametrize(
    "change",
    [
        {"op": "drop_slot", "slot": DAY},
        {"op": "allow_weekday", "leader": "L00", "weekday": 3},
        {"op": "set_rule", "rule": "min_gap", "value": 1},
        {"op": "any_role", "slot": DAY},
        {"op": "anybody", "slot": DAY},
    ],
)
def test_changes_apply(change: dict[str, Any]) -> None:
    raw = office(days=28, pins={DAY: "L02"})
    raw["leaders"][0]["forbid_wd"] = [3]
    raw["leaders"][2]["leave"] = []
    raw["slots"][6] |= {"need": "lead", "allowed": ["L00"]}
    assert raw["slots"][6]["id"] == DAY
    changed = apply_change(read(raw), change)
    assert changed != read(raw)
    assert apply_change(changed, change) == changed if change["op"] != "drop_slot" else True


def test_more_slots_than_monthly_maximums_allow() -> None:
    raw = office(leaders=4, days=31, pins={}, rules={"window_days": 1, "window_k": 1, "min_gap": 1})
    raw["leaders"] = [leader | {"leave": [], "max_per_month": 5} for leader in raw["leaders"]]
    conflict = conflict_of(raw)
    assert [reason.kind for reason in conflict.reasons] == ["hall", "month_max"]
    assert "20" in conflict.reasons[1].text.zh
    assert conflict.ways_out[-2].change == {"op": "month_max", "leader": None, "value": 6}


def test_a_distance_that_is_far_too_long_is_shortened_to_what_counting_allows() -> None:
    raw = office(leaders=8, days=28, pins={}, rules={"window_days": 1, "window_k": 1, "min_gap": 25})
    raw["leaders"] = [leader | {"leave": []} for leader in raw["leaders"]]
    gaps = [way.change["value"] for way in conflict_of(raw).ways_out if way.change["op"] == "set_rule"]
    assert gaps
    assert max(gaps) <= 10
