"""The configuration of docs/scaling.md, run as it is written, before a program that says what it was asked."""

import gzip
import http.client
import subprocess
import threading
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.feeds import public_files
from benchmarks._nginx import configuration, documented, program
from benchmarks._workspace import free_port
from benchmarks.feeds import patiently
from tests.integration.feeds.conftest import County

FILE = "/o/county/calendar.ics"


class Asked(BaseHTTPRequestHandler):
    """Answers every address with its own name."""

    def do_GET(self) -> None:
        """Count it, and let pages be kept as the program does."""
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "public, max-age=30")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    """The program behind the web server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    server.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def port(app: Flask, behind: ThreadingHTTPServer, tmp_path: Path) -> Iterator[int]:
    """nginx with the documented configuration over this application's public files; 0 without nginx."""
    command = program()
    if command is None:
        warnings.warn("nginx is not installed: the configuration was read, not run", stacklevel=1)
        yield 0
        return
    number = free_port()
    settings = tmp_path / "nginx.conf"
    current = public_files.folder() / "current"
    current.mkdir(parents=True, exist_ok=True)
    settings.write_text(configuration(tmp_path, current, number, behind.server_address[1]), encoding="utf-8")
    server = subprocess.Popen([command, "-c", str(settings), "-p", str(tmp_path)])
    try:
        patiently(number, "/ready")
        yield number
    finally:
        server.terminate()
        server.wait(20)


def fetch(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(
        "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    return connection.getresponse()


def test_it_serves_the_files_and_asks_the_program_for_the_rest(
    county: County, client: FlaskClient, behind: ThreadingHTTPServer, port: int
) -> None:
    made = client.get(FILE)
    asked: list[str] = behind.asked  # type: ignore[attr-defined]
    asked.clear()
    if not port:
        assert "try_files $uri @program;" in documented()
        return
    answer = fetch(port, FILE)
    assert (answer.status, answer.read()) == (200, made.data)
    assert answer.headers["Content-Type"] == made.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Last-Modified"] == made.headers["Last-Modified"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert fetch(port, FILE, If_None_Match=answer.headers["ETag"]).status == 304
    assert fetch(port, FILE, If_Modified_Since=answer.headers["Last-Modified"]).status == 304
    assert gzip.decompress(fetch(port, FILE, Accept_Encoding="gzip").read()) == made.data
    assert asked == [], "the program heard nothing of that"
    for path in (f"{FILE}?lang=en", "/o/county/changes.atom", "/calendar/secret.ics", "/offices/county"):
        assert fetch(port, path).read().decode() == path
    for _ in range(3):
        assert fetch(port, "/o/county", Accept_Language="en").read() == b"/o/county"
    fetch(port, "/o/county", Accept_Language="zh-CN").read()
    assert asked.count("/o/county") == 2, "a page is kept, for each language"
