"""Inviting, the readiness board, and the one-tap page where the leader answers."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import one_tap
from app.accounts.access import requires
from app.accounts.audit import actor_name
from app.accounts.one_tap import OneTapLink
from app.appointments import words
from app.appointments.bookable import find_session, get_planned, policy_of
from app.appointments.errors import ChooseMatters, VisitNotFound
from app.appointments.inviting import candidates, coming_sessions, lamp_of, suggested
from app.appointments.models import ReadinessItem, Visit
from app.appointments.queries import board_of, find_visit, get_visit, leader_of
from app.appointments.queue_routes import VISIT
from app.appointments.routes import attempt, back_to, blueprint, private_page
from app.appointments.rules import people
from app.appointments.rules.states import INVITED_AT_ONCE
from app.appointments.screening_routes import asked_session
from app.appointments.seats import taken_by_session
from app.appointments.service import invitations, readiness
from app.appointments.service.invitations import Chosen
from app.core import clock
from app.core.database import db
from app.directory.models import Office
from app.directory.queries import leaders_of, list_departments
from app.web.language import in_language


@blueprint.get("/offices/<office_code>/visits/board")
@requires("visits.view")
def board(office: Office) -> Response:
    """Every session to come with its invited visits: consent, departments, resident, papers; red where one is missing."""
    coming = coming_sessions(office)
    return private_page("visits/board.html", office=office, coming=coming, **_board_words(office))


@blueprint.get("/offices/<office_code>/visits/sessions/<session_key>")
@requires("visits.view")
def session_page(office: Office, session_key: str) -> Response:
    """A session to come: who is invited already, and the waiting matters that fit its leaders; pick one to three."""
    policy = policy_of(office.id)
    plan = get_planned(office, session_key, policy)
    fitting, picked = candidates(office, plan), request.args.getlist("visit", type=int)
    departments = [unit for unit in list_departments(office.id) if unit.closed_on is None]
    chosen = [one for one in fitting if one.visit.id in picked]
    too_many = not 1 <= len(chosen) <= INVITED_AT_ONCE and "visit" in request.args
    if too_many:
        flash(in_language(ChooseMatters().text), "error")
    board = [line for line in board_of(office.id, plan.session.on_date) if line[0].session_key == session_key]
    return private_page(
        "visits/session.html",
        office=office,
        plan=plan,
        policy=policy,
        taken=taken_by_session(office.id, [session_key]).get(session_key, 0),
        fitting=fitting,
        chosen=[] if too_many else chosen,
        picked=picked,
        board=board,
        units=departments,
        suggested={one.visit.id: suggested(departments, one.visit) for one in chosen},
        **_board_words(office),
    )


@blueprint.post("/offices/<office_code>/visits/sessions/<session_key>")
@requires("visits.edit")
def invite_chosen(office: Office, session_key: str) -> BaseResponse:
    """Ask the leaders about the matters that were picked, all or none."""
    chosen = [
        Chosen(
            visit_id,
            request.form.get(f"leader-{visit_id}", 0, type=int),
            tuple(request.form.getlist(f"department-{visit_id}", type=int)),
        )
        for visit_id in dict.fromkeys(request.form.getlist("visit", type=int))
    ]
    said = _("The leaders are asked for consent; the places are held.")
    done = attempt(
        lambda: invitations.invite_chosen(office, session_key, chosen, actor_name()),
        said,
    )
    again: dict[str, Any] = {} if done else {"visit": [one.visit_id for one in chosen]}
    return redirect(
        url_for("visits.session_page", office_code=office.code, session_key=session_key, **again), 303
    )


def _board_words(office: Office) -> dict[str, Any]:
    """What the lines of the board need to be written in words."""
    return {
        "leaders": {leader.id: leader for leader in leaders_of(office.id, None)},
        "departments": {unit.id: unit.name for unit in list_departments(office.id)},
        "now": clock.now(),
        "lamp_of": lamp_of,
        "as_line": readiness.as_line,
        "words": words,
        "people": people,
    }


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
    said = (
        _("Written down: the leader agrees; resident and units are told.")
        if yes
        else _("Written down: the leader does not agree; the matter waits again.")
    )
    attempt(lambda: invitations.consent(get_visit(office.id, visit_id), yes, actor_name()), said)
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
    visit = visit_of(link)
    if request.method == "POST":
        yes = request.form.get("answer") == "yes"
        leader = leader_of(visit)
        by = leader.name if leader else ""
        if visit.leader_id == link.holder_id:
            attempt(
                lambda: invitations.consent(visit_of(link), yes, by),
                _("Thank you: your answer was recorded."),
            )
        return redirect(url_for("visits.leader_consent", link=link.id), 303)
    mine = visit.leader_id == link.holder_id and visit.state == "consent_asked"
    return asked_page(visit, "leader", mine)


def asked_page(
    visit: Visit,
    part: str,
    asked: bool,
    item: ReadinessItem | None = None,
    base: str = "visits/public.html",
) -> Response:
    """The page where leader or department (`part`) answers; `item` holds what the department said before."""
    office = db.session.get_one(Office, visit.office_id)
    return private_page(
        "visits/asked.html",
        office=office,
        visit=visit,
        planned=find_session(office, visit.session_key),
        part=part,
        asked=asked,
        leader=leader_of(visit),
        item=item,
        base=base,
    )


def visit_of(link: OneTapLink) -> Visit:
    """The visit a link is about ("visit:12"). Raises VisitNotFound."""
    number = link.subject.partition(":")[2]
    visit = find_visit(int(number)) if number.isdigit() else None
    if visit is None or visit.purged_at is not None:
        raise VisitNotFound
    return visit
