"""One click out of an impossible draft: say exactly what would change, then change it and build again."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.core.database import transaction
from app.directory.models import Office
from app.roster import queries
from app.roster.progress_view import ways
from app.roster.way_undo import take_back
from app.roster.ways_out import apply_way, change_of, plan_way

blueprint = Blueprint("ways", __name__, url_prefix="/offices/<office_code>/drafts/<int:draft_id>/ways")


@blueprint.get("/<int:number>")
@requires("rules.edit")
def confirm(office: Office, draft_id: int, number: int) -> Any:
    """What the way out would change; back to the draft when there is nothing to apply by a click."""
    draft = queries.get_draft(office.id, draft_id)
    change = change_of(draft, number)
    steps = plan_way(office, draft, change) if change is not None and draft.state == "impossible" else None
    report: Any = draft.report or {}
    way = next((way for way in ways(report.get("conflict") or {}) if way.number == number), None)
    if not steps or way is None:
        flash(_("This way out cannot be applied by a click any more. Look at the draft again."), "info")
        return _to_draft(office, draft_id)
    return render_template(
        "roster/way_out.html", office=office, draft=draft, way=way, number=number, steps=steps
    )


@blueprint.post("/<int:number>")
@requires("rules.edit")
def apply(office: Office, draft_id: int, number: int) -> Response:
    """Change it, and queue the draft again: all of it or nothing."""
    with transaction():
        draft = queries.get_draft(office.id, draft_id)
        apply_way(office, draft, number, request.form.getlist("step"), current_user.name)
    flash(_("Changed as you confirmed. The draft is being built again."), "success")
    return _to_draft(office, draft_id)


@blueprint.post("/undo")
@requires("rules.edit")
def undo(office: Office, draft_id: int) -> Response:
    """Everything as it was before the way out, and the draft is built again."""
    with transaction():
        take_back(queries.get_draft(office.id, draft_id), current_user.name)
    flash(_("Taken back. The draft is being built again."), "success")
    return _to_draft(office, draft_id)


def _to_draft(office: Office, draft_id: int) -> Response:
    return redirect(url_for("building.progress", office_code=office.code, draft_id=draft_id))
