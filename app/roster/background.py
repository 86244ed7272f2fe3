"""Handing builds to another process: one started here, which outlives the web process, or the workers.

`BUILDS` says which: "here" (the default) starts `flask roster build` on this machine; "workers" defers the work to
`flask worker`, of which any number run on any machines.
"""

import base64
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from flask import current_app

from app.core.background import defer
from app.core.database import after_commit
from config import Settings

ROOT = Path(__file__).resolve().parents[2]
BUILD = "roster.build"


def begin_build(draft_id: int) -> None:
    """Have a waiting draft built once the transaction is committed."""
    if _by_workers():
        defer(BUILD, draft_id=draft_id)
    else:
        after_commit(lambda: spawn_build(draft_id))


def begin_run(key: str, draft_ids: Sequence[int], publish: bool = False, reason: str = "") -> None:
    """Have the waiting drafts of a run built, and published if asked, once the transaction is committed."""
    if not _by_workers():
        after_commit(lambda: spawn_run(key, publish, reason))
        return
    for draft_id in draft_ids:
        defer(BUILD, draft_id=draft_id, publish=int(publish), reason=reason)


def _by_workers() -> bool:
    settings: Settings = current_app.extensions["settings"]
    return settings.builds == "workers"


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
