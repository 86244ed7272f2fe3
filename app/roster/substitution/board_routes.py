"""The board, the candidates for a duty, a new request, the history."""

import csv
import datetime as dt
import io
from typing import Any

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.accounts.rules import spreadsheet_safe
from app.calendar.queries import working_calendar
from app.core import clock
from app.directory.models import Office
from app.directory.queries import leaders_of
from app.roster import queries as roster_queries
from app.roster.models import Duty
from app.roster.substitution import queries, service
from app.roster.substitution.blueprint import actor, attempt, blueprint, row_id
from app.roster.substitution.board import board, leader_names
from app.roster.substitution.candidates import Situation
from app.roster.substitution.errors import DutyNotFound
from app.roster.substitution.forms import PeriodForm, ReasonForm
from app.roster.substitution.models import STATES, SubstitutionRequest
from app.roster.substitution.preview import SOMEBODY, effects_of
from app.roster.substitution.service.making import duties_of
from app.roster.substitution.words import REASON_WORDS, STATE_WORDS
from app.web.language import in_language
from app.web.messages import tell

AHEAD = dt.timedelta(days=180)
PAGE = 30


@blueprint.get("")
@requires("substitutions.view")
def index(office: Office) -> str:
    """What needs somebody, most urgent first."""
    words, state = request.args.get("q", ""), request.args.get("state", "")
    found = board(office, words, state)
    return render_template(
        "roster/substitution/board.html",
        office=office,
        board=found,
        words=words,
        state=state,
        states=STATES[:4],
        state_words=STATE_WORDS,
        tomorrow=found.today + dt.timedelta(days=1),
    )


@blueprint.get("/duty")
@requires("substitutions.view")
def duty(office: Office) -> str:
    """`?seat=`: one published duty: who could take it, who not and why, and what could be exchanged."""
    row = _duty(office, request.args.get("seat", ""))
    situation = Situation(office, [row])
    found = situation.candidates(row)
    wanted = request.args.get("show") == "all"
    form = ReasonForm(formdata=None)
    form.set_choices()
    exchanges = situation.exchanges(row)
    return render_template(
        "roster/substitution/duty.html",
        office=office,
        duty=row,
        fitting=[c for c in found if c.allowed],
        excluded=[c for c in found if not c.allowed],
        exchanges=exchanges if wanted else exchanges[:8],
        more=0 if wanted else max(len(exchanges) - 8, 0),
        pending=queries.open_seats(office.id).get(row.seat_key),
        form=form,
        visits=situation.wanted.get(row.session_key),
        effects=effects_of(office, {row.seat_key: SOMEBODY}),
    )


@blueprint.get("/new")
@requires("substitutions.arrange")
def new(office: Office) -> str:
    """Step one: whose duties, in which days; step two, on the same page: which of them, and why."""
    reasons = ReasonForm(formdata=None)
    return _new_page(office, reasons, None)


def _new_page(office: Office, reasons: ReasonForm, ticked: list[str] | None) -> str:
    """`ticked`: the seats ticked before; None where nothing was chosen yet."""
    form = PeriodForm(request.args)
    leaders = leaders_of(office.id, clock.today(office.timezone))
    form.leader.choices = [("", "—"), *((str(leader.id), leader.name) for leader in leaders)]
    today = clock.today(office.timezone)
    first, last = form.first.data or today, form.last.data or today + AHEAD
    leader_id = request.values.get("leader", 0, type=row_id)
    form.leader.data = str(leader_id or "")
    reasons.set_choices()
    duties = duties_of(office, leader_id, first, last) if leader_id else []
    return render_template(
        "roster/substitution/new.html",
        office=office,
        form=form,
        reasons=reasons,
        leader_id=leader_id,
        chosen=ticked is None and (form.first.data is not None or form.last.data is not None),
        ticked=ticked or (),
        duties=duties,
        effects=effects_of(office, {row.seat_key: SOMEBODY for row in duties}),
        pending=queries.open_seats(office.id),
        late=too_late(office),
    )


@blueprint.post("/new")
@requires("substitutions.arrange")
def add(office: Office) -> Any:
    """Ask for a substitute for the duties ticked; candidates named in the form are asked in their order."""
    form, made = ReasonForm(), []
    leader_id = request.form.get("leader", 0, type=row_id)
    candidates = request.form.getlist("candidate", type=row_id)
    done = attempt(
        lambda: made.append(
            service.request_cover(
                office,
                leader_id,
                request.form.getlist("seat"),
                form.reason_key,
                actor(),
                note_text=form.note.data or "",
                candidates=candidates,
            )
        ),
        _("The request is made. The progress is shown here."),
    )
    if not done:
        return _new_page(office, form, request.form.getlist("seat")), 422
    return to_request(office, made[0].id)


