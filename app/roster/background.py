"""Starting `flask roster build` as a process of its own, which outlives the web process."""

import base64
import os
import subprocess
import sys
import threading
from pathlib import Path

from flask import current_app

from config import Settings

ROOT = Path(__file__).resolve().parents[2]


def spawn_build(draft_id: int) -> None:
    """Begin building the draft in a detached process."""
    _spawn("--draft", str(draft_id))


def spawn_run(key: str, publish: bool = False, reason: str = "") -> None:
    """Begin building the waiting drafts of a run in one detached process, and publish them if asked."""
    _spawn("--run", key, *(["--publish", f"--reason={reason}"] if publish else []))


def _spawn(*arguments: str) -> None:
    """`flask roster build` in a process of its own. Its output goes to `builds.log` in the data folder."""
    settings: Settings = current_app.extensions["settings"]
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "builds.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "roster", "build", *arguments],
            cwd=ROOT,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # or it would stay as a zombie


def environment(settings: Settings) -> dict[str, str]:
    """The environment that gives another process the same settings."""
    keys = ",".join(
        f"{number}:{base64.b64encode(key).decode()}" for number, key in settings.field_keys.items()
    )
    return {
        **os.environ,
        "SECRET_KEY": settings.secret_key,
        "PASSWORD_SALT": settings.password_salt,
        "FIELD_KEY": keys,
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
    }
