"""What `make run` does: migrate, load the demo county into an empty database, serve with a scheduler beside."""

import os
import subprocess
import sys
from pathlib import Path

from dotenv import load_dotenv

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parent.parent


def flask(*arguments: str) -> int:
    """Run a `flask` command; its exit code."""
    return subprocess.run([BIN / "flask", *arguments], check=False, cwd=ROOT).returncode


def main() -> None:
    """Prepare and hand over to the web server."""
    load_dotenv(ROOT / ".env")
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    os.environ.setdefault("PUBLIC_URL", f"http://{host}:{port}")
    if flask("demo", "prepare"):
        sys.exit("The database could not be prepared; the sentence above says why.")
    # Started first: the web server takes this process's place, and is then its parent.
    subprocess.Popen([sys.executable, "-m", "tools.companions"], cwd=ROOT, stdin=subprocess.DEVNULL)
    command = [str(BIN / "gunicorn"), "--no-control-socket", "wsgi:app"]
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
