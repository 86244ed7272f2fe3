"""Finished public files: written once per state, named by their content, found by one read.

`data_dir/public/files/ab/<sha-256>.ics` never changes; `data_dir/public/current/o/county/calendar.ics` is a link to the
one that holds now, replaced in one step. A plain web server may serve `current` (docs/scaling.md); the program itself
answers from memory or from the file, and 304 from the index alone.
"""

import contextlib
import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.core import clock
from app.core.database import after_commit, db
from app.core.errors import NotFound
from app.core.recent import Recent
from app.directory.models import Office
from app.feeds import queries
from app.feeds.atom import changes_atom
from app.feeds.calendars import Publication, office_calendar
from app.feeds.models import FeedStamp, PublicFile
from app.feeds.options import FeedOptions, window_start
from app.feeds.schedule import schedule_json
from app.web.renderings import Rendering

MADE_BY = 1  # raise it when files are rendered differently
_IN_MEMORY = 200
OPTIONS = {"calendar.ics": FeedOptions(), "calendar.en.ics": FeedOptions("en")}
MAKERS: dict[str, Callable[[Publication, dt.date], Rendering]] = {
    "calendar.ics": lambda found, today: office_calendar(found, OPTIONS["calendar.ics"], today),
    "calendar.en.ics": lambda found, today: office_calendar(found, OPTIONS["calendar.en.ics"], today),
    "schedule.json": lambda found, _today: schedule_json(found, None, None),
    "changes.atom": lambda found, _today: changes_atom(found),
}


@dataclass(frozen=True, slots=True)
class Found:
    """An office, its stamp, and what is remembered of one of its files."""

    office: Office
    stamp: int
    file: PublicFile | None
    name: str

    @property
    def path(self) -> str:
        """The file's address on this site, without the leading slash."""
        return f"o/{self.office.code}/{self.name}"

    @property
    def basis(self) -> str:
        """A hash of everything but the published state that the file depends on."""
        office, today = self.office, clock.today(self.office.timezone)
        site = current_app.extensions["settings"].public_url
        identity = (office.code, office.name, office.name_en, office.timezone, office.phone, office.address)
        return hashlib.sha256(
            repr((MADE_BY, site, identity, window_start(today, FeedOptions().past))).encode()
        ).hexdigest()


@dataclass(frozen=True, slots=True)
class Known:
    """The validators and the type of a file, without its bytes."""

    etag: str
    modified: dt.datetime | None
    content_type: str
    digest: str


def find(office_code: str, name: str) -> Found:
    """The office and what is remembered of the file: one read, by unique keys. Raises NotFound."""
    path = f"o/{office_code}/{name}"
    row = db.session.execute(
        select(Office, func.coalesce(FeedStamp.value, 0), PublicFile)
        .outerjoin(FeedStamp, FeedStamp.office_id == Office.id)
        .outerjoin(PublicFile, PublicFile.path == path)
        .where(Office.code == office_code)
    ).first()
    if row is None:
        raise NotFound(
            f"没有编号为“{office_code}”的单位。", f'There is no office with the code "{office_code}".'
        )
    return Found(row[0], row[1], row[2], name)


def known(found: Found) -> Known | None:
    """The file's validators while they hold."""
    file = found.file
    if file is None or (file.stamp, file.basis) != (found.stamp, found.basis):
        return None
    return Known(file.digest[:32], file.modified, file.content_type, file.digest)


def stored(fresh: Known) -> Rendering | None:
    """The bytes of a file that holds, from memory or disk; None when this machine does not have them."""
    kept: Recent[Rendering] = _memory()
    path = _content_path(fresh.digest, fresh.content_type)

    def read() -> Rendering:
        return Rendering(path.read_bytes(), fresh.content_type, fresh.modified)

    try:
        return kept.get((fresh.digest, fresh.modified), read)
    except FileNotFoundError:
        return None


def render(found: Found) -> Rendering:
    """The file as it is now."""
    return MAKERS[found.name](queries.dated(found.office), clock.today(found.office.timezone))


def store(found: Found, rendering: Rendering) -> None:
    """Write the file and remember it, in the caller's transaction. A newer state that came first is left alone."""
    digest = hashlib.sha256(rendering.body).hexdigest()
    path = _content_path(digest, rendering.content_type)
    _write(path, rendering)
    row = {
        "path": found.path,
        "office_id": found.office.id,
        "digest": digest,
        "size": len(rendering.body),
        "content_type": rendering.content_type,
        "modified": rendering.modified,
        "basis": found.basis,
        "stamp": found.stamp,
    }
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(PublicFile).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=["path"], set_=row, where=PublicFile.stamp <= found.stamp
    )
    if db.session.execute(statement).rowcount:  # type: ignore[attr-defined]
        after_commit(lambda: _point(found.path, path))


def folder() -> Path:
    """Where finished public files lie."""
    return Path(current_app.extensions["settings"].data_dir) / "public"


def _memory() -> Recent[Rendering]:
    kept: Recent[Rendering] = current_app.extensions.setdefault("public files", Recent(_IN_MEMORY))
    return kept


def _content_path(digest: str, content_type: str) -> Path:
    ending = {"text/calendar": "ics", "application/json": "json"}.get(content_type.partition(";")[0], "atom")
    return folder() / "files" / digest[:2] / f"{digest}.{ending}"


def _write(path: Path, rendering: Rendering) -> None:
    """Whole or not at all; the file's own time is the content's, so a web server's Last-Modified is right."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, content in (
        (path, rendering.body),
        (path.with_name(path.name + ".gz"), rendering.compressed),
    ):
        half = target.with_name(f".{uuid.uuid4().hex}")
        half.write_bytes(content)
        if rendering.modified is not None:
            at = rendering.modified.timestamp()
            os.utime(half, (at, at))
        half.replace(target)


def _point(path: str, content: Path) -> None:
    """Let the address mean this content from now on, in one step."""
    for ending in ("", ".gz"):
        link = folder() / "current" / f"{path}{ending}"
        link.parent.mkdir(parents=True, exist_ok=True)
        half = link.with_name(f".{uuid.uuid4().hex}")
        with contextlib.suppress(FileExistsError):
            half.symlink_to(os.path.relpath(content.with_name(content.name + ending), link.parent))
        half.replace(link)


def is_current(path: str, fresh: Known) -> bool:
    """Whether a plain web server would serve what holds."""
    link = folder() / "current" / path
    return link.exists() and link.resolve() == _content_path(fresh.digest, fresh.content_type).resolve()
