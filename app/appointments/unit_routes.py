"""A department says whether it attends an invited visit and whom it sends: by its link, or signed in, from a list."""

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import one_tap
from app.accounts.access import own_department_id, requires
from app.accounts.one_tap import OneTapLink
from app.appointments.bookable import find_session
from app.appointments.errors import VisitNotFound
from app.appointments.invitation_routes import asked_page, visit_of
from app.appointments.models import ReadinessItem, Visit
from app.appointments.queries import asked_of_department, contact_of, find_asked, find_visit, leader_of
from app.appointments.routes import attempt, blueprint, private_page
from app.appointments.rules.states import PLACED
from app.appointments.service import invitations, readiness
from app.core import clock
from app.core.database import db
from app.directory.models import Department, Office


@blueprint.route("/visit-attend", methods=["GET", "POST"])
@one_tap.required("attend")
def unit_attends(link: OneTapLink) -> Response | BaseResponse:
    """The page a link opens."""
    visit, contact = visit_of(link), contact_of(link.holder_id)
    if request.method == "POST":
        _answer(visit.id, contact.department_id)
        return redirect(url_for("visits.unit_attends", link=link.id), 303)
    return _page(visit, contact.department_id)


@blueprint.get("/our-sessions")
@requires("unit.answer")
def our_sessions() -> Response:
    """The sessions to come a department was told to attend, those without an answer first."""
    department = db.session.get_one(Department, own_department_id())
    office = db.session.get_one(Office, department.office_id)
    found = asked_of_department(department.id, clock.today(office.timezone))
    return private_page(
        "visits/our_sessions.html",
        office=office,
        department=department,
        lines=[
            (item, visit, find_session(office, visit.session_key), leader_of(visit)) for item, visit in found
        ],
        waiting=sum(item.answer == "open" for item, _visit in found),
        now=clock.now(),
    )


@blueprint.route("/our-sessions/<int:item_id>", methods=["GET", "POST"])
@requires("unit.answer")
def our_session(item_id: int) -> Response | BaseResponse:
    """One of them: the page the link opens."""
    item = find_asked(own_department_id(), item_id)
    visit = find_visit(item.visit_id) if item else None
    if item is None or visit is None or visit.purged_at is not None:
        raise VisitNotFound
    if request.method == "POST":
        _answer(visit.id, own_department_id())
        return redirect(url_for("visits.our_session", item_id=item_id), 303)
    return _page(visit, own_department_id(), base="visits/signed_in.html")


def _answer(visit_id: int, department_id: int) -> None:
    yes, person = request.form.get("answer") == "yes", request.form.get("person", "").strip()

    def change() -> None:
        visit = find_visit(visit_id)
        if visit is None:
            raise VisitNotFound
        invitations.acknowledge(visit, department_id, yes, person)

    attempt(change, _("Thank you: your answer was recorded."))


def _page(visit: Visit, department_id: int, base: str = "visits/public.html") -> Response:
    mine: list[ReadinessItem] = [i for i in readiness.items_of(visit) if i.department_id == department_id]
    asked = bool(mine) and visit.state in PLACED
    return asked_page(visit, "department", asked, item=mine[0] if mine else None, base=base)
