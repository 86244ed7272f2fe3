"""The web server of docs/scaling.md: its configuration as it stands there, with this run's folders and ports."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks._workspace import free_port

SCALING = Path(__file__).parent.parent / "docs" / "scaling.md"


def program() -> str | None:
    """Where nginx is, None when it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def documented() -> str:
    """The configuration in the documentation."""
    found = re.findall(r"```nginx\n(.*?)```", SCALING.read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) == 1, "docs/scaling.md has one nginx configuration"
    return str(found[0])


def configuration(folder: Path, current: Path, port: int, program_port: int) -> str:
    """A whole nginx.conf around it. Every value that belongs to a machine must be found, or the document has changed."""
    text = documented()
    for there, here in (
        ("/var/cache/nginx/rota", f"{folder}/cache"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("server_name rota.example.gov.cn;", "server_name localhost;"),
        ("/srv/rota/var/public/current", str(current)),
        ("http://127.0.0.1:8000", f"http://127.0.0.1:{program_port}"),
    ):
        assert there in text, f"docs/scaling.md: no {there}"
        text = text.replace(there, here)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr crit; events {{ worker_connections 4096; }}\n"
        f"http {{\naccess_log off; keepalive_requests 1000000;\n{temporary}{text}}}\n"
    )


@contextmanager
def in_front_of(program_port: int, folder: Path, current: Path) -> Iterator[int]:
    """nginx before the program, with files in `current`; gives its port. Raises TimeoutError when it does not start."""
    port, settings = free_port(), folder / "nginx.conf"
    settings.write_text(configuration(folder, current, port, program_port), encoding="utf-8")
    server = subprocess.Popen(
        [str(program()), "-c", str(settings), "-p", str(folder)], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int, seconds: float = 10) -> None:
    """Until somebody listens there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nobody listens on port {port}")
