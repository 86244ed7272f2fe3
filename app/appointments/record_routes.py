"""The reception record: typed, finished, read, corrected. Whoever reads or prints a finished one is written down."""

from collections.abc import Callable

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.access import requires
from app.accounts.audit import actor_name
from app.appointments.errors import VisitNotFound
from app.appointments.forms import CorrectionForm, RecordForm
from app.appointments.models import ReceptionRecord
from app.appointments.queries import get_visit, leader_of
from app.appointments.queue_routes import VISIT
from app.appointments.routes import blueprint, private_page
from app.appointments.service import records
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.web.language import in_language


@blueprint.route(f"{VISIT}/record", methods=["GET", "POST"])
@requires("visits.edit")
def record(office: Office, visit_id: int) -> Response | BaseResponse:
    """What was said; drafts are saved while somebody types, and survive a closed browser."""
    visit = get_visit(office.id, visit_id)
    kept = records.find(visit)
    form = RecordForm(said=kept.said if kept else "", version=str(kept.version if kept else 0))
    if form.validate_on_submit():
        finish = request.form.get("finish") is not None
        verb = records.finish if finish else records.save_draft
        saved = _try(
            form,
            lambda: verb(get_visit(office.id, visit_id), form.said.data or "", form.seen(), actor_name()),
        )
        if request.headers.get("X-Autosave") == "1":
            return jsonify(version=saved.version) if saved else _told(form)
        if saved:
            return redirect(_at("visits.show" if finish else "visits.record", office, visit_id), 303)
    elif request.method == "GET" and kept is not None and kept.state == "final":
        _write_down(office, visit_id)
    return _page("visits/record.html", office, visit_id, form)


@blueprint.route(f"{VISIT}/record/correct", methods=["GET", "POST"])
@requires("visits.reveal")
def correct_record(office: Office, visit_id: int) -> Response | BaseResponse:
    """Put a finished record right, with the reason; the earlier text stays readable beside it."""
    visit = get_visit(office.id, visit_id)
    kept = records.find(visit)
    if kept is None or kept.state != "final" or visit.purged_at is not None:
        raise VisitNotFound
    form = CorrectionForm(said=kept.said, version=str(kept.version))
    if form.validate_on_submit():
        said, reason = form.said.data, form.reason.data.strip()
        if _try(
            form,
            lambda: records.correct(get_visit(office.id, visit_id), said, reason, form.seen(), actor_name()),
        ):
            flash(_("The record is corrected; the earlier text stays readable below it."), "success")
            return redirect(_at("visits.record", office, visit_id), 303)
    elif request.method == "GET":
        _write_down(office, visit_id)
    return _page("visits/record_correct.html", office, visit_id, form)


def _page(template: str, office: Office, visit_id: int, form: RecordForm) -> Response:
    visit = get_visit(office.id, visit_id)
    kept = records.find(visit)
    if form.form_errors and kept is not None:
        form.version.data = str(
            kept.version
        )  # what others wrote is shown beside it: saving again is deliberate
    status = 409 if form.form_errors else 422 if form.errors else 200
    return private_page(
        template,
        status,
        office=office,
        visit=visit,
        form=form,
        kept=kept,
        leader=leader_of(visit),
        corrections=records.corrections(visit),
    )


def _try(form: RecordForm, verb: Callable[[], ReceptionRecord]) -> ReceptionRecord | None:
    try:
        with transaction():
            return verb()
    except RotaError as error:
        form.form_errors.append(error.text)
        return None


def _told(form: RecordForm) -> Response:
    answer = jsonify(error=in_language(form.form_errors[0]))
    answer.status_code = 409
    return answer


def _write_down(office: Office, visit_id: int) -> None:
    with transaction():
        records.note_look(get_visit(office.id, visit_id))


def _at(endpoint: str, office: Office, visit_id: int) -> str:
    return url_for(endpoint, office_code=office.code, visit_id=visit_id)
