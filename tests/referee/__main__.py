"""`python -m tests.referee --base-url URL --office CODE --year YEAR --facts FILE`: judge a running server.

`--office` and `--year` may be given more than once; `--office all` is every office of the facts. Exit code 0: every
promise kept; 1: some broken, one line each; 2: the referee cannot judge.
"""

from __future__ import annotations

import argparse
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.referee import CannotJudge, Violation, clashes_between, judge, read_facts


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch, judge, tell; the exit code."""
    asked = _arguments(arguments)
    try:
        facts = read_facts(Path(asked.facts).read_text(encoding="utf-8"))
        codes = list(facts) if asked.office == ["all"] else asked.office
        if strangers := sorted(set(codes) - set(facts)):
            raise CannotJudge(f"the facts say nothing of {', '.join(strangers)}")
        texts = {code: _fetch(f"{asked.base_url}/o/{code}/schedule.json") for code in codes}
        found: list[Violation] = []
        for code in codes:
            for year in asked.year:
                broken = judge(facts[code], texts[code], year)
                _say(f"{code} {year}: {len(broken) or 'nothing'} broken")
                found += broken
        found += clashes_between(texts)
    except (CannotJudge, OSError) as reason:
        _say(f"The referee cannot judge: {reason}")
        return 2
    for violation in found:
        _say(str(violation))
    return 1 if found else 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.referee", description=__doc__.partition("\n")[0])
    parser.add_argument("--base-url", default="http://127.0.0.1:8000")
    parser.add_argument("--office", action="append", required=True)
    parser.add_argument("--year", action="append", type=int, required=True)
    parser.add_argument("--facts", required=True)
    return parser.parse_args(arguments)


def _fetch(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return str(answer.read().decode("utf-8"))
    except urllib.error.URLError as error:
        raise CannotJudge(f"{address}: {error}") from error


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
