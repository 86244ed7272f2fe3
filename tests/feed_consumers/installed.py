"""Calendar programs of this machine: each is given the bytes and says what it has read.

Node packages are looked for under NODE_PATH, other Python packages with the interpreter CONSUMERS_PYTHON. What is not
installed is named by `missing`, so that nobody takes it for checked.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from tests.feed_consumers.readers import Reader, in_process
from tests.feed_consumers.rows import Row

PROGRAMS = Path(__file__).parent / "programs"
_CALCURSE_LINE = re.compile(r"(\d\d)/(\d\d)/(\d{4}) @ (\d\d):(\d\d)")


def commands() -> dict[str, list[str]]:
    """Programs that read standard input, by name."""
    node = [shutil.which("node") or "node", str(PROGRAMS / "read.mjs")]
    python = [os.environ.get("CONSUMERS_PYTHON", sys.executable), str(PROGRAMS / "read.py")]
    names = {name: [*node, name] for name in ("ical.js", "ical-expander", "node-ical", "ts-ics")}
    names |= {name: [*python, name] for name in ("vobject", "ics", "icalevents")}
    names["ruby icalendar"] = [shutil.which("ruby") or "ruby", str(PROGRAMS / "read.rb"), "icalendar"]
    names["sabre/vobject"] = [shutil.which("php") or "php", str(PROGRAMS / "read.php"), "sabre"]
    return names


@cache
def _is_here(name: str) -> bool:
    try:
        done = subprocess.run(
            [*commands()[name], "--here"], input=b"", capture_output=True, timeout=60, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def by_command(command: list[str], body: bytes) -> list[Row]:
    """The rows a program prints. Raises AssertionError with what it says when it fails."""
    done = subprocess.run(command, input=body, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-800:]
    return [Row(*row) for row in json.loads(done.stdout)]


def by_calcurse(body: bytes) -> list[Row]:
    """The program calcurse, which has no STATUS: what it shows must say by its title that it is called off."""
    with tempfile.TemporaryDirectory() as folder:
        base = ["calcurse", "-D", folder, "-C", folder]
        environment = {**os.environ, "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"}
        run: Callable[..., Any] = partial(
            subprocess.run, capture_output=True, timeout=120, check=False, env=environment
        )
        file = Path(folder) / "feed.ics"
        file.write_bytes(body)
        done = run([*base, "-q", "-i", str(file)])
        assert done.returncode == 0, done.stderr
        lines = run([*base, "-G"]).stdout.decode().splitlines()
        return [_calcurse_row(number, line) for number, line in enumerate(lines)]


def _calcurse_row(number: int, line: str) -> Row:
    """ "03/02/2026 @ 08:30 -> 03/02/2026 @ 17:30>note |title", or "!title" when it rings."""
    (start, end), title = _CALCURSE_LINE.findall(line), re.split(" [|!]", line, maxsplit=1)[1]
    times = [f"{year}{month}{day}T{hour}{minute}" for month, day, year, hour, minute in (start, end)]
    return Row(str(number), 0, "", "", "", times[0], times[1], title)


def readers() -> dict[str, Reader]:
    """Everything that can read a calendar here."""
    found = dict(in_process())
    for name, command in commands().items():
        if _is_here(name):
            found[name] = partial(by_command, command)
    return found | ({"calcurse": by_calcurse} if shutil.which("calcurse") else {})


def missing() -> list[str]:
    """Programs we know how to ask, and which are not installed here."""
    known: dict[str, Callable[[], bool]] = {name: partial(_is_here, name) for name in commands()}
    known["calcurse"] = lambda: shutil.which("calcurse") is not None
    return [name for name, is_here in known.items() if not is_here()]
