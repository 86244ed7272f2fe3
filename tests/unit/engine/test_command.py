"""The command: files in and out, exit codes, one sentence for a bad file."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.roster.engine import conflicts_of
from app.roster.engine.cli import solve_command
from tests.unit.engine.cases import office, read


def run(folder: Path, raw: Any, *options: str) -> Result:
    problem = folder / "problem.json"
    problem.write_text(raw if isinstance(raw, str) else json.dumps(raw), encoding="utf-8")
    files = ["--out", str(folder / "roster.json"), "--report", str(folder / "report.json")]
    return CliRunner().invoke(solve_command, [str(problem), *files, *options])


@pytest.mark.processes
def test_a_solved_problem_is_written_and_exits_zero(tmp_path: Path) -> None:
    raw = office(days=28)
    result = run(tmp_path, raw, "--time-limit", "8", "--workers", "1")
    assert result.exit_code == 0, result.output
    roster = json.loads((tmp_path / "roster.json").read_text(encoding="utf-8"))
    assert conflicts_of(read(raw), roster) == []
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["status"] in (
        "optimal",
        "feasible",
    )
    assert "bound" in result.output


@pytest.mark.processes
def test_an_impossible_problem_exits_three_with_reasons(tmp_path: Path) -> None:
    raw = office(days=28, pins={"2026-03-10": "L02", "2026-03-11": "L02"})
    result = run(tmp_path, raw)
    assert result.exit_code == 3, result.output
    assert not (tmp_path / "roster.json").exists()
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["conflict"]["reasons"]
    assert report["conflict"]["ways_out"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (office(days=28, end="2026-02-31"), 'problem.json: end: "2026-02-31" is not a date'),
        ("{", "problem.json: line 1, column 2"),
        ("[]", "must be a JSON object"),
    ],
)
def test_a_bad_file_exits_two_with_one_sentence(tmp_path: Path, raw: Any, said: str) -> None:
    result = run(tmp_path, raw)
    assert result.exit_code == 2
    assert said in result.output
    assert result.output.count("\n") == 1


def test_a_missing_file_and_unknown_levels_exit_two(tmp_path: Path) -> None:
    missing = CliRunner().invoke(solve_command, [str(tmp_path / "no.json")])
    assert missing.exit_code == 2
    assert run(tmp_path, office(), "--levels", "1a,9z").exit_code == 2
