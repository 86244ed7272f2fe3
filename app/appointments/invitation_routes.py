"""Inviting, the readiness board, and the one-tap pages where leader and department answer."""

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import one_tap
from app.accounts.access import requires
from app.accounts.audit import actor_name
from app.accounts.one_tap import OneTapLink
from app.appointments import words
from app.appointments.errors import VisitNotFound
from app.appointments.models import Visit
from app.appointments.queries import board_of, contact_of, find_visit, get_visit, leader_of, leaders_by_id
from app.appointments.queue_routes import VISIT
from app.appointments.routes import attempt, back_to, blueprint, private_page
from app.appointments.rules import people
from app.appointments.screening_routes import asked_session
from app.appointments.service import invitations
from app.core import clock
from app.core.database import db
from app.directory.models import Office
from app.directory.queries import list_departments


@blueprint.get("/offices/<office_code>/visits/board")
@requires("visits.view")
def board(office: Office) -> Response:
    """Every invited visit to come: consent, departments, resident, papers; red where an answer is missing or no."""
    lines = board_of(office.id, clock.today(office.timezone))
    return private_page(
        "visits/board.html",
        office=office,
        lines=lines,
        leaders=leaders_by_id(visit.leader_id for visit, _items in lines),
        departments={d.id: d.name for d in list_departments(office.id)},
        now=clock.now(),
        words=words,
        people=people,
    )


@blueprint.post(f"{VISIT}/invite")
@requires("visits.edit")
def invite(office: Office, visit_id: int) -> BaseResponse:
    """Ask the leader whether this matter may be invited."""
    key, leader_id = asked_session()
    chosen = request.form.getlist("department", type=int)
    attempt(
        lambda: invitations.invite(get_visit(office.id, visit_id), key, leader_id or 0, chosen, actor_name()),
        _("The leader is asked for consent; the place is held."),
    )
    return back_to(office, visit_id)


@blueprint.post(f"{VISIT}/consent")
@requires("visits.edit")
def consent_by_staff(office: Office, visit_id: int) -> BaseResponse:
    """The leader answered by word of mouth; staff write it down."""
    yes = request.form.get("answer") == "yes"
    attempt(lambda: invitations.consent(get_visit(office.id, visit_id), yes, actor_name()))
    return redirect(url_for("visits.board", office_code=office.code), 303)


@blueprint.post(f"{VISIT}/nudge/<int:item_id>")
@requires("visits.edit")
def nudge(office: Office, visit_id: int, item_id: int) -> BaseResponse:
    """Ask a department again."""
    attempt(
        lambda: invitations.nudge(get_visit(office.id, visit_id), item_id),
        _("The department is asked again."),
    )
    return redirect(url_for("visits.board", office_code=office.code), 303)


@blueprint.route("/visit-consent", methods=["GET", "POST"])
@one_tap.required("consent")
def leader_consent(link: OneTapLink) -> Response | BaseResponse:
    """The leader says yes or no to an invitation."""
    visit = _visit_of(link)
    if request.method == "POST":
        yes = request.form.get("answer") == "yes"
        leader = leader_of(visit)
        by = leader.name if leader else ""
        attempt(
            lambda: invitations.consent(_visit_of(link), yes, by), _("Thank you: your answer was recorded.")
        )
        return redirect(url_for("visits.leader_consent", link=link.id), 303)
    mine = visit.leader_id == link.holder_id and visit.state == "consent_asked"
    return _asked_page(visit, "leader", mine)


@blueprint.route("/visit-attend", methods=["GET", "POST"])
@one_tap.required("attend")
def unit_attends(link: OneTapLink) -> Response | BaseResponse:
    """A department says whether it attends, and whom it sends."""
    visit, contact = _visit_of(link), contact_of(link.holder_id)
    if request.method == "POST":
        yes, person = request.form.get("answer") == "yes", request.form.get("person", "").strip()
        attempt(
            lambda: invitations.acknowledge(_visit_of(link), contact.department_id, yes, person),
            _("Thank you: your answer was recorded."),
        )
        return redirect(url_for("visits.unit_attends", link=link.id), 303)
    asked = any(item.department_id == contact.department_id for item in invitations.items_of(visit))
    return _asked_page(visit, "department", asked)


def _asked_page(visit: Visit, part: str, asked: bool) -> Response:
    return private_page(
        "visits/asked.html",
        office=db.session.get_one(Office, visit.office_id),
        visit=visit,
        part=part,
        asked=asked,
        leader=leader_of(visit),
    )


def _visit_of(link: OneTapLink) -> Visit:
    """The visit a link is about ("visit:12"). Raises VisitNotFound."""
    number = link.subject.partition(":")[2]
    visit = find_visit(int(number)) if number.isdigit() else None
    if visit is None or visit.purged_at is not None:
        raise VisitNotFound
    return visit
