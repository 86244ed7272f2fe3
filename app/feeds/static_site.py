"""The public pages as one archive of plain HTML, for a network this program cannot reach.

Opened from a disk or put on any web server: every link is relative, nothing needs a script, and the same revisions
give the same bytes.
"""

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO

from flask import render_template
from flask_babel import force_locale

from app.calendar.queries import working_calendar
from app.directory.models import Office
from app.feeds import pages, public_files, queries
from app.feeds.calendars import Publication
from app.feeds.revision_routes import KINDS
from app.web.filters import static_file
from app.web.language import LOCALES

FILES = ("calendar.ics", "schedule.json")


def archive(offices: Sequence[Office]) -> bytes:
    """The archive of these offices: `index.html`, a folder for each office, English under `en/`."""
    published = {office.code: queries.publication(office) for office in offices}
    newest = [found.roll.newest.published_at for found in published.values() if found.roll]
    stamp = max(newest).timetuple()[:6] if newest else (2020, 1, 1, 0, 0, 0)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _contents(offices, published):
            package.writestr(zipfile.ZipInfo(name, stamp), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _contents(offices: Sequence[Office], published: dict[str, Publication]) -> Iterator[tuple[str, bytes]]:
    yield "css/public.css", static_file("css/public.css").read_bytes()
    for office in offices:
        for name in FILES:
            yield f"{office.code}/{name}", public_files.render(public_files.find(office.code, name)).body
    for locale in LOCALES:
        folder = "" if locale == "zh_CN" else "en/"
        with force_locale(locale):
            for name, text in _pages(offices, published, folder):
                yield f"{folder}{name}", text.strip().encode() + b"\n"


def _pages(
    offices: Sequence[Office], published: dict[str, Publication], folder: str
) -> Iterator[tuple[str, str]]:
    up = "../" if folder else ""
    common = {
        "locale": "en" if folder else "zh_CN",
        "html_lang": "en" if folder else "zh-CN",
        "folder": folder,
    }
    yield (
        "index.html",
        render_template(
            "feeds/site/index.html", offices=offices, published=published, top=up, here="", **common
        ),
    )
    for office in offices:
        roll = published[office.code].roll
        calendar = working_calendar(office)
        values = {**common, "office": office, "roll": roll, "top": f"../{up}", "here": f"{office.code}/"}
        years = pages.published_years(roll)
        yield (
            f"{office.code}/index.html",
            render_template(
                "feeds/site/office.html",
                years=years,
                months=pages.view_months(roll, calendar, years[-1]) if years else [],
                **values,
            ),
        )
        for year in years:
            months = pages.view_months(roll, calendar, year)
            page = render_template("feeds/site/year.html", year=year, years=years, months=months, **values)
            yield f"{office.code}/year-{year}.html", page
        editions = [
            (
                edition,
                pages.changes_of(roll, edition.number) if roll and edition.kind != "publication" else [],
            )
            for edition in (reversed(roll.editions) if roll else ())
        ]
        yield (
            f"{office.code}/corrections.html",
            render_template("feeds/site/corrections.html", editions=editions, kinds=KINDS, **values),
        )
