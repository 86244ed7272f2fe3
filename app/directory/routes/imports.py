"""Import of leaders in the browser: upload, preview row by row, confirm. Nothing is written before that."""

import structlog
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from app.accounts.access import requires
from app.core import clock
from app.core.database import transaction
from app.directory import queries
from app.directory.blueprint import Page, blueprint, done
from app.directory.errors import UploadGone
from app.directory.export import XLSX
from app.directory.forms import UploadForm
from app.directory.import_rules import plan_hash
from app.directory.importing.errors import FileRefused
from app.directory.importing.plan import Action, ImportPlan, PlanRow
from app.directory.importing.reader import read_file
from app.directory.importing.template import template_file
from app.directory.models import ImportUpload, Office
from app.directory.service import imports as service
from app.directory.service.imports import Applied
from app.web.language import current_locale, in_language

log = structlog.get_logger("directory")
UPLOAD = "/offices/<office_code>/leaders/import/<key>"
ACTIONS: tuple[Action, ...] = ("add", "change", "keep", "refuse")


@blueprint.get("/offices/<office_code>/leaders/template.xlsx")
@requires("directory.view")
def template(office: Office) -> Response:
    """The spreadsheet to fill in."""
    response = make_response(template_file(current_locale()))
    response.mimetype = XLSX
    response.headers["Content-Disposition"] = 'attachment; filename="leaders-template.xlsx"'
    return response


@blueprint.route("/offices/<office_code>/leaders/import", methods=["GET", "POST"])
@requires("directory.edit")
def import_leaders(office: Office) -> Page:
    """Choose the file; it is read at once and kept, without being imported, for the preview."""
    form = UploadForm()
    if form.validate_on_submit():
        key = _keep(office, form)
        if key:
            return redirect(url_for("directory.preview_import", office_code=office.code, key=key))
    page = render_template("directory/import_upload.html", office=office, form=form)
    return (page, 422) if form.errors else page


def _keep(office: Office, form: UploadForm) -> str:
    file = form.file.data
    try:
        book = read_file(file.read())
    except FileRefused as refused:
        log.info("import refused", office=office.code, code=refused.code, detail=refused.detail)
        form.file.errors = [in_language(refused.text)]
        return ""
    with transaction():
        return service.keep_upload(office, current_user.id, file.filename or "", book).key


@blueprint.get(UPLOAD)
@requires("directory.edit")
def preview_import(office: Office, key: str) -> str:
    """What confirming would do, row by row."""
    upload = _get_upload(office, key)
    return _preview(office, upload, service.plan_upload(office, upload))


def _preview(office: Office, upload: ImportUpload, plan: ImportPlan) -> str:
    shown = request.args.get("show", "")
    rows: list[PlanRow] = [row for row in plan.rows if shown not in ACTIONS or row.action == shown]
    return render_template(
        "directory/import_preview.html",
        office=office,
        upload=upload,
        plan=plan,
        rows=rows,
        shown=shown if shown in ACTIONS else "",
        counts={action: plan.count(action) for action in ACTIONS},
        seen=plan_hash(plan),
        today=clock.today(office.timezone),
    )


@blueprint.post(UPLOAD)
@requires("directory.edit")
def confirm_import(office: Office, key: str) -> Page:
    """Write what the preview showed, all of it or nothing; another plan than the one seen is shown again."""
    _get_upload(office, key)
    with transaction():
        upload = _get_upload(office, key)
        plan, applied = service.apply_upload(office, upload, request.form.get("seen", ""))
        if applied is not None:
            service.discard_upload(upload)
    if applied is None:
        flash(
            _("The directory has changed since the preview. Nothing was written; please look again."),
            "warning",
        )
        return _preview(office, _get_upload(office, key), plan), 409
    done(_summary(applied))
    return redirect(url_for("directory.leaders", office_code=office.code))


def _summary(applied: Applied) -> str:
    sentence: str = _(
        "Imported: %(added)s added, %(changed)s changed, %(kept)s as they were, %(refused)s refused.",
        added=applied.added,
        changed=applied.changed,
        kept=applied.kept,
        refused=applied.refused,
    )
    return sentence


@blueprint.post(f"{UPLOAD}/discard")
@requires("directory.edit")
def discard_import(office: Office, key: str) -> Page:
    """Forget the file; after a refused one the next is chosen at once."""
    with transaction():
        service.discard_upload(_get_upload(office, key))
    if request.form.get("again"):
        return redirect(url_for("directory.import_leaders", office_code=office.code))
    done(_("The file was discarded. Nothing was imported."))
    return redirect(url_for("directory.leaders", office_code=office.code))


def _get_upload(office: Office, key: str) -> ImportUpload:
    upload = queries.find_upload(key, office.id, current_user.id, clock.now())
    if upload is None:
        raise UploadGone
    return upload
