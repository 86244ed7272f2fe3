"""The public pages as one archive of plain HTML, for a network this program cannot reach.

Opened from a disk or put on any web server: every link is relative, nothing needs a script, and the same revisions
give the same bytes within a year.
"""

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from io import RawIOBase
from typing import Any

from flask import render_template
from flask_babel import force_locale

from app.calendar.queries import working_calendar
from app.core import clock
from app.directory.models import Office
from app.feeds import pages, public_files, queries
from app.feeds.calendars import Publication
from app.feeds.revision_routes import KINDS
from app.web.filters import static_file
from app.web.language import LOCALES

FILES = ("calendar.ics", "schedule.json")
_NOTHING = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def archive(offices: Sequence[Office]) -> bytes:
    """The archive of these offices: `index.html`, a folder for each office, English under `en/`."""
    return b"".join(archive_parts(offices))


def archive_parts(offices: Sequence[Office]) -> Iterator[bytes]:
    """The archive as it grows, file by file: a county with all its townships takes many seconds, a download none."""
    buffer = _Growing()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content, at in _contents(offices):
            package.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
            yield buffer.taken()
    yield buffer.taken()


class _Growing(RawIOBase):
    """A file that can only be written on; what was written is taken out again and again."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:
        """Keep it until it is taken."""
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _contents(offices: Sequence[Office]) -> Iterator[tuple[str, bytes, dt.datetime]]:
    """Name, bytes and time of every file; the time is that of the newest revision in it."""
    yield "css/public.css", static_file("css/public.css").read_bytes(), _NOTHING
    published, newest = {}, _NOTHING
    for office in offices:
        found = published[office.code] = queries.publication(office)
        at = found.roll.newest.published_at if found.roll else _NOTHING
        newest = max(newest, at)
        for name in FILES:
            body = public_files.render(public_files.find(office.code, name)).body
            yield f"{office.code}/{name}", body, at
        for folder, common in _languages():
            for name, text in _office_pages(office, found, folder, common):
                yield f"{folder}{office.code}/{name}", _bytes(text), at
    for folder, common in _languages():
        up = "../" if folder else ""
        values = {"offices": offices, "published": published, "top": up, "here": ""}
        page = render_template("feeds/site/index.html", **values, **common)
        yield f"{folder}index.html", _bytes(page), newest


def _languages() -> Iterator[tuple[str, dict[str, str]]]:
    """The folder of each language and what its templates need, in that language."""
    for locale in LOCALES:
        folder, tag = ("", "zh-CN") if locale == "zh_CN" else ("en/", "en")
        with force_locale(locale):
            yield folder, {"locale": locale, "html_lang": tag, "folder": folder}


def _bytes(text: str) -> bytes:
    return text.strip().encode() + b"\n"


def _office_pages(
    office: Office, published: Publication, folder: str, common: dict[str, str]
) -> Iterator[tuple[str, str]]:
    roll, calendar = published.roll, working_calendar(office)
    up = "../../" if folder else "../"
    values = {**common, "office": office, "roll": roll, "top": up, "here": f"{office.code}/"}
    years = pages.published_years(roll)
    this_year = clock.today(office.timezone).year
    shown = next((year for year in years if year >= this_year), years[-1] if years else this_year)
    near = pages.view_months(roll, calendar, shown)
    yield "index.html", render_template("feeds/site/office.html", years=years, months=near, **values)
    for year in years:
        months = pages.view_months(roll, calendar, year)
        yield (
            f"year-{year}.html",
            render_template("feeds/site/year.html", year=year, years=years, months=months, **values),
        )
    editions = [
        (edition, pages.changes_of(roll, edition.number) if roll and edition.kind != "publication" else [])
        for edition in (reversed(roll.editions) if roll else ())
    ]
    text = render_template("feeds/site/corrections.html", editions=editions, kinds=KINDS, **values)
    yield "corrections.html", text
