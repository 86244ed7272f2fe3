"""Decisions about a visit: one small form each, on the page of the visit."""

import json
from collections.abc import Callable

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import audit
from app.accounts.access import requires
from app.accounts.audit import actor_name
from app.appointments.forms import IdentityForm
from app.appointments.models import Visit
from app.appointments.queries import get_visit
from app.appointments.queue_routes import VISIT
from app.appointments.routes import attempt, back_to, blueprint, private_page
from app.appointments.service import resident, retention, screening
from app.core.database import transaction
from app.directory.models import Office
from app.directory.queries import get_leader, get_office

_LONGEST = 2000


@blueprint.post(f"{VISIT}/place")
@requires("visits.edit")
def place(office: Office, visit_id: int) -> BaseResponse:
    """Confirm the place asked for, or place in another session."""
    key, leader_id = asked_session()
    if not key:
        return _choose_first(office, visit_id)
    return _decide(
        office,
        visit_id,
        lambda visit: screening.place(visit, key, leader_id, actor_name()),
        _("Placed and confirmed."),
    )


@blueprint.post(f"{VISIT}/offer")
@requires("visits.edit")
def offer(office: Office, visit_id: int) -> BaseResponse:
    """Hold a place in another session and ask the resident."""
    key, leader_id = asked_session()
    if not key:
        return _choose_first(office, visit_id)
    answer = asked_text("answer")
    return _decide(
        office,
        visit_id,
        lambda visit: screening.offer(visit, key, leader_id, actor_name(), answer),
        _("The place is held and the resident is asked."),
    )


@blueprint.post(f"{VISIT}/refuse")
@requires("visits.edit")
def refuse(office: Office, visit_id: int) -> BaseResponse:
    """Not placed, with the reason and the route."""
    reason, answer = asked_text("reason"), asked_text("answer")
    return _decide(
        office,
        visit_id,
        lambda visit: screening.refuse(visit, reason, answer, actor_name()),
        _("The resident is told the reason and the route."),
    )


@blueprint.post(f"{VISIT}/solve")
@requires("visits.edit")
def solve(office: Office, visit_id: int) -> BaseResponse:
    """Solved before the day."""
    answer = asked_text("answer")
    return _decide(
        office,
        visit_id,
        lambda visit: screening.solve(visit, answer, actor_name()),
        _("Closed as solved before the day."),
    )


@blueprint.post(f"{VISIT}/hand-on")
@requires("visits.edit")
def hand_on(office: Office, visit_id: int) -> BaseResponse:
    """Another office or level is right."""
    answer, code = asked_text("answer"), asked_text("to")
    return _decide(
        office,
        visit_id,
        lambda visit: screening.hand_on(visit, get_office(code), answer, actor_name()),
        _("The resident is told which office is right."),
    )


@blueprint.post(f"{VISIT}/same")
@requires("visits.edit")
def same(office: Office, visit_id: int) -> BaseResponse:
    """The same request as another visit."""
    other = request.form.get("other", 0, type=int)
    return _decide(
        office,
        visit_id,
        lambda visit: screening.mark_same(visit, get_visit(office.id, other), actor_name()),
        _("Closed: the first request goes on."),
    )


@blueprint.post(f"{VISIT}/recuse")
@requires("visits.edit")
def recuse(office: Office, visit_id: int) -> BaseResponse:
    """A leader has a direct interest."""
    leader_id, reason = request.form.get("leader_id", 0, type=int), asked_text("why")
    return _decide(
        office,
        visit_id,
        lambda visit: screening.recuse(visit, get_leader(leader_id), reason, actor_name()),
        _("The leader is recused from this visit."),
    )


@blueprint.post(f"{VISIT}/recusals/<int:recusal_id>/lift")
@requires("visits.edit")
def lift_recusal(office: Office, visit_id: int, recusal_id: int) -> BaseResponse:
    """Take a recusal back."""
    return _decide(
        office,
        visit_id,
        lambda visit: screening.lift_recusal(visit, recusal_id),
        _("The recusal was taken back."),
    )


@blueprint.post(f"{VISIT}/cancel")
@requires("visits.edit")
def cancel_for(office: Office, visit_id: int) -> BaseResponse:
    """The resident asked at the desk or by telephone."""
    return _decide(
        office,
        visit_id,
        lambda visit: resident.cancel(visit, actor_name()),
        _("Cancelled; the place is free again."),
    )


@blueprint.post(f"{VISIT}/reopen")
@requires("visits.edit")
def reopen(office: Office, visit_id: int) -> BaseResponse:
    """Take a decision back."""
    return _decide(
        office,
        visit_id,
        lambda visit: screening.reopen(visit, actor_name()),
        _("Taken back: the request waits for a decision again."),
    )


@blueprint.post(f"{VISIT}/export")
@requires("visits.reveal")
def export(office: Office, visit_id: int) -> Response:
    """A copy of everything kept about the resident, on request."""
    with transaction():
        visit = get_visit(office.id, visit_id)
        text, name = json.dumps(retention.export(visit), ensure_ascii=False, indent=1), visit.reference
    response = Response(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route(f"{VISIT}/forget", methods=["GET", "POST"])
@requires("visits.edit")
def forget(office: Office, visit_id: int) -> str | BaseResponse:
    """Delete the personal data of a visit that has ended, on request; asks first."""
    if request.method == "POST":
        return _decide(
            office,
            visit_id,
            lambda visit: retention.forget(visit, actor_name()),
            _("The personal data of this visit was removed."),
        )
    return render_template(
        "confirm.html",
        title=_("Remove the personal data?"),
        sentence=_(
            "Name, document, phone, account, papers and the record are deleted for good; the figures stay."
        ),
        label=_("Remove for good"),
        back=url_for("visits.show", office_code=office.code, visit_id=visit_id),
        danger=True,
    )


@blueprint.route(f"{VISIT}/correct", methods=["GET", "POST"])
@requires("visits.reveal")
def correct(office: Office, visit_id: int) -> Response | BaseResponse:
    """Put name, document number or phone right."""
    visit = get_visit(office.id, visit_id)
    form = IdentityForm(obj=visit)
    if form.validate_on_submit():
        name, number, phone = form.name.data, form.document_number.data or "", form.phone.data or ""
        return _decide(
            office, visit_id, lambda visit: retention.correct(visit, name, number, phone), _("Saved.")
        )
    if request.method == "GET":
        with transaction():
            audit.record("visit.reveal", f"visit {visit.reference}", office.id)
        visit = get_visit(office.id, visit_id)
    return private_page(
        "visits/correct.html", 422 if form.errors else 200, office=office, visit=visit, form=form
    )


def asked_session() -> tuple[str, int | None]:
    """The session and leader chosen in a list, "key|leader id"."""
    key, _mark, leader = request.form.get("session", "").rpartition("|")
    return key[:72], int(leader) if leader.isdigit() and len(leader) < 10 else None


def asked_text(name: str) -> str:
    """A field of the form, trimmed."""
    return request.form.get(name, "").strip()[:_LONGEST]


def _choose_first(office: Office, visit_id: int) -> BaseResponse:
    flash(_("Choose a session first."), "warning")
    return back_to(office, visit_id)


def _decide(office: Office, visit_id: int, verb: Callable[[Visit], object], said: str) -> BaseResponse:
    attempt(lambda: verb(get_visit(office.id, visit_id)), said)
    return back_to(office, visit_id)
