"""Public files are made anew by themselves: at once after a publication, and when a window moves on."""

import contextlib
import datetime as dt
from pathlib import Path

from sqlalchemy import select

from app.core import background, clock
from app.core.database import db, transaction
from app.directory.models import Office
from app.feeds import public_files
from app.feeds.models import PublicFile

MAKE, SWEEP = "feeds.files", "feeds.sweep"
EVERY_SECONDS = 120
KEPT = dt.timedelta(days=30)


def install() -> None:
    """Register the work."""
    background.task(MAKE, make_files)
    background.repeat(SWEEP, EVERY_SECONDS, sweep)


def make_files(office_id: int) -> None:
    """Bring every file of an office up to date. Doing it twice writes nothing the second time."""
    office = db.session.get(Office, office_id)
    if office is not None:
        for name in public_files.MAKERS:
            refresh(office.code, name)


def refresh(office_code: str, name: str) -> bool:
    """Make one file anew if it does not hold, or if its link on this machine is another; whether it was."""
    found = public_files.find(office_code, name)
    fresh = public_files.known(found)
    if fresh is not None and public_files.is_current(found.path, fresh):
        return False
    rendering = public_files.render(found)
    with transaction():
        public_files.store(found, rendering)
    return True


def sweep() -> None:
    """Files whose state moved on without a task (a window, an office's name, another machine), and old bytes."""
    rows = db.session.execute(
        select(Office.code, PublicFile.path).join(Office, Office.id == PublicFile.office_id)
    ).all()
    for code, path in rows:
        refresh(code, path.rpartition("/")[2])
    remove_old(public_files.folder(), clock.now())


def remove_old(folder: Path, now: dt.datetime) -> int:
    """Remove bytes that no address has had for 30 days, as far as this machine knows; how many files."""
    held = set(db.session.scalars(select(PublicFile.digest)))
    removed = 0
    for path in (folder / "files").glob("*/*"):
        changed = dt.datetime.fromtimestamp(path.stat().st_ctime, dt.UTC)
        if path.name.partition(".")[0] not in held and now - changed > KEPT:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
                removed += 1
    return removed
