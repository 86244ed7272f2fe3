"""The referee that ships beside the project, when it is there: its scores and ours agree on its own cases."""

import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pytest

from app.roster.engine import problem_from_json, score

BESIDE = Path(__file__).resolve().parents[4] / "shared"
CASES = sorted((BESIDE / "roster-cases").glob("*.json")) if (BESIDE / "checker.py").exists() else []


def load_referee() -> Any:
    spec = importlib.util.spec_from_file_location("referee_checker", BESIDE / "checker.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_levels_agree_with_the_referee(path: Path) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    rng = random.Random(3)
    people = [leader["id"] for leader in raw["leaders"]]
    roster = {slot["id"]: rng.choice(people) for slot in raw["slots"]}
    theirs, _ = load_referee().check(json.loads(path.read_text(encoding="utf-8")), roster)
    ours = score(problem_from_json(raw), roster)
    assert (theirs.pop("hard") == 0) == (ours.pop("hard") == 0)
    assert ours == theirs
