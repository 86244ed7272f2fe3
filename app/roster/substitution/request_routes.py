"""The page of one request, and what staff do about it."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.core.database import db
from app.core.errors import NotFound
from app.directory.models import Office
from app.roster.substitution import queries, service
from app.roster.substitution.blueprint import actor, attempt, blueprint, row_id
from app.roster.substitution.board import leader_names, next_step
from app.roster.substitution.board_routes import to_request
from app.roster.substitution.candidates import Situation
from app.roster.substitution.models import ReturnDuty, SubstitutionRequest
from app.roster.substitution.preview import effects_of_request
from app.roster.substitution.ranking import Candidate
from app.roster.substitution.service.asking import published_duty
from app.roster.substitution.service.settling import is_told
from app.roster.substitution.words import ASK_WORDS, HOW_WORDS, REASON_CHOICES, STATE_WORDS, STEP_WORDS


@blueprint.get("/<int:request_id>")
@requires("substitutions.view")
def show(office: Office, request_id: int) -> str:
    """Duties, who was asked with what answer, the next step, the whole history."""
    found = queries.get_request(office.id, request_id)
    names = leader_names()
    policy = queries.policy_of(office.id)
    return render_template(
        "roster/substitution/request.html",
        office=office,
        found=found,
        names=names,
        step=next_step(found, names),
        effects=effects_of_request(office, found),
        told=is_told(found),
        convener=names.get(policy.convener_id or 0),
        candidates=_candidates(office, found) if found.is_open and found.kind == "cover" else [],
        path=path_of(found, policy.approval),
        ask_words=ASK_WORDS,
        state_words=STATE_WORDS,
        step_words=STEP_WORDS,
        how_words=HOW_WORDS,
        reasons=REASON_CHOICES,
    )


def path_of(found: SubstitutionRequest, approval: bool) -> list[str]:
    """The steps a request goes through here: nobody is asked in an emergency, and not every office approves."""
    taken = {step.what for step in found.steps}
    approved = found.is_open and approval
    steps = [
        ("requested", True),
        ("asked", bool(found.asks) or found.state == "asked"),
        ("agreed", approved or "approved" in taken or found.state == "agreed"),
        ("approved", approved or "approved" in taken),
        ("done", True),
    ]
    return [name for name, applies in steps if applies or name == found.state]


def _candidates(office: Office, found: SubstitutionRequest) -> list[Candidate]:
    """For the first duty still open; those asked already are left out."""
    pending = next((duty for duty in found.duties if duty.state == "open"), None)
    row = published_duty(office.id, pending) if pending else None
    if row is None:
        return []
    asked = {ask.leader_id for ask in found.asks}
    return [c for c in Situation(office, [row]).candidates(row) if c.possible and c.person.id not in asked]


def _act(
    office: Office, request_id: int, verb: Callable[[SubstitutionRequest], object], said: str
) -> Response:
    attempt(lambda: verb(queries.get_request(office.id, request_id)), said)
    return to_request(office, request_id)


@blueprint.post("/<int:request_id>/approve")
@requires("substitutions.arrange")
def approve(office: Office, request_id: int) -> Response:
    """The office approves what is agreed."""
    return _act(office, request_id, lambda found: service.approve(found, actor()), _("Approved."))


@blueprint.post("/<int:request_id>/refuse")
@requires("substitutions.arrange")
def refuse(office: Office, request_id: int) -> Response:
    """The office does not approve."""
    return _act(
        office, request_id, lambda found: service.refuse(found, actor()), _("Not approved: nothing changes.")
    )


@blueprint.post("/<int:request_id>/withdraw")
@requires("substitutions.arrange")
def withdraw(office: Office, request_id: int) -> Response:
    """The request is taken back."""
    return _act(
        office, request_id, lambda found: service.withdraw(found, actor()), _("The request is withdrawn.")
    )


@blueprint.post("/<int:request_id>/undo")
@requires("substitutions.arrange")
def undo(office: Office, request_id: int) -> Response:
    """A done one is taken back by another revision."""
    return _act(
        office,
        request_id,
        lambda found: service.undo(found, actor()),
        _("Undone: the roster is as it was, in a new revision."),
    )


@blueprint.post("/<int:request_id>/told")
@requires("substitutions.arrange")
def told(office: Office, request_id: int) -> Response:
    """The first convener was told."""
    how = request.form.get("how", "phone")
    return _act(
        office, request_id, lambda found: service.record_told(found, how, actor()), _("Recorded as told.")
    )


@blueprint.post("/<int:request_id>/answer")
@requires("substitutions.arrange")
def answer(office: Office, request_id: int) -> Response:
    """Who was asked has answered by telephone."""
    number, accepts = request.form.get("ask", 0, type=row_id), request.form.get("answer") == "accept"

    def change(found: SubstitutionRequest) -> None:
        ask = next((ask for ask in found.asks if ask.id == number), None)
        if ask is None:
            raise NotFound("这项申请没有征求过这位领导。", "This leader was not asked in this request.")
        (service.accept if accepts else service.decline)(ask, actor(), "phone")

    return _act(office, request_id, change, _("The answer is recorded."))


@blueprint.post("/<int:request_id>/ask")
@requires("substitutions.arrange")
def ask(office: Office, request_id: int) -> Response:
    """More leaders are asked."""
    people = request.form.getlist("candidate", type=row_id)
    return _act(office, request_id, lambda found: service.ask_more(found, people, actor()), _("Asked."))


@blueprint.post("/<int:request_id>/assign")
@requires("substitutions.arrange")
def assign(office: Office, request_id: int) -> Response:
    """Staff decide who takes it."""
    leader_id = request.form.get("leader", 0, type=row_id)
    accept = request.form.get("accept") == "yes"
    return _act(
        office,
        request_id,
        lambda found: service.assign(found, leader_id, actor(), accept_rules=accept),
        _("Arranged and published. Everybody affected is told."),
    )


@blueprint.post("/returns/<int:return_id>/waive")
@requires("substitutions.arrange")
def waive(office: Office, return_id: int) -> Response:
    """A return duty need not be served."""

    def change() -> None:
        debt = db.session.get(ReturnDuty, return_id)
        if debt is None or debt.office_id != office.id:
            raise NotFound("没有这一条还班记录。", "There is no such return duty.")
        service.waive_return(debt, actor())

    attempt(change, _("The return duty is waived."))
    return redirect(url_for("substitution.index", office_code=office.code))
