"""Problem files: round trip, the path and the sentence of every mistake, the published schemas."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.roster.engine import ProblemError, SolveOptions, problem_from_json, problem_to_json, solve
from app.roster.engine.solution import solution_from_json
from tests.unit.engine.cases import office, read

SCHEMAS = Path(__file__).parents[3] / "docs" / "schema"

EXTENDED: dict[str, Any] = {
    "quotas": [{"id": "weekly", "leaders": ["L00"], "period": "week", "min": 0, "max": 1, "needs": 1}],
    "pins": {"2026-03-02": "L02"},
}


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def extended() -> dict[str, Any]:
    raw = office(days=28, **EXTENDED)
    raw["leaders"][2] |= {
        "leave": [],
        "busy": ["2026-03-05", {"date": "2026-03-06", "session": "am"}],
        "held": ["2026-02-26", {"date": "2026-03-12", "counts": True, "cls": "plain"}],
    }
    raw["slots"][3] |= {"session": "am", "allowed": ["L00", "L04"], "group": "g", "label": "Room 1"}
    raw["slots"][4] |= {"optional": True}
    raw["levels"] = ["1a", "3a", "4*2+5"]
    return raw


def test_writing_and_reading_again_gives_the_same_problem() -> None:
    problem = read(extended())
    again = problem_from_json(json.loads(json.dumps(problem_to_json(problem))))
    assert again == problem
    jsonschema.validate(problem_to_json(problem), schema("problem"))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda raw: raw["leaders"][3].update(leave=["2026-13-01"]), "leaders[3].leave[0]"),
        (lambda raw: raw["leaders"][0].update(weight="100"), "leaders[0].weight"),
        (lambda raw: raw["leaders"][0].update(wieght=raw["leaders"][0].pop("weight")), "leaders[0].wieght"),
        (lambda raw: raw["leaders"][1].update(id="L00"), "leaders[1].id"),
        (lambda raw: raw["slots"][2].update(date="2027-01-01"), "slots[2].date"),
        (lambda raw: raw["slots"][2].pop("date"), "slots[2].date"),
        (lambda raw: raw["slots"][4].update(cls="holiday"), "slots[4].cls"),
        (lambda raw: raw["pins"].update({"2026-03-03": "nobody"}), "pins.2026-03-03"),
        (lambda raw: raw["pins"].update({"2020-01-01": "L01"}), "pins.2020-01-01"),
        (lambda raw: raw["prefs"][0].update(date="2026-03-03"), "prefs[0]"),
        (lambda raw: raw["rules"].update(window_k=0), "rules.window_k"),
        (lambda raw: raw.update(end="2026-01-01"), "end"),
        (lambda raw: raw.update(asof="2026-03-09"), "published"),
        (lambda raw: raw.update(levels=["1a", "6"]), "levels[1]"),
        (lambda raw: raw.update(keep=["2020-01-01"]), "keep[0]"),
        (lambda raw: raw.update(keep_days=7), "published"),
        (lambda raw: raw.update(slots={}), "slots"),
    ],
)
def test_a_mistake_is_named_by_its_path_in_both_languages(change: Any, path: str) -> None:
    raw = copy.deepcopy(extended())
    change(raw)
    with pytest.raises(ProblemError) as caught:
        problem_from_json(raw)
    assert caught.value.path == path
    assert caught.value.text_zh
    assert caught.value.text_en


def test_options_of_a_replan_pin_what_is_published() -> None:
    raw = office(leaders=5, days=28, pins={}, prefs=[])
    ids = [slot["id"] for slot in raw["slots"]]
    raw |= {"published": dict.fromkeys(ids[:-1], "L01") | {ids[-1]: None}, "asof": ids[3]}
    raw |= {"keep": [ids[9], ids[-1]], "keep_days": 3}
    problem = read(raw)
    jsonschema.validate(raw, schema("problem"))
    assert set(problem.pins) == {slot["id"] for slot in raw["slots"][3:5]} | {ids[9]}
    assert set(problem.pins.values()) == {"L01"}


def test_fields_of_other_programs_are_left_alone() -> None:
    assert read(office(note="drawn up in March")) == read(office())


def test_reports_and_rosters_match_their_schemas() -> None:
    solved = solve(read(office(days=14)), SolveOptions(time_limit=5, workers=1, explain=True))
    impossible = solve(read(office(days=14, pins={"2026-03-02": "L01", "2026-03-03": "L01"})))
    for solution in (solved, impossible):
        report = json.loads(json.dumps(solution.report()))
        jsonschema.validate(report, schema("report"))
        jsonschema.validate(dict(solution.roster), schema("roster"))
        assert solution_from_json(report, solution.roster).report() == report
    assert set(solved.report()["explain"]) == set(solved.roster)
