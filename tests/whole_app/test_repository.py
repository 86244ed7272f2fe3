"""What is tracked stands on its own: complete catalogues, no addresses or paths of one machine, no secrets."""

import re
import subprocess
from pathlib import Path

import pytest

from tools import catalogues

ROOT = Path(__file__).resolve().parents[2]
SLASH = "/"
# Put together here, so that this file does not contain what it looks for.
FORBIDDEN = {
    "a package registry": re.compile(
        r"https?:"
        + SLASH * 2
        + r"[^\s\"'<>)]*(?:"
        + "|".join(["py" + "pi", "arti" + "factory", "nex" + "us", "dev" + "pi"])
        + ")"
    ),
    "an index option": re.compile("--(?:extra-)?" + "index-url|" + "--find" + "-links"),
    "a path of one machine": re.compile(
        r"(?<![\w.~/-])/(?:"
        + "|".join(["wo" + "rk", "ro" + "ot", "ho" + r"me/\w+", "Us" + r"ers/\w+"])
        + r")/\w"
    ),
    "a path beside the repository": re.compile(r"\.\./" + "sha" + "red"),
    "a private key": re.compile("BEGIN (?:RSA |EC |OPENSSH )?PRIVATE" + " KEY"),
}
NOT_TEXT = {".png", ".ico", ".woff2", ".xlsx", ".xls", ".mo", ".gz", ".zip", ".docx"}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.fail("this test reads `git ls-files`: run it in a clone")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = []
    for path in tracked():
        if path.suffix in NOT_TEXT or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            found += [
                f"{path.relative_to(ROOT)}:{number}: {what}"
                for what, pattern in FORBIDDEN.items()
                if pattern.search(line)
            ]
    assert found == []


def test_the_patterns_find_what_they_look_for() -> None:
    lines = {
        "a package registry": "see https:" + "//" + "py" + "pi.example/simple",
        "an index option": "pip install " + "--index" + "-url x",
        "a path of one machine": "open('" + "/wo" + "rk/main/x')",
        "a path beside the repository": "see ../" + "sha" + "red/x.md",
        "a private key": "-----BEGIN PRIVATE" + " KEY-----",
    }
    assert {what for what, line in lines.items() if FORBIDDEN[what].search(line)} == set(FORBIDDEN)
    assert not FORBIDDEN["a path of one machine"].search("/homework/x and ./work/x and a/work/b")


def test_what_belongs_to_one_machine_is_not_tracked() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in tracked()}
    assert not {name for name in names if name == ".env" or name.startswith(("var/", ".venv/"))}
    assert not {name for name in names if name.endswith((".sqlite3", ".mo", ".pyc"))}


def test_the_chinese_catalogues_are_complete() -> None:
    assert catalogues.problems() == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile("|".join(["TO" + "DO", "FIX" + "ME", r"raise NotImplemented" + "Error"]))
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix in {".py", ".html", ".js", ".css", ".sh", ".toml", ".md"} and path.is_file()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert found == []
