"""Public pages of corrections: what changed, since when and why; every revision as it was; the snippet for other sites."""

from flask import Response, abort, g, render_template
from flask_babel import lazy_gettext as _l

from app.feeds import pages, queries
from app.feeds.public_routes import page
from app.feeds.public_state import get_state
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
    state = get_state(office_code)
    office, roll = state.office, state.published.roll
    return page(
        ("corrections", *state.basis),
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
    state = get_state(office_code)
    office, roll = state.office, state.published.roll
    if roll is None or not 1 <= number <= roll.newest.number:
        abort(404)
    edition = roll.edition(number)
    then = pages.as_of(roll, number)
    return page(
        ("revision", *state.basis, number),
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
    state = get_state(office_code)
    office, roll, calendar, now = state.office, state.published.roll, state.calendar, state.now
    sites = queries.settings_of(office).embed_sites
    g.frame_ancestors = sites or "'none'"
    return page(
        ("embed", *state.basis, now.hour, now.minute),
        lambda: render_template(
            "feeds/embed.html",
            office=office,
            roll=roll,
            sessions=pages.next_sessions(roll, calendar, now.date(), now.time(), SESSIONS_SHOWN),
            today=now.date(),
        ),
    )
