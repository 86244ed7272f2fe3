"""The day at the desk: who is expected, walk-ins, tickets, calling, the reception."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, request, session, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import audit
from app.accounts.access import requires
from app.accounts.audit import actor_name
from app.appointments import words
from app.appointments.bookable import Planned, find_session, matter_options, planned_between, policy_of
from app.appointments.codes import clean_reference
from app.appointments.entry_routes import SLIP_CODE
from app.appointments.errors import VisitNotFound
from app.appointments.forms import WalkInForm
from app.appointments.inviting import for_idle
from app.appointments.models import Visit
from app.appointments.queries import (
    day_of_session,
    empty_sessions,
    find_by_reference,
    get_visit,
    leaders_by_id,
    leaders_without_visit,
    who_come_later,
)
from app.appointments.queue_routes import VISIT
from app.appointments.routes import attempt, back_to, blueprint, private_page
from app.appointments.rules import people
from app.appointments.rules.states import ON_THE_DAY
from app.appointments.service import day as day_service
from app.appointments.service import records, resident
from app.core import clock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.web.language import in_language

# What a button of the desk does, and what is said when it is done.
_STEPS: dict[str, tuple[Callable[[Visit, str], None], LazyString]] = {
    "check-in": (day_service.check_in, _l("%(reference)s is here, with ticket %(ticket)s.")),
    "call": (day_service.call, _l("Ticket %(ticket)s is called; the lobby screen shows it.")),
    "begin": (day_service.begin, _l("%(reference)s is with the leader.")),
    "end": (day_service.end, _l("The reception of %(reference)s has ended.")),
    "no-show": (day_service.no_show, _l("%(reference)s did not come; the place is free.")),
    "late": (resident.run_late, _l("%(reference)s comes later; the place is kept.")),
}


@blueprint.get("/offices/<office_code>/visits/today")
@requires("visits.view")
def day(office: Office) -> Response:
    """The sessions of today with their visits, by state; what to do next is one button."""
    return _day_page(office, _walk_in_form(office))


@blueprint.post("/offices/<office_code>/visits/today")
@requires("visits.edit")
def walk_in(office: Office) -> Response | BaseResponse:
    """Register somebody who stands at the desk."""
    form = _walk_in_form(office)
    if form.validate_on_submit():
        try:
            with transaction():
                visit, code = day_service.register_walk_in(office, form.request(), actor_name())
            session[SLIP_CODE] = [visit.id, code]
            return redirect(url_for("visits.slip_of", office_code=office.code, visit_id=visit.id), 303)
        except RotaError as error:
            form.form_errors.append(error.text)
    return _day_page(office, form, 422)


@blueprint.post(f"{VISIT}/day/<step>")
@requires("visits.edit")
def day_step(office: Office, visit_id: int, step: str) -> BaseResponse:
    """Check in, call, begin, end, no-show, late."""
    if step in _STEPS:
        _take(office, visit_id, step)
    if request.form.get("to") == "visit":
        return back_to(office, visit_id)
    return redirect(url_for("visits.day", office_code=office.code), 303)


@blueprint.post("/offices/<office_code>/visits/check-in")
@requires("visits.edit")
def check_in(office: Office) -> BaseResponse:
    """The slip's QR code was read into the field, or its reference typed: whoever brings it is here."""
    reference = clean_reference(request.form.get("reference", ""))
    visit = find_by_reference(office.id, reference)
    if visit is None:
        flash(in_language(VisitNotFound().text), "error")
    elif visit.state in ON_THE_DAY and visit.on_date == clock.today(office.timezone):
        said = _(
            "%(reference)s is here already, with ticket %(ticket)s.", reference=reference, ticket=visit.ticket
        )
        flash(said, "info")
    else:
        _take(office, visit.id, "check-in")
    return redirect(url_for("visits.day", office_code=office.code), 303)


@blueprint.post("/offices/<office_code>/visits/empty")
@requires("visits.edit")
def close_empty(office: Office) -> BaseResponse:
    """One tap: nobody came to this session, and it counts."""
    key = request.form.get("session_key", "")[:72]
    attempt(
        lambda: day_service.close_empty(office, key, actor_name()),
        _("Recorded: the session had no visitors."),
    )
    return redirect(url_for("visits.day", office_code=office.code), 303)


@blueprint.post("/offices/<office_code>/visits/brief")
@requires("visits.reveal")
def brief(office: Office) -> Response:
    """The sheet for the leader, with names; that it was made is written down."""
    key = request.form.get("session_key", "")[:72]
    with transaction():
        audit.record("visit.brief", f"session {key}", office.id)
    visits = [visit for visit in day_of_session(office.id, [key]) if visit.state not in ("closed", "no_show")]
    return private_page(
        "visits/brief.html",
        office=office,
        planned=find_session(office, key),
        visits=visits,
        records=records.final_of(visits),
        leaders=leaders_by_id(visit.leader_id for visit in visits),
        words=words,
        people=people,
    )


def _take(office: Office, visit_id: int, step: str) -> None:
    verb, said = _STEPS[step]
    if attempt(lambda: verb(get_visit(office.id, visit_id), actor_name())):
        visit = get_visit(office.id, visit_id)
        flash(str(said) % {"reference": visit.reference, "ticket": visit.ticket}, "success")


def _walk_in_form(office: Office) -> WalkInForm:
    form = WalkInForm()
    form.offer_matters(matter_options(office))
    form.offer_sessions(_today(office))
    return form


def _today(office: Office) -> list[Planned]:
    today = clock.today(office.timezone)
    return planned_between(office, today, today, policy_of(office.id))


def _day_page(office: Office, form: WalkInForm, status: int = 200) -> Response:
    planned = _today(office)
    keys = [plan.session.key for plan in planned]
    visits = day_of_session(office.id, keys)
    now = clock.now().astimezone(ZoneInfo(office.timezone))
    closed = empty_sessions(office.id, keys)
    running = [p for p in planned if p.starts_at <= now < p.ends_at and p.session.key not in closed]
    idle = leaders_without_visit(running, visits)
    return private_page(
        "visits/day.html",
        status,
        office=office,
        form=form,
        planned=planned,
        visits=visits,
        later=who_come_later(visits),
        empty=closed,
        leaders=leaders_by_id(visit.leader_id for visit in visits),
        idle=for_idle(office, idle),
        now=now,
        words=words,
        people=people,
    )
