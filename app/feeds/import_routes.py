"""A leader's own calendar as leave: choose, preview, confirm."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Leader, Office
from app.feeds import queries
from app.feeds.errors import LeaderUnknown
from app.feeds.own_calendar import fetching
from app.feeds.own_calendar.previewing import BadCalendar, keep, preview
from app.feeds.routes import blueprint


@blueprint.get("/offices/<office_code>/calendar-import")
@requires("rules.edit")
def import_calendar(office: Office) -> str:
    """Which leader, and which calendar."""
    return _form_page(office)


@blueprint.post("/offices/<office_code>/calendar-import")
@requires("rules.edit")
def preview_calendar(office: Office) -> str | tuple[str, int]:
    """What the calendar says, to be confirmed. Nothing is written."""
    try:
        leader = _leader(office)
        spans = preview(office, leader.id, _content())
    except RotaError as error:
        return _form_page(office, error), 400
    return render_template("feeds/import_preview.html", office=office, leader=leader, spans=spans)


@blueprint.post("/offices/<office_code>/calendar-import/confirm")
@requires("rules.edit")
def confirm_calendar(office: Office) -> Response:
    """Enter the chosen days as leave."""
    leader = _leader(office)
    with transaction():
        added = keep(office, leader.id, request.form.getlist("span"))
    flash(ngettext("%(num)s leave is entered.", "%(num)s leaves are entered.", added), "success")
    return redirect(url_for("absences.leader", office_code=office.code, leader_id=leader.id))


def _leader(office: Office) -> Leader:
    leader = queries.find_leader(office, request.form.get("leader_id", 0, type=int))
    if leader is None:
        raise LeaderUnknown
    return leader


def _content() -> bytes:
    file, url = request.files.get("file"), request.form.get("url", "").strip()
    if file is not None and file.filename:
        content: bytes = file.read(fetching.MOST_BYTES + 1)
        return content
    if url:
        return fetching.fetch(url)
    raise BadCalendar("请选择日历文件，或填写日历网址。", "Choose a calendar file, or write its address.")


def _form_page(office: Office, error: RotaError | None = None) -> str:
    return render_template(
        "feeds/import_calendar.html",
        office=office,
        leaders=queries.leaders_for_links(office),
        chosen=request.values.get("leader_id", 0, type=int),
        url=request.form.get("url", ""),
        error=error,
        title=_("A leader's calendar as leave"),
    )