@blueprint.post("/swap")
@requires("substitutions.arrange")
def swap(office: Office) -> Response:
    """Ask another leader to exchange."""
    made: list[SubstitutionRequest] = []
    seat, other = request.form.get("seat", ""), request.form.get("other", "")
    row = _duty(office, seat)
    done = attempt(
        lambda: made.append(service.request_swap(office, row.leader_id or 0, seat, other, actor())),
        _("The other leader is asked. Nothing changes before he or she agrees."),
    )
    if done:
        return to_request(office, made[0].id)
    return redirect(url_for("substitution.duty", office_code=office.code, seat=seat))


@blueprint.post("/now")
@requires("substitutions.arrange")
def now(office: Office) -> Response:
    """Somebody else takes the duty at once: the leader is ill and the session is near."""
    seat, leader_id = request.form.get("seat", ""), request.form.get("leader", 0, type=row_id)
    made: list[SubstitutionRequest] = []
    done = attempt(
        lambda: made.append(
            service.arrange_now(
                office, seat, leader_id, actor(), accept_rules=request.form.get("accept") == "yes"
            )
        )
    )
    if not done:
        return redirect(url_for("substitution.duty", office_code=office.code, seat=seat))
    tell(_("Arranged and published. Everybody affected is told."), "success")
    return to_request(office, made[0].id)


@blueprint.post("/seen")
@requires("substitutions.arrange")
def seen(office: Office) -> Response:
    """Staff spoke to the leader: the duty is acknowledged."""
    row = _duty(office, request.form.get("seat", ""))
    attempt(
        lambda: service.acknowledge(row.leader_id or 0, "staff", [row.seat_key]),
        _("Recorded: %(name)s knows of the duty.", name=row.leader_name),
    )
    return redirect(url_for("substitution.index", office_code=office.code) + "#silent")


@blueprint.get("/history")
@requires("substitutions.view")
def history(office: Office) -> str:
    """Requests that ended, newest first."""
    page, state = max(request.args.get("page", 1, type=int), 1), request.args.get("state", "")
    rows = queries.closed_requests(office.id, state, min(page, 10_000), PAGE)
    return render_template(
        "roster/substitution/history.html",
        office=office,
        requests=rows[:PAGE],
        page=page,
        has_more=len(rows) > PAGE,
        state=state,
        states=STATES[4:],
        state_words=STATE_WORDS,
        reason_words=REASON_WORDS,
        names=leader_names(),
    )


@blueprint.get("/history.csv")
@requires("substitutions.view")
def history_csv(office: Office) -> FlaskResponse:
    """The whole history as a table for a spreadsheet program; without the notes."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        [_("Date"), _("Session"), _("Leader"), _("Substitute"), _("Kind"), _("Reason"), _("State")]
    )
    names = leader_names()
    for found in queries.closed_requests(office.id, size=100_000):
        for row in found.duties:
            table.writerow(
                [
                    row.on_date,
                    row.session,
                    spreadsheet_safe(names.get(row.leader_id, "")),
                    spreadsheet_safe(names.get(row.substitute_id or 0, "")),
                    kind_words(found.kind),
                    in_language(REASON_WORDS[found.reason]),
                    in_language(STATE_WORDS[found.state]),
                ]
            )
    headers = {"Content-Disposition": f"attachment; filename=substitutions-{office.code}.csv"}
    return FlaskResponse("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def kind_words(kind: str) -> str:
    """Cover or swap, for people."""
    return str(_("Swap") if kind == "swap" else _("Cover"))


def too_late(office: Office) -> dt.date | None:
    """The first day for which leaders still ask in good time; None where the office sets no such time."""
    days = queries.policy_of(office.id).ahead_days
    if not days:
        return None
    return working_calendar(office).add_working_days(clock.today(office.timezone), days)


def to_request(office: Office, request_id: int) -> Response:
    """The request's page."""
    return redirect(url_for("substitution.show", office_code=office.code, request_id=request_id))


def _duty(office: Office, seat_key: str) -> Duty:
    today = clock.today(office.timezone)
    rows = roster_queries.current_duties(office.id, today)
    row = next((row for row in rows if row.seat_key == seat_key and row.status == "held"), None)
    if row is None or row.leader_id is None:
        raise DutyNotFound
    return row
