"""What `make run` does: migrate, load the demo county into an empty database, serve with a scheduler beside."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from dotenv import load_dotenv

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parent.parent


def flask(*arguments: str) -> int:
    """Run a `flask` command; its exit code."""
    return subprocess.run([BIN / "flask", *arguments], check=False, cwd=ROOT).returncode


def refuse_used_port(host: str, port: str) -> None:
    """End with one sentence, before anything is prepared, when something else listens there or nothing can."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, int(port)))
    except (OSError, OverflowError, ValueError) as error:
        sys.exit(
            f"无法使用 {host}:{port}（{error}），可换一个端口：make run PORT=8001\n"
            f"{host}:{port} cannot be used ({error}). Choose another port: make run PORT=8001"
        )


def main() -> None:
    """Prepare and hand over to the web server."""
    load_dotenv(ROOT / ".env")
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    refuse_used_port(host, port)
    os.environ.setdefault("PUBLIC_URL", f"http://{host}:{port}")
    if flask("demo", "prepare"):
        sys.exit("The database could not be prepared; the sentence above says why.")
    # Started first: the web server takes this process's place, and is then its parent.
    subprocess.Popen([sys.executable, "-m", "tools.companions"], cwd=ROOT, stdin=subprocess.DEVNULL)
    command = [str(BIN / "gunicorn"), "--no-control-socket", "wsgi:app"]
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
