"""Pages of absences: who is away when, who serves how much, who wishes what, which seats are somebody's."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.core import clock
from app.core.database import transaction
from app.core.dates import DateRange
from app.core.errors import RotaError
from app.directory.models import Leader, Office
from app.directory.queries import get_leader
from app.roster import absences, queries
from app.roster.absence_forms import LeaveForm, PinForm, TermsForm, WishForm
from app.roster.absence_view import absence_lines
from app.roster.backup_rule import both_away, in_words, would_take_both
from app.roster.errors import BadEntry
from app.web.filters import short_day
from app.web.language import in_language
from app.web.messages import tell

blueprint = Blueprint("absences", __name__, url_prefix="/offices/<office_code>/absences")
YEARS = range(2004, 2091)
Forms = dict[str, FlaskForm]


@blueprint.get("")
@requires("rules.view")
def index(office: Office) -> str:
    """All leaders of a year with what keeps them from serving."""
    today = clock.today(office.timezone)
    year = request.args.get("year", today.year, type=int)
    year = year if year in YEARS else today.year
    words, only = request.args.get("q", ""), "entries" in request.args
    return render_template(
        "roster/absences.html",
        office=office,
        year=year,
        words=words,
        only=only,
        lines=absence_lines(office, year, words, only),
        both_away=in_words(both_away(office, DateRange.of_year(year))),
        months=[dt.date(year, month, 1) for month in range(1, 13)],
        first=dt.date(year, 1, 1),
        today=today,
    )


@blueprint.get("/<int:leader_id>")
@requires("rules.view")
def leader(office: Office, leader_id: int) -> str:
    """Everything of one leader, with the forms to add to it."""
    return _leader_page(office, get_leader(leader_id, office.id), {})


@blueprint.post("/<int:leader_id>/leave")
@requires("rules.edit")
def add_leave(office: Office, leader_id: int) -> Any:
    """A new leave."""
    form = LeaveForm()

    def save() -> None:
        absences.add_leave(office, leader_id, form.first_day.data, form.last_day.data, form.reason.data or "")

    return _save(
        office,
        leader_id,
        "leave",
        form,
        save,
        lambda: _tell_what_follows(office, leader_id, form, _("The leave is saved.")),
    )


@blueprint.route("/leave/<int:leave_id>", methods=["GET", "POST"])
@requires("rules.edit")
def change_leave(office: Office, leave_id: int) -> Any:
    """Other dates or another reason."""
    leave = absences.get_leave(office, leave_id)
    form = LeaveForm(obj=leave)
    if form.validate_on_submit():
        with transaction():
            done = _try(
                form,
                lambda: absences.change_leave(
                    office,
                    absences.get_leave(office, leave_id),
                    form.first_day.data,
                    form.last_day.data,
                    form.reason.data or "",
                ),
            )
        if done:
            _tell_what_follows(office, leave.leader_id, form, _("The leave is changed."))
            return _back(office, leave.leader_id)
    person = get_leader(leave.leader_id, office.id)
    return render_template("roster/absence_leave.html", office=office, person=person, form=form)


@blueprint.post("/leave/<int:leave_id>/withdraw")
@requires("rules.edit")
def withdraw_leave(office: Office, leave_id: int) -> Response:
    """The leave does not take place."""
    with transaction():
        leave = absences.get_leave(office, leave_id)
        absences.withdraw_leave(office, leave)
    tell(_("The leave is withdrawn; it stays on record."), "success")
    return _back(office, leave.leader_id)


@blueprint.post("/<int:leader_id>/terms")
@requires("rules.edit")
def set_terms(office: Office, leader_id: int) -> Any:
    """Share, weekdays never served, own limits."""
    form = TermsForm()
    form.set_choices()

    def save() -> None:
        terms = absences.Terms(
            share_percent=100 if form.share_percent.data is None else form.share_percent.data,
            forbidden_weekdays=tuple(int(day) for day in form.forbidden_weekdays.data or () if day.isdigit()),
            month_min=form.month_min.data or 0,
            month_max=form.month_max.data,
        )
        absences.set_terms(office, leader_id, terms)

    return _save(office, leader_id, "terms", form, save, lambda: tell(_("Saved."), "success"))


@blueprint.post("/<int:leader_id>/wishes")
@requires("rules.edit")
def add_wish(office: Office, leader_id: int) -> Any:
    """A new wish."""
    form = WishForm()
    form.set_choices()

    def save() -> None:
        weekday = int(form.weekday.data) if (form.weekday.data or "").isdigit() else None
        weight = 1 if form.weight.data is None else form.weight.data
        absences.add_wish(office, leader_id, form.kind.data or "", form.on_date.data, weekday, weight)

    return _save(office, leader_id, "wish", form, save, lambda: tell(_("The wish is saved."), "success"))


@blueprint.post("/<int:leader_id>/wishes/<int:wish_id>/withdraw")
@requires("rules.edit")
def withdraw_wish(office: Office, leader_id: int, wish_id: int) -> Response:
    """Take a wish back."""
    with transaction():
        absences.withdraw_wish(office, wish_id)
    tell(_("The wish is taken back."), "success")
    return _back(office, leader_id)


@blueprint.post("/<int:leader_id>/pins")
@requires("rules.edit")
def add_pin(office: Office, leader_id: int) -> Any:
    """A seat for good."""
    form = PinForm()

    def save() -> None:
        absences.add_pin(
            office,
            leader_id,
            form.on_date.data,
            form.session.data or "",
            form.seat.data or 1,
            form.note.data or "",
        )

    return _save(office, leader_id, "pin", form, save, lambda: tell(_("The seat is pinned."), "success"))


@blueprint.post("/<int:leader_id>/pins/<int:pin_id>/remove")
@requires("rules.edit")
def remove_pin(office: Office, leader_id: int, pin_id: int) -> Response:
    """The seat is free again."""
    with transaction():
        absences.remove_pin(office, pin_id)
    tell(_("The seat is free again."), "success")
    return _back(office, leader_id)


def _save(
    office: Office,
    leader_id: int,
    name: str,
    form: FlaskForm,
    save: Callable[[], None],
    say: Callable[[], None],
) -> Any:
    """Save and go back to the leader; or show the leader's page with the sentence at its field."""
    person = get_leader(leader_id, office.id)
    if form.validate():
        with transaction():
            done = _try(form, save)
        if done:
            say()
            return _back(office, leader_id)
        person = get_leader(leader_id, office.id)
    return _leader_page(office, person, {name: form}), 422


