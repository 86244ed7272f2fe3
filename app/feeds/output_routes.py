"""Everything that can be made of a revision, on one page: to copy, download or print."""

from io import BytesIO

from flask import (
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from app.accounts import audit
from app.accounts.access import requires
from app.calendar.queries import working_calendar
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.directory.queries import list_offices, office_path
from app.feeds import pages, queries
from app.feeds.embedding import parse_sites
from app.feeds.models import FeedSettings
from app.feeds.notices import service as notices
from app.feeds.notices.rendering import plain_text, render_notice
from app.feeds.notices.values import CHANGE, KINDS, PLAIN, ROW, kinds_of, notice_values
from app.feeds.public_state import local_now
from app.feeds.revision_routes import SESSIONS_SHOWN
from app.feeds.routes import blueprint
from app.feeds.static_site import archive_parts
from app.roster.published.sessions import Roll

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAPERS = ("a4", "a3")


class OutputSettingsForm(FlaskForm):  # type: ignore[misc]
    """What an office decides about its outputs."""

    embed_sites = StringField(_l("Sites that may show the snippet"), validators=[Length(max=400)])
    visit_details = BooleanField(
        _l("Leaders' calendars say which townships and sectors accepted visits are about")
    )
    public_excel = BooleanField(_l("Residents may download the year as an Excel table"))


@blueprint.get("/offices/<office_code>/revisions/<int:number>/outputs")
@requires("roster.view")
def outputs(office: Office, number: int) -> str:
    """All outputs of one revision."""
    return _outputs_page(office, number)


@blueprint.get("/offices/<office_code>/outputs")
@requires("roster.view")
def newest_outputs(office: Office) -> Response | str:
    """The outputs of the newest revision."""
    roll = queries.publication(office).roll
    if roll is None:
        return render_template("feeds/outputs.html", office=office, roll=None)
    return redirect(url_for("feeds.outputs", office_code=office.code, number=roll.newest.number))


@blueprint.post("/offices/<office_code>/outputs/settings")
@requires("roster.publish")
def change_outputs(office: Office) -> Response | tuple[str, int]:
    """Which sites may show the snippet, and how much leaders' calendars say."""
    form = OutputSettingsForm()
    try:
        sites = parse_sites(form.embed_sites.data or "")
    except RotaError as error:
        form.embed_sites.errors = [error.text]
        return _outputs_page(office, _roll(office).newest.number, form), 400
    with transaction():
        row = db.session.get(FeedSettings, office.id) or FeedSettings(office_id=office.id, version=0)
        row.embed_sites, row.visit_details = sites, bool(form.visit_details.data)
        row.public_excel, row.version = bool(form.public_excel.data), (row.version or 0) + 1
        db.session.add(row)
        after = {"sites": sites, "details": row.visit_details, "excel": row.public_excel}
        audit.record("outputs.settings", f"office:{office.id}", office.id, after=after)
    flash(_("Saved."), "success")
    return redirect(url_for("feeds.newest_outputs", office_code=office.code))


@blueprint.get("/offices/<office_code>/revisions/<int:number>/notice/<kind>.docx")
@requires("roster.view")
def notice(office: Office, number: int, kind: str) -> Response:
    """A notice of a revision as a Word file."""
    if kind not in KINDS:
        abort(404)
    content = render_notice(notices.template_bytes(office, kind), _values(office, number))
    return _word(content, f"{office.code}-r{number}-{kind}.docx")


@blueprint.get("/offices/<office_code>/revisions/<int:number>/print")
@requires("roster.view")
def print_sheet(office: Office, number: int) -> str:
    """The revision on A4 or A3 sheets, with its number and time on every page."""
    roll = _roll(office, number)
    paper = request.args.get("paper", "a4")
    if paper not in PAPERS:
        abort(404)
    edition, then = roll.edition(number), pages.as_of(roll, number)
    return render_template(
        "feeds/print.html",
        office=office,
        edition=edition,
        paper=paper,
        sessions=[s for s in then.between(edition.first_day, edition.last_day) if s.status != "cancelled"],
        provisional=then.provisional,
        successor=pages.superseded_by(roll, number),
    )


@blueprint.get("/offices/<office_code>/outputs/site.zip")
@requires("roster.view")
def site_archive(office: Office) -> Response:
    """The public pages as an archive, sent while it is made: this office, or with those below it."""
    below = "below" in request.args
    wanted = [
        one for one in list_offices() if one.id == office.id or (below and office.id in office_path(one))
    ]
    headers = {
        "Content-Disposition": f"attachment; filename={office.code}-site.zip",
        "Cache-Control": "no-store",
    }
    parts = stream_with_context(archive_parts(wanted))
    return Response(parts, content_type="application/zip", headers=headers)


@blueprint.get("/offices/<office_code>/notice-templates")
@requires("roster.view")
def notice_templates(office: Office) -> str:
    """The templates of notices, and what may stand in them."""
    return _templates_page(office)


@blueprint.post("/offices/<office_code>/notices/<kind>")
@requires("roster.publish")
def upload_template(office: Office, kind: str) -> Response | tuple[str, int]:
    """Check a template and show what it makes, before it is used."""
    file = request.files.get("file")
    if kind not in KINDS:
        abort(404)
    try:
        if file is None or not file.filename:
            raise RotaError("请选择一个 .docx 文件。", "Choose a .docx file.")
        with transaction():
            row = notices.upload(office, kind, file.filename, file.read())
    except RotaError as error:
        return _templates_page(office, kind, error), 400
    return redirect(url_for("feeds.preview_template", office_code=office.code, template_id=row.id))


@blueprint.get("/offices/<office_code>/notices/templates/<int:template_id>")
@requires("roster.publish")
def preview_template(office: Office, template_id: int) -> str:
    """What the newest revision looks like in a template."""
    row = notices.get_template(office, template_id)
    roll = queries.publication(office).roll
    text = plain_text(render_notice(row.content, _values(office, roll.newest.number))) if roll else []
    return render_template("feeds/notice_preview.html", office=office, template=row, lines=text, kinds=KINDS)


@blueprint.post("/offices/<office_code>/notices/templates/<int:template_id>/use")
@requires("roster.publish")
def use_template(office: Office, template_id: int) -> Response:
    """Use a template from now on."""
    with transaction():
        notices.use(office, notices.get_template(office, template_id))
    flash(_("Notices are made from the new template from now on."), "success")
    return redirect(url_for("feeds.notice_templates", office_code=office.code))


@blueprint.post("/offices/<office_code>/notices/<kind>/default")
@requires("roster.publish")
def default_again(office: Office, kind: str) -> Response:
    """Back to the default template."""
    with transaction():
        notices.withdraw(office, kind)
    flash(_("The default template is used again."), "success")
    return redirect(url_for("feeds.notice_templates", office_code=office.code))


@blueprint.get("/offices/<office_code>/notices/<kind>.docx")
@requires("roster.view")
def download_template(office: Office, kind: str) -> Response:
    """The template in use, to change it in Word."""
    if kind not in KINDS:
        abort(404)
    return _word(notices.template_bytes(office, kind), f"template-{kind}.docx")


def _roll(office: Office, number: int = 1) -> Roll:
    roll = queries.publication(office).roll
    if roll is None or not 1 <= number <= roll.newest.number:
        abort(404)
    return roll


def _values(office: Office, number: int) -> dict[str, object]:
    site = current_app.extensions["settings"].public_url
    names = {
        "单位": office.name,
        "电话": office.phone,
        "地址": office.address,
        "网址": f"{site}/o/{office.code}",
    }
    return notice_values(names, office.timezone, _roll(office, number), number)


def _outputs_page(office: Office, number: int, form: OutputSettingsForm | None = None) -> str:
    roll = _roll(office, number)
    now = local_now(office)
    settings = queries.settings_of(office)
    coming = pages.next_sessions(roll, working_calendar(office), now.date(), now.time(), SESSIONS_SHOWN)
    site = current_app.extensions["settings"].public_url
    frame = render_template(
        "feeds/snippet_frame.html", office=office, address=f"{site}/o/{office.code}/embed"
    )
    return render_template(
        "feeds/outputs.html",
        office=office,
        roll=roll,
        edition=roll.edition(number),
        successor=pages.superseded_by(roll, number),
        notice_kinds={kind: KINDS[kind] for kind in kinds_of(roll, number)},
        site=site,
        frame=frame.strip(),
        snippet=render_template(
            "feeds/snippet.html", office=office, sessions=coming, site=site, roll=roll
        ).strip(),
        form=form or OutputSettingsForm(obj=settings),
    )


def _templates_page(office: Office, kind: str = "", error: RotaError | None = None) -> str:
    return render_template(
        "feeds/notice_templates.html",
        office=office,
        kinds=KINDS,
        own={row.kind: row for row in notices.templates_in_use(office)},
        wrong=kind,
        error=error,
        plain=PLAIN,
        lists={"场次": ROW, "变更": CHANGE},
    )


def _word(content: bytes, name: str) -> Response:
    return send_file(BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=name)
