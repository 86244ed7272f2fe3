"""`flask directory import` without a browser, also when it is killed in the middle."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.core.database import db, transaction
from app.directory.models import Office
from tests.factories import make_office
from tests.integration.directory.support import audit_actions, csv_file, leader_count, only_leader, xlsx_file

ZHANG = ("张三", "副县长", "教育、卫生", "青山镇", "13800001111", "2021-09-01", "")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def office(app: Flask) -> Office:
    """A county."""
    with transaction():
        return make_office("county")


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """A command line."""
    return app.test_cli_runner()


def written(folder: Path, data: bytes, name: str = "leaders.xlsx") -> str:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_a_dry_run_shows_everything_and_writes_nothing(
    office: Office, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = written(tmp_path, xlsx_file([ZHANG, ("", "县长", "", "", "", "", "")]))
    result = runner.invoke(args=["directory", "import", file, "--office", "county", "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "张三" in result.stdout
    assert "138****1111" in result.stdout
    assert leader_count() == 0
    assert audit_actions() == []


def test_json_is_exactly_the_agreed_form(office: Office, runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = written(tmp_path, xlsx_file([ZHANG, ("", "县长", "", "", "", "", "")]))
    arguments = ["directory", "import", file, "--office", "county", "--json"]
    result = runner.invoke(args=[*arguments, "--dry-run"])
    printed = json.loads(result.stdout)
    assert leader_count() == 0
    assert printed["refused"] is None
    assert [row["action"] for row in printed["rows"]] == ["add", "refuse"]
    assert printed["rows"][0] == {
        "line": 3,
        "action": "add",
        "name": "张三",
        "post": "副县长",
        "sectors": ["教育", "卫生"],
        "townships": ["青山镇"],
        "phone": "13800001111",
        "from": "2021-09-01",
        "until": None,
        "problems": [],
    }
    result = runner.invoke(args=arguments)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == printed, "what is written is what the dry run said"
    assert leader_count() == 1
    again = json.loads(runner.invoke(args=arguments).stdout)
    assert [row["action"] for row in again["rows"]] == ["keep", "refuse"]
    assert leader_count() == 1


def test_the_command_writes_and_says_so_in_the_audit_trail(
    office: Office, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = written(tmp_path, csv_file([ZHANG]), "leaders.csv")
    result = runner.invoke(args=["directory", "import", file, "--office", "county", "--yes"])
    assert result.exit_code == 0, result.output
    assert "1 added" in result.stdout
    assert only_leader("张三").phone == "13800001111"
    assert audit_actions() == ["leader.add", "leaders.import"]


@pytest.mark.parametrize("name", ["nowhere.xlsx", "not-a-table.xlsx"])
@pytest.mark.parametrize("as_json", [True, False])
def test_a_file_that_cannot_be_used_ends_with_one_sentence(
    office: Office, runner: FlaskCliRunner, tmp_path: Path, name: str, as_json: bool
) -> None:
    written(tmp_path, b"%PDF-1.7", "not-a-table.xlsx")
    more = ["--json"] if as_json else []
    result = runner.invoke(args=["directory", "import", str(tmp_path / name), "--office", "county", *more])
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    if as_json:
        printed = json.loads(result.stdout)
        assert printed["rows"] == []
        assert printed["refused"]["reason"] == result.stderr.strip()
    else:
        assert result.stdout == ""


def test_an_unknown_office_is_named(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = written(tmp_path, csv_file([ZHANG]))
    result = runner.invoke(args=["directory", "import", file, "--office", "nowhere", "--lang", "en"])
    assert result.exit_code == 1
    assert "nowhere" in result.stderr


def test_the_first_office_can_be_added_from_the_command_line(app: Flask, runner: FlaskCliRunner) -> None:
    add = ["directory", "add-office"]
    assert runner.invoke(args=[*add, "city", "--name", "示例市", "--kind", "city"]).exit_code == 0
    below = [*add, "county", "--name", "示例县", "--kind", "county", "--parent", "city"]
    assert runner.invoke(args=below).exit_code == 0
    assert runner.invoke(args=below).exit_code == 1, "codes are unique"
    wrong = [*add, "other", "--name", "x", "--kind", "city", "--parent", "county"]
    assert runner.invoke(args=wrong).exit_code == 1
    assert runner.invoke(args=[*add, "Bad Code", "--name", "x", "--kind", "city"]).exit_code == 2
    assert runner.invoke(args=["directory", "purge-uploads"]).exit_code == 0


def command(database_url: str, data_dir: Path, file: str) -> subprocess.Popen[str]:
    """The real command in a process of its own."""
    environment = os.environ | {
        "SECRET_KEY": "test-secret-key-of-the-test-application",
        "PASSWORD_SALT": "test-salt",
        "FIELD_KEY": f"1:{base64.b64encode(b'k' * 32).decode()}",
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data_dir),
        "PYTHONUNBUFFERED": "1",
    }
    arguments = [sys.executable, "-m", "flask", "directory", "import", file, "--office", "county", "--json"]
    return subprocess.Popen(
        arguments, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.processes
def test_the_same_file_imported_twice_at_once_is_imported_once(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    rows = [
        (f"{surname}小明", "副县长", "", "", "", "", "") for surname in "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
    ]
    file = written(tmp_path, csv_file(rows))
    db.session.rollback()
    both = [command(database_url, tmp_path, file) for _ in range(2)]
    plans = [json.loads(process.communicate(timeout=120)[0])["rows"] for process in both]
    assert leader_count() == 16
    assert sorted({row["action"] for row in plan} == {"add"} for plan in plans) == [False, True]


@pytest.mark.processes
def test_killed_in_the_middle_nothing_is_half_done(office: Office, database_url: str, tmp_path: Path) -> None:
    surnames = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
    rows = [
        (f"{surname}{first}{second}", "副县长", "教育、农业", "", f"139{number:08}", "2021-09-01", "")
        for number, (surname, first, second) in enumerate(
            (surname, first, second)
            for surname in surnames
            for first in "子丑寅卯辰"
            for second in "甲乙丙丁戊"
        )
    ]
    file = written(tmp_path, csv_file(rows), "many.csv")
    db.session.rollback()
    with command(database_url, tmp_path, file) as process:
        assert process.stderr is not None
        assert "writing 750" in process.stderr.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.4)  # in the middle of writing
        process.kill()
        process.communicate()
    assert leader_count() == 0
    assert audit_actions() == []
    db.session.rollback()
    with command(database_url, tmp_path, file) as process:
        printed, errors = process.communicate()
    assert process.returncode == 0, errors
    assert len(json.loads(printed)["rows"]) == 750
    assert leader_count() == 750
