"""Public pages of corrections: what changed, since when and why; every revision as it was; the snippet for other sites."""

from flask import Response, abort, g, render_template
from flask_babel import lazy_gettext as _l

from app.calendar.queries import working_calendar
from app.directory.queries import get_office
from app.feeds import pages, queries
from app.feeds.public_routes import basis, local_now, page
from app.feeds.routes import blueprint
from app.web.access import public

KINDS = {
    "publication": _l("Publication"),
    "correction": _l("Correction"),
    "substitution": _l("Substitution"),
    "suspension": _l("Suspension"),
}
SESSIONS_SHOWN = 6
MOST_CHANGES = 400


@blueprint.get("/o/<office_code>/corrections")
@public
def corrections(office_code: str) -> Response:
    """Every revision, newest first, with what it changed and why."""
    office = get_office(office_code)
    published, now = queries.publication(office), local_now(office)
    roll = published.roll
    return page(
        ("corrections", *basis(office, published, None, now)),
        lambda: render_template(
            "feeds/corrections.html",
            office=office,
            roll=roll,
            kinds=KINDS,
            editions=[
                (edition, pages.changes_of(roll, edition.number) if edition.kind != "publication" else [])
                for edition in reversed(roll.editions)
            ]
            if roll
            else [],
        ),
    )


@blueprint.get("/o/<office_code>/revisions/<int:number>")
@public
def old_revision(office_code: str, number: int) -> Response:
    """A revision as it was issued, marked when a later one took its place."""
    office = get_office(office_code)
    published, now = queries.publication(office), local_now(office)
    roll = published.roll
    if roll is None or not 1 <= number <= roll.newest.number:
        abort(404)
    edition = roll.edition(number)
    then = pages.as_of(roll, number)
    return page(
        ("revision", *basis(office, published, None, now), number),
        lambda: render_template(
            "feeds/revision.html",
            office=office,
            roll=roll,
            edition=edition,
            kinds=KINDS,
            successor=pages.superseded_by(roll, number),
            sessions=then.between(edition.first_day, edition.last_day),
            changes=pages.changes_of(roll, number) if edition.kind != "publication" else [],
            most_changes=MOST_CHANGES,
        ),
    )


@blueprint.get("/o/<office_code>/embed")
@public
def embed(office_code: str) -> Response:
    """A small page for a frame on another site: who receives today and next. Only the office's sites may frame it."""
    office = get_office(office_code)
    published, now = queries.publication(office), local_now(office)
    sites = queries.settings_of(office).embed_sites
    g.frame_ancestors = sites or "'none'"
    roll = published.roll
    calendar = working_calendar(office)
    return page(
        ("embed", *basis(office, published, calendar, now), now.hour, now.minute),
        lambda: render_template(
            "feeds/embed.html",
            office=office,
            roll=roll,
            sessions=pages.next_sessions(roll, calendar, now.date(), now.time(), SESSIONS_SHOWN),
            today=now.date(),
        ),
    )
