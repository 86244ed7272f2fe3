"""What a resident does by reference and code: see, answer, move, wait, give up, add papers, print the slip."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.appointments import holder
from app.appointments.bookable import find_session, list_offers, policy_of
from app.appointments.codes import clean_reference
from app.appointments.errors import WrongCode
from app.appointments.models import Visit
from app.appointments.public_routes import SHOWN
from app.appointments.queries import leader_of
from app.appointments.routes import blueprint, private_page
from app.appointments.rules.matching import Matter, best_first, without
from app.appointments.rules.states import RESIDENT_MAY_CHANGE
from app.appointments.seats import held_until
from app.appointments.service import papers, resident
from app.appointments.service.readiness import was_told
from app.appointments.service.tries import count_try
from app.appointments.slips import check_in_code
from app.core import clock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.directory.queries import get_office
from app.web.access import public
from app.web.language import in_language

View = TypeVar("View", bound=Callable[..., Any])
_TRIES_PER_REFERENCE = 10  # an hour
_TRIES_PER_ADDRESS = 60


@blueprint.route("/o/<office_code>/visit", methods=["GET", "POST"])
@public
def find(office_code: str) -> Response | BaseResponse:
    """Ask for reference and code."""
    office = get_office(office_code)
    if request.method == "GET":
        return private_page("visits/find.html", office=office, reference="", problem="")
    reference, code = request.form.get("reference", ""), request.form.get("code", "")
    try:
        with transaction():
            count_try("code from", request.remote_addr or "", _TRIES_PER_ADDRESS)
            count_try("code of", f"{office.id}/{clean_reference(reference)}", _TRIES_PER_REFERENCE)
        visit = holder.find_by_code(office.id, reference, code)
    except RotaError as error:
        problem = in_language(error.text)
        return private_page(
            "visits/find.html", error.status, office=office, reference=reference[:20], problem=problem
        )
    holder.hold(visit, code)
    session.pop("visit_is_new", None)
    return _to_mine(office)


def holding(view: View) -> View:
    """A browser that holds no visit is asked for reference and code instead."""

    @wraps(view)
    def guarded(office_code: str, **values: Any) -> Any:
        try:
            return view(office_code, **values)
        except WrongCode:
            return redirect(url_for("visits.find", office_code=office_code), 303)

    return cast(View, guarded)


@blueprint.get("/o/<office_code>/visit/mine")
@public
@holding
def mine(office_code: str) -> Response:
    """Where the visit stands, and what can be done about it."""
    office = get_office(office_code)
    visit = holder.get_held(office.id)
    return private_page(
        "visits/mine.html",
        office=office,
        visit=visit,
        code=holder.held_code(),
        is_new=bool(session.get("visit_is_new")),
        planned=find_session(office, visit.session_key),
        leader=leader_of(visit),
        until=held_until(visit),
        today=visit.on_date == clock.today(office.timezone),
        may_change=visit.state in RESIDENT_MAY_CHANGE,
        asked_anew=visit.state == "consent_asked" and was_told(visit),
    )


@blueprint.get("/o/<office_code>/visit/slip")
@public
@holding
def slip(office_code: str) -> Response:
    """The slip to print: reference, code, when, where, and the QR code for the desk."""
    office = get_office(office_code)
    visit = holder.get_held(office.id)
    return private_page(
        "visits/slip.html",
        office=office,
        visit=visit,
        code=holder.held_code(),
        planned=find_session(office, visit.session_key),
        leader=leader_of(visit),
        qr=check_in_code(visit),
    )


@blueprint.get("/o/<office_code>/visit/other")
@public
@holding
def other_sessions(office_code: str) -> Response | BaseResponse:
    """Sessions to move to, those of fitting leaders first; full ones have a waiting list."""
    office = get_office(office_code)
    visit, policy = holder.get_held(office.id), policy_of(office.id)
    if visit.state not in RESIDENT_MAY_CHANGE:
        return _to_mine(office)
    matter = Matter(visit.township, visit.sector, visit.project)
    offers = without(list_offers(office, matter, policy), resident.recused_leaders(visit))
    fitting = best_first(offers, matter)
    rest = [offer for offer in offers if offer not in fitting]
    shown = [offer for offer in (*fitting, *rest) if offer.session_key != visit.session_key]
    return private_page(
        "visits/other.html", office=office, visit=visit, policy=policy, offers=shown[: 2 * SHOWN]
    )


@blueprint.post("/o/<office_code>/visit/move")
@public
@holding
def move(office_code: str) -> BaseResponse:
    """Change to another session, or join its waiting list."""
    key, leader_id = request.form.get("session_key", "")[:72], request.form.get("leader_id", type=int)
    if request.form.get("waiting"):
        return _change(
            office_code, lambda visit: resident.wait(visit, key, leader_id), _("You are on the waiting list.")
        )
    return _change(
        office_code, lambda visit: resident.move(visit, key, leader_id), _("Your visit was moved.")
    )


@blueprint.post("/o/<office_code>/visit/accept")
@public
@holding
def accept(office_code: str) -> BaseResponse:
    """Yes to an offer or an invitation."""
    return _change(office_code, resident.accept, _("Thank you: the place is yours."))


@blueprint.post("/o/<office_code>/visit/decline")
@public
@holding
def decline(office_code: str) -> BaseResponse:
    """No to an offer or an invitation."""
    return _change(
        office_code, resident.decline, _("Thank you for telling us. The place goes on to somebody else.")
    )


@blueprint.route("/o/<office_code>/visit/cancel", methods=["GET", "POST"])
@public
@holding
def cancel(office_code: str) -> Response | BaseResponse:
    """Asks first, then gives the visit up."""
    if request.method == "POST":
        return _change(
            office_code,
            resident.cancel,
            _("Your visit is cancelled and the place is free for somebody else."),
        )
    office = get_office(office_code)
    visit = holder.get_held(office.id)
    if visit.state not in RESIDENT_MAY_CHANGE:
        return _to_mine(office)
    return private_page("visits/cancel.html", office=office, visit=visit)


@blueprint.post("/o/<office_code>/visit/late")
@public
@holding
def late(office_code: str) -> BaseResponse:
    """Tell the desk that it will be later."""
    return _change(office_code, resident.run_late, _("The desk knows that you will be late."))


@blueprint.post("/o/<office_code>/visit/papers")
@public
@holding
def add_paper(office_code: str) -> BaseResponse:
    """Add a file; refused ones say why."""
    sent = request.files.get("paper")
    name, data = (sent.filename or "", sent.read()) if sent else ("", b"")
    if not name:
        flash(_("Please choose a file first."), "warning")
        return _to_mine(get_office(office_code))
    return _change(office_code, lambda visit: papers.add(visit, name, data), _("The file was added."))


@blueprint.post("/o/<office_code>/visit/papers/<int:attachment_id>/remove")
@public
@holding
def remove_paper(office_code: str, attachment_id: int) -> BaseResponse:
    """Take a file away."""
    return _change(
        office_code,
        lambda visit: papers.remove(visit, papers.get(visit, attachment_id)),
        _("The file was removed."),
    )


@blueprint.post("/o/<office_code>/visit/leave")
@public
def leave(office_code: str) -> BaseResponse:
    """Forget the visit on this device."""
    holder.let_go()
    session.pop("visit_is_new", None)
    return redirect(url_for("visits.find", office_code=get_office(office_code).code), 303)


def _change(office_code: str, verb: Callable[[Visit], object], said: str) -> BaseResponse:
    """One step of the visit this browser holds; a refusal is said on its page."""
    office = get_office(office_code)
    holder.get_held(office.id)
    try:
        with transaction():
            verb(holder.get_held(office.id))
    except WrongCode:
        raise  # `holding` asks for the code again
    except RotaError as error:
        flash(in_language(error.text), "error")
    else:
        flash(said, "success")
    return _to_mine(office)


def _to_mine(office: Office) -> BaseResponse:
    return redirect(url_for("visits.mine", office_code=office.code), 303)
