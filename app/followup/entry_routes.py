"""A matter is entered: what the leader decided; and corrected where it was entered wrongly."""

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext as _

from app.accounts.access import requires
from app.appointments.queries import get_visit
from app.core import clock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.directory.queries import leaders_of
from app.followup import matter_forms, queries
from app.followup.blueprint import MATTER, Page, blueprint, matter_url, page
from app.followup.errors import LeaderDayRefused
from app.followup.models import Matter
from app.followup.service.correction import as_it_reads, correct
from app.followup.service.history import expect, person
from app.followup.service.matters import open_matter
from app.web.language import in_language


@blueprint.route("/offices/<office_code>/matters/new", methods=["GET", "POST"])
@requires("followup.edit")
def new_matter(office: Office) -> Page:
    """What the leader decided, of a visit (`?visit=`) or without one."""
    visit = get_visit(office.id, number) if (number := request.args.get("visit", type=int)) else None
    if visit is not None and (known := queries.find_matter_of_visit(visit.id)):
        return redirect(matter_url(office, known.id))
    form = matter_forms.OpenForm(data=_from_visit(office, visit))
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


@blueprint.route(f"{MATTER}/correct", methods=["GET", "POST"])
@requires("followup.edit")
def correct_matter(office: Office, matter_id: int) -> Page:
    """Put right what was entered wrongly, or name another leader who keeps the matter."""
    matter = queries.get_matter(office.id, matter_id)
    expect(matter, "signing", "open", "replied")
    kept = as_it_reads(matter)
    form = matter_forms.CorrectForm(
        data=asdict(kept)
        | {"duty_leader": kept.duty_leader_id or 0, "case_leader": kept.case_leader_id or 0}
        | {"version": matter.version}
    )
    _offer_leaders(form, office, matter)
    if form.validate_on_submit():
        try:
            with transaction():
                found = queries.get_matter(office.id, matter_id)
                correct(office, found, form.correction(), form.version.data, form.reason.data, person())
            flash(_("Corrected; what was changed and why stands in its history."), "success")
            return redirect(matter_url(office, matter_id), 303)
        except RotaError as error:
            form.form_errors.append(error.text)
    shown = page("correct.html", office, form=form, matter=matter)
    return (shown, 422) if form.errors else shown


def _offer_leaders(form: matter_forms.MatterFields, office: Office, matter: Matter | None = None) -> None:
    """Leaders of today, and those the matter names already."""
    named = [leader for leader in (matter.duty_leader, matter.case_leader) if leader] if matter else []
    people = {
        leader.id: leader.name for leader in (*leaders_of(office.id, clock.today(office.timezone)), *named)
    }
    form.duty_leader.choices = form.case_leader.choices = [(0, "—"), *people.items()]


def _fill(form: matter_forms.OpenForm, office: Office) -> None:
    """The choices that are the office's own."""
    _offer_leaders(form, office)
    units = [(unit.id, unit.name) for unit in queries.departments_for(office, clock.today(office.timezone))]
    form.main_unit.choices = [(0, _("None: the office itself")), *units]
    form.other_units.choices = units
