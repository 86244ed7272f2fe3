"""A throw-away installation for a benchmark: its own data folder, database, secrets, port; gone at the end."""

from __future__ import annotations

import base64
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks._report import sqlite_version

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300.0  # seconds for a server to answer


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder and the environment that points the program at it."""

    folder: Path
    environment: dict[str, str]

    @property
    def database_url(self) -> str:
        """Where the database is."""
        return f"sqlite:///{self.folder / 'rota.sqlite3'}"

    @property
    def database(self) -> str:
        """The database's name and version."""
        return sqlite_version()

    def run(self, *command: str) -> str:
        """Run `python …` to its end; what it printed. Raises RuntimeError with its words when it fails."""
        process = self.start(*command)
        output, errors = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output}{errors}")
        return output

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start `python …`."""
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def load_directory(self) -> None:
        """The demo county's offices, leaders, rules and accounts, without rosters."""
        self.run("-m", "benchmarks._directory")

    def build_command(self, year: int, *offices: str) -> list[str]:
        """The command that builds rosters of a year; `offices`: `--all`, `--under CODE` … and other options."""
        days = ["--from", f"{year}-01-01", "--to", f"{year}-12-31"]
        return ["-m", "flask", "--app", "wsgi", "roster", "build", *days, *offices]

    @contextmanager
    def served(self) -> Iterator[int]:
        """A web server with one process, as `make run` has two of; its port."""
        port = free_port()
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--no-control-socket"),
                *("--worker-class", "gthread", "--workers", "1", "--threads", "8", "--log-level", "warning"),
                "wsgi:app",
            ],
            cwd=ROOT,
            env=self.environment,
        )
        try:
            wait_until_healthy(port)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


@contextmanager
def workspace() -> Iterator[Workspace]:
    """A new one, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="rota-benchmark-") as folder:
        left_alone = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "PORT")}
        own = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "PASSWORD_SALT": secrets.token_urlsafe(24),
            "FIELD_KEY": f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/rota.sqlite3",
            "LOG_LEVEL": "ERROR",
        }
        yield Workspace(Path(folder), left_alone | own)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until_healthy(port: int) -> None:
    """Return as soon as /healthz answers. Raises TimeoutError after five minutes."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise TimeoutError(f"nothing answers on port {port}")
