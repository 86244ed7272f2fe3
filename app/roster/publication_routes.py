"""Pages of publication: what would change, publishing, history, comparison, Excel."""

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.core import clock
from app.core.database import transaction
from app.core.dates import ONE_DAY, DateRange
from app.core.errors import RotaError
from app.core.events import emit
from app.core.text import Text
from app.directory.models import Office
from app.roster import publishing, queries
from app.roster.errors import CannotPublish, DraftNotEditable, PublishedMeanwhile
from app.roster.events import ChangesProposed
from app.roster.export import Edition, workbook
from app.roster.models import Draft, Revision
from app.roster.problems import roster_of, sessions_with_people
from app.roster.replanning import Cost, find_cost
from app.roster.states import Differences
from app.roster.workspace import compiled
from app.web.language import current_locale

blueprint = Blueprint("publication", __name__, url_prefix="/offices/<office_code>")
ROWS_AT_FIRST = 120
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "publication": _l("Publication"),
    "correction": _l("Correction"),
    "substitution": _l("Substitution"),
    "suspension": _l("Suspension"),
}
GROUPS = {
    "new": _l("New"),
    "moved": _l("Moved"),
    "removed": _l("Removed"),
    "changed": _l("Changed"),
}
FIELD_NAMES = {
    "on_date": _l("date"),
    "session": _l("session"),
    "starts": _l("start"),
    "ends": _l("end"),
    "seat": _l("seat"),
    "status": _l("status"),
    "leader_id": _l("leader"),
    "leader_name": _l("name"),
    "role": _l("role"),
    "post": _l("post"),
    "sectors": _l("portfolio"),
    "townships": _l("linked townships"),
    "room": _l("room"),
    "place": _l("place"),
    "phone": _l("phone"),
    "note": _l("remarks"),
}


@blueprint.get("/drafts/<int:draft_id>/publish")
@requires("roster.publish")
def publish_form(office: Office, draft_id: int) -> str | Response:
    """What publishing would change, what stands against it, and the button."""
    draft = queries.get_draft(office.id, draft_id)
    revision = queries.find_revision_of_draft(draft_id)
    if revision is not None:
        return redirect(_shown_url(office, revision))
    return _publish_page(office, draft)


@blueprint.post("/drafts/<int:draft_id>/publish")
@requires("roster.publish")
def publish(office: Office, draft_id: int) -> Any:
    """Publish. A second click on the same button leads to the same revision."""
    reason = request.form.get("reason", "").strip()
    accept = "accept" in request.form
    version = request.form.get("version", type=int)
    try:
        with transaction():
            draft = queries.get_draft(office.id, draft_id)
            revision = queries.find_revision_of_draft(draft_id)
            if revision is None:
                revision = publishing.publish(draft, reason, current_user.name, accept, version)
    except (PublishedMeanwhile, DraftNotEditable):
        raise
    except RotaError as error:
        draft = queries.get_draft(office.id, draft_id)
        return _publish_page(office, draft, reason, error), error.status
    flash(_("Revision %(number)s is published.", number=revision.number), "success")
    return redirect(_shown_url(office, revision))


@blueprint.get("/revisions")
@requires("roster.view")
def revisions(office: Office) -> str:
    """Everything ever published, newest first."""
    found = queries.list_revisions(office.id)
    return render_template("roster/revisions.html", office=office, revisions=found, kinds=KINDS)


@blueprint.get("/revisions/<int:number>")
@requires("roster.view")
def revision(office: Office, number: int) -> str:
    """One revision as it was issued."""
    found = queries.get_revision(office.id, number)
    everything = "all" in request.args
    return render_template(
        "roster/revision.html",
        office=office,
        revision=found,
        duties=_duties(office, found, everything),
        everything=everything,
        newest=queries.current_number(office.id),
        kinds=KINDS,
    )


@blueprint.get("/revisions/<int:number>/shown")
@requires("roster.view")
def shown(office: Office, number: int) -> str:
    """After publishing: what now shows it."""
    found = queries.get_revision(office.id, number)
    before = publishing.compare_revisions(office.id, number - 1, number) if number > 1 else None
    return render_template(
        "roster/published.html",
        office=office,
        revision=found,
        differences=before,
        shown_at=_shown_at(office, found),
    )


