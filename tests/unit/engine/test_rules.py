"""The rules beyond days and leave: sessions, groups, busy and held days, quotas, named leaders, windows."""

from typing import Any

from app.roster.engine import SolveOptions, conflicts_of, fairness, score, solve
from tests.unit.engine import outside
from tests.unit.engine.cases import office, read

QUICK = SolveOptions(time_limit=4, workers=1, deterministic=False)


def solved(raw: dict[str, Any]) -> dict[str, str | None]:
    solution = solve(read(raw), QUICK)
    assert solution.roster, solution
    assert conflicts_of(read(raw), solution.roster) == []
    return dict(solution.roster)


def pairs(raw: dict[str, Any], first: str, second: str) -> dict[str, Any]:
    """Two seats a day."""
    slots: list[dict[str, Any]] = []
    for slot in raw["slots"]:
        for session in (first, second):
            slots.append(slot | {"id": f"{slot['id']}-{len(slots)}", "session": session, "group": slot["id"]})
    return raw | {"slots": slots, "prefs": []}


def test_two_seats_of_one_day_have_two_leaders() -> None:
    raw = pairs(office(leaders=14, days=14), "day", "day")
    roster = solved(raw)
    for slot in raw["slots"][::2]:
        one, two = (roster[other["id"]] for other in raw["slots"] if other["group"] == slot["group"])
        assert one != two


def test_morning_and_afternoon_may_be_one_leader_when_no_gap_is_asked() -> None:
    raw = office(leaders=2, days=5, rules={"window_days": 1, "window_k": 2, "min_gap": 0})
    day = raw["slots"][0]
    raw["slots"] = [day | {"id": "a", "session": "am"}, day | {"id": "b", "session": "pm"}]
    raw["leaders"] = [leader | {"leave": []} for leader in raw["leaders"]]
    assert score(read(raw), {"a": "L00", "b": "L00"})["hard"] == 0
    raw["slots"][0]["session"] = "day"
    assert score(read(raw), {"a": "L00", "b": "L00"})["hard"] == 1


def test_a_busy_leader_is_elsewhere_but_keeps_the_share() -> None:
    free, busy = office(days=28), office(days=28)
    days = [slot["date"] for slot in busy["slots"]][:10]
    busy["leaders"][4]["busy"] = days
    roster = solved(busy)
    assert all(roster[date] != "L04" for date in days)
    targets = [[row.target["all"] for row in fairness(read(raw), roster)] for raw in (free, busy)]
    assert targets[0] == targets[1]


def test_duties_held_outside_keep_their_distance_and_may_count() -> None:
    raw = office(days=28)
    plain = {row.leader: row.target["all"] for row in fairness(read(raw), {})}
    raw["leaders"][2]["held"] = [{"date": "2026-03-12", "counts": True, "cls": "plain"}]
    roster = solved(raw)
    near = [f"2026-03-{day:02}" for day in (9, 10, 11, 12, 13, 16)]
    assert all(roster[date] != "L02" for date in near if date in roster)
    after = {row.leader: row.target["all"] for row in fairness(read(raw), {})}
    assert after["L02"] < plain["L02"]
    assert sum(after.values()) == sum(plain.values())


def test_only_named_leaders_take_a_slot_that_names_them() -> None:
    raw = office(days=28)
    for slot in raw["slots"]:
        if slot["cls"] == "monfri":
            slot["allowed"] = ["L00", "L03", "L04", "L05", "L06"]
    roster = solved(raw)
    named = {roster[slot["id"]] for slot in raw["slots"] if slot["cls"] == "monfri"}
    assert named <= {"L00", "L03", "L04", "L05", "L06"}


def test_quotas_hold_in_every_period() -> None:
    raw = office(leaders=5, days=28, rules={"window_days": 1, "window_k": 1, "min_gap": 2})
    raw["leaders"] = [leader | {"leave": []} for leader in raw["leaders"]]
    raw["quotas"] = [{"id": "weekly", "period": "week", "leaders": ["L01"], "min": 1, "max": 1}]
    roster = solved(raw)
    for week in range(4):
        assert [roster[slot["id"]] for slot in raw["slots"][5 * week : 5 * week + 5]].count("L01") == 1


def test_more_than_one_duty_in_a_window_when_the_rule_allows_it() -> None:
    raw = office(leaders=4, days=28, rules={"window_days": 7, "window_k": 2, "min_gap": 1})
    hard, _ = outside.score(raw, solved(raw))
    assert hard == 0


def test_offers_beside_fixed_coverage_are_filled_only_for_a_minimum() -> None:
    rules = {"window_days": 1, "window_k": 1, "min_gap": 1}
    raw = office(leaders=4, days=28, prefs=[], pins={}, rules=rules)
    raw["leaders"] = [leader | {"leave": [], "forbid_wd": []} for leader in raw["leaders"]]
    for slot in raw["slots"]:
        slot["optional"] = slot["date"][8:10] in ("04", "11", "18", "25") and slot["date"] > "2026-03-03"
    offers = [slot["id"] for slot in raw["slots"] if slot["optional"]]
    assert offers
    roster = solved(raw)
    assert sum(roster[slot] is not None for slot in offers) <= 1  # one may fill up a share
    assert None not in [roster[slot["id"]] for slot in raw["slots"] if not slot["optional"]]
    held = [slot["id"] for slot in raw["slots"] if roster[slot["id"]] == "L01"]
    raw["quotas"] = [{"id": "more", "period": "year", "leaders": ["L01"], "min": len(held) + 2}]
    again = solved(raw)
    assert list(again.values()).count("L01") == len(held) + 2


def test_offers_need_not_be_filled() -> None:
    raw = office(leaders=4, days=60, coverage="at_most_one", prefs=[])
    raw["leaders"] = [leader | {"month_min": 1} for leader in raw["leaders"]]
    raw["pins"] = (
        {raw["slots"][7]["id"]: "L02"} if raw["slots"][7]["date"] not in raw["leaders"][2]["leave"] else {}
    )
    roster = solved(raw)
    hard, values = outside.score(raw, roster)
    assert (hard, values["1a"], values["1b"]) == (0, 0, 0)
    assert None in roster.values()