def _try(form: FlaskForm, act: Callable[[], None]) -> bool:
    try:
        act()
    except BadEntry as error:
        if error.field in form:
            form[error.field].errors = [*form[error.field].errors, error.text]
        else:
            form.form_errors.append(error.text)
        return False
    except RotaError as error:
        form.form_errors.append(error.text)
        return False
    return True


def _leader_page(office: Office, person: Leader, bound: Forms) -> str:
    terms = queries.terms_of([person.id]).get(person.id)
    # `formdata=None`: an unbound form must not pick up what was sent for another one of the page
    forms: Forms = {
        "leave": LeaveForm(formdata=None),
        "terms": TermsForm(formdata=None, data=_terms_values(terms)),
        "wish": WishForm(formdata=None),
        "pin": PinForm(formdata=None),
        **bound,
    }
    forms["terms"].set_choices()
    forms["wish"].set_choices()
    return render_template(
        "roster/absence_leader.html",
        office=office,
        person=person,
        terms=terms,
        leaves=queries.list_leaves([person.id]),
        wishes=queries.list_wishes([person.id]),
        pins=[pin for pin in queries.list_pins(office.id) if pin.leader_id == person.id],
        forms=forms,
        today=clock.today(office.timezone),
    )


def _terms_values(terms: Any) -> dict[str, Any]:
    if terms is None:
        return {}
    return {
        "share_percent": terms.share_percent,
        "forbidden_weekdays": [str(day) for day in terms.forbidden_weekdays],
        "month_min": terms.month_min,
        "month_max": terms.month_max,
    }


def _tell_what_follows(office: Office, leader_id: int, form: FlaskForm, saved: str) -> None:
    """Say which published duties now lack their leader, and whose backups are both away."""
    tell(saved, "success")
    today = clock.today()
    duties = [
        duty
        for duty in absences.duties_during(leader_id, form.first_day.data, form.last_day.data)
        if duty.on_date >= today
    ]
    if duties:
        days = ", ".join(short_day(duty.on_date) for duty in duties[:6])
        tell(
            ngettext(
                "%(num)s published duty falls into this leave (%(days)s): look for a substitute, or make a new draft.",
                "%(num)s published duties fall into this leave (%(days)s): look for substitutes, or make a new draft.",
                len(duties),
                days=days,
            ),
            "warning",
        )

    for text in in_words(would_take_both(office, leader_id, form.first_day.data, form.last_day.data)):
        tell(in_language(text), "warning")


def _back(office: Office, leader_id: int) -> Response:
    return redirect(url_for("absences.leader", office_code=office.code, leader_id=leader_id))