@blueprint.get("/revisions/<int:number>.xlsx")
@requires("roster.view")
def spreadsheet(office: Office, number: int) -> Response:
    """The revision as an Excel table in the usual columns."""
    found = queries.get_revision(office.id, number)
    duties = [duty for duty in _duties(office, found, "all" in request.args) if duty.status != "cancelled"]
    english = current_locale() == "en"
    edition = Edition(
        office=office.name_en if english and office.name_en else office.name,
        number=found.number,
        first_day=min((duty.on_date for duty in duties), default=found.first_day),
        last_day=max((duty.on_date for duty in duties), default=found.last_day),
        published_at=found.published_at,
        timezone=office.timezone,
        provisional=found.provisional,
    )
    name = f"{office.code}-{found.first_day:%Y%m%d}-{found.last_day:%Y%m%d}-r{number}.xlsx"
    content = workbook(edition, duties, english)
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.get("/revisions/compare")
@requires("roster.view")
def compare(office: Office) -> str:
    """Two revisions side by side."""
    found = queries.list_revisions(office.id)
    newest = found[0].number if found else 0
    b = request.args.get("b", newest, type=int)
    a = request.args.get("a", max(b - 1, 1), type=int)
    differences = publishing.compare_revisions(office.id, a, b) if found else None
    return render_template(
        "roster/compare.html",
        office=office,
        revisions=found,
        a=a,
        b=b,
        differences=differences,
        **_words(),
    )


def _duties(office: Office, found: Revision, everything: bool) -> list[Any]:
    first, last = (None, None) if everything else (found.first_day, found.last_day)
    return list(queries.duties_at(office.id, found.number, first, last))


def _publish_page(office: Office, draft: Draft, reason: str = "", error: RotaError | None = None) -> str:
    today = clock.today(office.timezone)
    review = publishing.review(draft)
    past = (
        queries.current_duties(office.id, draft.first_day, today - ONE_DAY) if draft.first_day < today else ()
    )
    return render_template(
        "roster/publish.html",
        office=office,
        draft=draft,
        reason=reason,
        error=error if not isinstance(error, CannotPublish) else None,
        differences=review.differences,
        obstacles=review.obstacles,
        correction=review.correction,
        cost=_cost(draft),
        invited=_invited(office, draft, review.differences),
        effects=_effects(office, review.differences),
        kept=sum(1 for duty in past if duty.status != "cancelled"),
        newest=queries.current_number(office.id),
        **_words(),
    )


def _effects(office: Office, differences: Differences) -> list[Text]:
    """What publishing would do to what hangs on the roster, such as visits."""
    question = ChangesProposed(office, differences)
    emit(question)
    return question.effects


def _invited(office: Office, draft: Draft, differences: Differences) -> dict[str, int]:
    """Visits already invited to sessions that would change, by session key: those people must be told."""
    days = DateRange.from_days(draft.first_day, draft.last_day)
    everywhere = sessions_with_people(office, days) if not differences.empty else {}
    return {key: everywhere[key] for key in differences.session_keys if everywhere.get(key)}


def _cost(draft: Draft) -> Cost | None:
    inst = compiled(draft.problem)
    return find_cost(inst, roster_of(queries.draft_duties(draft.id))) if inst else None


def _words() -> dict[str, Any]:
    """What the table of changes says, in the language of the request, and how many rows it shows at first."""
    return {
        "groups": {name: str(label) for name, label in GROUPS.items()},
        "field_names": {name: str(label) for name, label in FIELD_NAMES.items()},
        "most": None if "all" in request.args else ROWS_AT_FIRST,
    }


def _shown_at(office: Office, found: Revision) -> list[tuple[str, str, str, str]]:
    """Icon, title, hint and address of everything that now shows the revision."""
    excel = url_for("publication.spreadsheet", office_code=office.code, number=found.number)
    table = url_for("publication.revision", office_code=office.code, number=found.number)
    return [
        ("globe2", _("Public page"), _("What residents see"), f"/o/{office.code}"),
        (
            "calendar-event",
            _("Calendar feed"),
            _("For phones and desktop calendars"),
            f"/o/{office.code}/calendar.ics",
        ),
        ("display", _("Lobby screen"), _("Changes by itself within a minute"), f"/screen/{office.code}"),
        ("file-earmark-spreadsheet", _("Excel table"), _("In the usual columns"), excel),
        ("table", _("Table as issued"), _("To read, compare or print"), table),
    ]


def _shown_url(office: Office, revision: Revision) -> str:
    return url_for("publication.shown", office_code=office.code, number=revision.number)
