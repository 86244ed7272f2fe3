"""`python -m tests.referee` against a server that serves a roster made here."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.referee.__main__ import main
from tests.unit.referee.scenario import CODE, Json, best_roster, broken, office, on


@contextmanager
def serving(roster: Json) -> Iterator[str]:
    """A server with one office; its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == f"/o/{CODE}/schedule.json"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(roster).encode() if found else b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def facts_file(tmp_path: Path) -> Path:
    """The facts of the office."""
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"offices": {CODE: office()}}), encoding="utf-8")
    return path


def test_a_good_roster_ends_with_0_and_a_broken_one_with_1(
    facts_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--facts", str(facts_file), "--year", "2026", "--office"]
    roster = best_roster(office())
    with serving(roster) as address:
        assert main([*asked, CODE, "--base-url", address]) == 0
        assert main([*asked, "nowhere", "--base-url", address]) == 2
    assert "nothing broken" in capsys.readouterr().out
    with serving(broken(roster, lambda more: on(more, "2026-05-09").update(room=""))) as address:
        assert main([*asked, "all", "--base-url", address]) == 1
    printed = capsys.readouterr().out
    assert "town-01 2026: 1 broken" in printed
    assert "2026-05-09" in printed


def test_what_cannot_be_judged_ends_with_2(facts_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(best_roster(office())) as address:
        asked = ["--facts", str(facts_file), "--year", "2031", "--office", CODE, "--base-url", address]
        assert main(asked) == 2
    assert "no calendar of 2031" in capsys.readouterr().out
