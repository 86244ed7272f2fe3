"""The list of matters, a new one, and one matter with everything known about it."""

import datetime as dt
from typing import Any

from flask import redirect, request
from flask_babel import gettext as _

from app.accounts.access import requires
from app.appointments.queries import find_visit, get_visit
from app.core import clock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.directory.queries import leaders_of
from app.followup import forms, queries, rules
from app.followup.blueprint import MATTER, Page, blueprint, matter_url, page
from app.followup.clocks import CLOCKS, explain
from app.followup.models import Matter
from app.followup.queries import PAGE, Filters
from app.followup.service.clockwork import Clockwork
from app.followup.service.history import person
from app.followup.service.matters import open_matter


@blueprint.get("/offices/<office_code>/matters")
@requires("followup.view")
def matters(office: Office) -> str:
    """Matters by urgency of their date, with filters."""
    filters = filters_of()
    today = clock.today(office.timezone)
    found, total = queries.list_matters(office.id, filters, today)
    return page(
        "matters.html",
        office,
        found=found,
        total=total,
        filters=filters,
        has_more=total > filters.page * PAGE,
        counts=queries.clock_counts(office.id, today),
        undecided=queries.undecided_visits(office.id) if filters.page == 1 else [],
        lights={matter.id: rules.light(matter.due_on, matter.closed_on, today) for matter in found},
        departments=queries.departments_for(office, today),
        leaders=leaders_of(office.id, clock.today(office.timezone)),
        query={key: value for key, value in request.args.items() if key != "page"},
    )


def filters_of() -> Filters:
    """What the address narrows the list to."""
    return Filters(
        words=request.args.get("q", "").strip()[:100],
        state=request.args.get("state", "") if request.args.get("state") in rules.STATES else "",
        clock=request.args.get("clock", "") if request.args.get("clock") in ("late", "soon") else "",
        department_id=request.args.get("unit", type=int),
        leader_id=request.args.get("leader", type=int),
        urgency=request.args.get("urgency", "") if request.args.get("urgency") in rules.URGENCIES else "",
        page=min(max(request.args.get("page", 1, type=int), 1), 10_000),
    )


@blueprint.route("/offices/<office_code>/matters/new", methods=["GET", "POST"])
@requires("followup.edit")
def new_matter(office: Office) -> Page:
    """What the leader decided, of a visit (`?visit=`) or without one."""
    visit = get_visit(office.id, number) if (number := request.args.get("visit", type=int)) else None
    if visit is not None and (known := queries.find_matter_of_visit(visit.id)):
        return redirect(matter_url(office, known.id))
    form = forms.OpenForm(data=_from_visit(office, visit))
    _fill(form, office)
    if form.validate_on_submit():
        try:
            with transaction():
                matter = open_matter(office, form.opening(visit.id if visit else None), person())
            return redirect(matter_url(office, matter.id), 303)
        except RotaError as error:
            form.form_errors.append(error.text)
    shown = page("new.html", office, form=form, visit=visit)
    return (shown, 422) if form.errors else shown


def _from_visit(office: Office, visit: Any) -> dict[str, Any]:
    today = clock.today(office.timezone)
    if visit is None:
        return {"received_on": today}
    return {
        "received_on": visit.on_date or today,
        "sector": visit.sector,
        "township": visit.township,
        "account": visit.summary,
        "duty_leader": visit.leader_id or 0,
        "case_leader": visit.leader_id or 0,
    }


def _fill(form: forms.OpenForm, office: Office) -> None:
    """The choices that are the office's own."""
    people = [
        (0, "—"),
        *((leader.id, leader.name) for leader in leaders_of(office.id, clock.today(office.timezone))),
    ]
    form.duty_leader.choices = form.case_leader.choices = people
    units = [(unit.id, unit.name) for unit in queries.departments_for(office, clock.today(office.timezone))]
    form.main_unit.choices = [(0, _("None: the office itself")), *units]
    form.other_units.choices = units


@blueprint.get(MATTER)
@requires("followup.view")
def matter(office: Office, matter_id: int) -> str:
    """One matter."""
    return matter_page(office, queries.get_matter(office.id, matter_id))


def matter_page(office: Office, found: Matter, code: str = "", revealed: Any = None) -> str:
    """The page of a matter; `code` is the resident's rating code, shown once after closing."""
    today = clock.today(office.timezone)
    clockwork = Clockwork.of(office)
    return page(
        "matter.html",
        office,
        matter=found,
        code=code,
        revealed=revealed,
        visit=find_visit(found.visit_id) if found.visit_id else None,
        clocks=_clocks(found, clockwork, today),
        entries=queries.entries(found.id),
        units={part.department_id: part.department.name for part in found.parts},
        files=queries.files(found.id),
        letters=queries.letters(office.id, found.id),
        signatures=queries.signatures(found.id),
        sign_offs=queries.settings_of(office.id).sign_offs,
        result=queries.public_result(found.id),
        departments=[
            unit
            for unit in queries.departments_for(office, today)
            if unit.id not in {part.department_id for part in found.parts}
        ],
        paused=[pause for pause in found.pauses if pause.first_day <= today <= pause.last_day],
        clock_names=CLOCKS,
        forms=_step_forms(found, today),
    )


def _clocks(found: Matter, clockwork: Clockwork, today: dt.date) -> list[dict[str, Any]]:
    rows = [
        (clockwork.register(found), found.registered_on),
        (clockwork.acceptance(found), found.accepted_on),
        (clockwork.decision(found), found.closed_on),
    ]
    review = clockwork.review_request(found)
    shown = [
        {
            "kind": clock_found.kind,
            "due": clock_found.due,
            "done": done,
            "why": explain(clock_found, clockwork.calendar),
            "light": rules.light(clock_found.due, done, today),
        }
        for clock_found, done in rows
        if found.disposition != "answered"
    ]
    if review is not None:
        why = explain(review, clockwork.calendar)
        shown.append({"kind": review.kind, "due": review.due, "done": None, "why": why, "light": None})
    return shown


def _step_forms(found: Matter, today: dt.date) -> dict[str, Any]:
    """The small forms of the page, each with ids of its own."""
    unit = forms.UnitForm(prefix="unit", formdata=None)
    return {
        "accept": forms.DayForm(prefix="accept", formdata=None, day=today),
        "extend": forms.ExtendForm(prefix="extend", formdata=None),
        "pause": forms.PauseForm(prefix="pause", formdata=None, first=today),
        "close": forms.WordsForm(prefix="close", formdata=None, text=found.result),
        "reopen": forms.ReasonForm(prefix="reopen", formdata=None),
        "withdraw": forms.ReasonForm(prefix="withdraw", formdata=None),
        "call": forms.WordsForm(prefix="call", formdata=None),
        "rate": forms.RateForm(prefix="rate", formdata=None),
        "unit": unit,
        "file": forms.UploadForm(prefix="file", formdata=None),
    }


@blueprint.get("/offices/<office_code>/letters")
@requires("followup.view")
def letters(office: Office) -> str:
    """Every letter of the office."""
    return page("letters.html", office, letters=queries.letters(office.id))
