"""The list of matters, a new one, and every letter."""

from typing import Any

from flask import redirect, request
from flask_babel import gettext as _

from app.accounts.access import requires
from app.appointments.queries import get_visit
from app.core import clock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.directory.queries import leaders_of
from app.followup import forms, queries, rules
from app.followup.blueprint import Page, blueprint, matter_url, page
from app.followup.errors import LeaderDayRefused
from app.followup.queries import PAGE, Filters
from app.followup.service.history import person
from app.followup.service.matters import open_matter
from app.web.language import in_language


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
        except LeaderDayRefused as error:
            form.leader_day.errors = [in_language(error.text)]
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


@blueprint.get("/offices/<office_code>/letters")
@requires("followup.view")
def letters(office: Office) -> str:
    """Every letter of the office."""
    return page("letters.html", office, letters=queries.letters(office.id))
