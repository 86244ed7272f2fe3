"""The steps of a matter, one small view each."""

from typing import Any

from flask import make_response, request
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response

from app.accounts import audit
from app.accounts.access import requires
from app.appointments.queries import find_visit
from app.core import clock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.followup import forms, queries
from app.followup.blueprint import MATTER, Page, blueprint, first_error, part_of
from app.followup.errors import LeaderDayRefused
from app.followup.models import Matter
from app.followup.one_matter import matter_page, not_done, on_matter
from app.followup.service import limits, matters, units
from app.followup.service.history import person


@blueprint.post(f"{MATTER}/sign")
@requires("followup.edit")
def sign(office: Office, matter_id: int) -> Page:
    """A signature."""
    user_id, seen = int(current_user.id), request.form.get("version", type=int)
    return on_matter(
        office,
        matter_id,
        lambda m: matters.sign(office, m, user_id, person(), seen),
        _("Your signature is under it."),
    )


@blueprint.post(f"{MATTER}/accept")
@requires("followup.edit")
def accept(office: Office, matter_id: int) -> Page:
    """The resident was told in writing."""
    form = forms.DayForm(prefix="accept")
    return on_matter(
        office,
        matter_id,
        lambda m: limits.accept(office, m, form.day.data, person()),
        _("Recorded; the limit counts from this day."),
        form,
    )


@blueprint.post(f"{MATTER}/extend")
@requires("followup.edit")
def extend(office: Office, matter_id: int) -> Page:
    """Once, with the reason."""
    form = forms.ExtendForm(prefix="extend")
    return on_matter(
        office,
        matter_id,
        lambda m: limits.extend(office, m, form.days.data or 0, form.text.data or "", person()),
        _("The limit is extended."),
        form,
    )


@blueprint.post(f"{MATTER}/leader-day")
@requires("followup.edit")
def set_leader_day(office: Office, matter_id: int) -> Page:
    """The leader names a day, or another one."""
    form = forms.LeaderDayForm(prefix="leader")

    def step(matter: Matter) -> None:
        day = form.day_from(matter.received_on)
        if day is None:
            raise LeaderDayRefused.no_day()
        limits.set_leader_day(office, matter, day, form.text.data or "", person())

    return on_matter(office, matter_id, step, _("The leader's date is on record; the units are told."), form)


@blueprint.post(f"{MATTER}/leader-day/lift")
@requires("followup.edit")
def lift_leader_day(office: Office, matter_id: int) -> Page:
    """The leader takes the day back."""
    form = forms.ReasonForm(prefix="lift")
    return on_matter(
        office,
        matter_id,
        lambda m: limits.lift_leader_day(office, m, form.text.data or "", person()),
        _("The leader's date is lifted; the Regulations' holds, and the units are told."),
        form,
    )


@blueprint.post(f"{MATTER}/pause")
@requires("followup.edit")
def pause(office: Office, matter_id: int) -> Page:
    """Stop the clock."""
    form = forms.PauseForm(prefix="pause")
    return on_matter(
        office,
        matter_id,
        lambda m: limits.pause(office, m, form.first.data, form.last.data, form.text.data or "", person()),
        _("The clock stands still for these days."),
        form,
    )


@blueprint.post(f"{MATTER}/resume")
@requires("followup.edit")
def resume(office: Office, matter_id: int) -> Page:
    """The clock runs again."""
    return on_matter(
        office,
        matter_id,
        lambda m: limits.resume(office, m, person()),
        _("The clock runs again from today."),
    )


@blueprint.post(f"{MATTER}/close")
@requires("followup.edit")
def close(office: Office, matter_id: int) -> Page:
    """Close with the result; the page after it shows the rating code once."""
    form = forms.WordsForm(prefix="close")
    if not form.validate_on_submit():
        return not_done(office, matter_id, first_error(form), form)
    try:
        with transaction():
            found = queries.get_matter(office.id, matter_id)
            code = matters.close(office, found, form.text.data or "", person())
    except RotaError as error:
        return not_done(office, matter_id, error, form)
    return _unkept(matter_page(office, queries.get_matter(office.id, matter_id), code=code))


@blueprint.post(f"{MATTER}/reopen")
@requires("followup.edit")
def reopen(office: Office, matter_id: int) -> Page:
    """It was not done after all."""
    form = forms.ReasonForm(prefix="reopen")
    return on_matter(
        office,
        matter_id,
        lambda m: matters.reopen(office, m, form.text.data or "", person()),
        _("The matter is open again."),
        form,
    )


@blueprint.post(f"{MATTER}/withdraw")
@requires("followup.edit")
def withdraw(office: Office, matter_id: int) -> Page:
    """It ends without a decision."""
    form = forms.ReasonForm(prefix="withdraw")
    return on_matter(
        office,
        matter_id,
        lambda m: matters.withdraw(office, m, form.text.data or "", person()),
        _("The matter has ended."),
        form,
    )


@blueprint.post(f"{MATTER}/call-back")
@requires("followup.edit")
def call_back(office: Office, matter_id: int) -> Page:
    """What the resident said on the phone."""
    form = forms.WordsForm(prefix="call")
    return on_matter(
        office,
        matter_id,
        lambda m: matters.call_back(office, m, form.text.data or "", person()),
        _("The call is on the record."),
        form,
    )


@blueprint.post(f"{MATTER}/rate")
@requires("followup.edit")
def rate(office: Office, matter_id: int) -> Page:
    """Satisfaction told by phone or on paper."""
    form = forms.RateForm(prefix="rate")
    return on_matter(
        office,
        matter_id,
        lambda m: matters.rate(office, m, form.rating.data, form.how.data, person()),
        _("Thank you, it is recorded."),
        form,
    )


@blueprint.post(f"{MATTER}/reveal")
@requires("visits.reveal")
def reveal(office: Office, matter_id: int) -> Page:
    """Show name and phone of the resident once; the look is written down."""
    with transaction():
        found = queries.get_matter(office.id, matter_id)
        visit = find_visit(found.visit_id) if found.visit_id else None
        audit.record("visit.reveal", f"matter:{found.id}", office.id)
    return _unkept(matter_page(office, found, revealed=visit))


@blueprint.post(f"{MATTER}/units")
@requires("followup.edit")
def add_unit(office: Office, matter_id: int) -> Page:
    """One more unit."""
    form = forms.UnitForm(prefix="unit")
    known = {unit.id for unit in queries.departments_for(office, clock.today(office.timezone))}
    form.department.choices = [(number, "") for number in known]
    return on_matter(
        office,
        matter_id,
        lambda m: matters.add_unit(office, m, form.department.data, bool(form.main.data), person()),
        _("The unit is told."),
        form,
    )


@blueprint.post(f"{MATTER}/units/<int:part_id>/accept")
@requires("followup.edit")
def accept_part(office: Office, matter_id: int, part_id: int) -> Page:
    """The unit said so by phone."""
    return on_matter(
        office,
        matter_id,
        lambda m: units.accept_part(office, part_of(m, part_id), person()),
        _("The unit has accepted."),
    )


def _on_part(office: Office, matter_id: int, part_id: int, step: Any, sentence: str, form: Any) -> Page:
    return on_matter(
        office,
        matter_id,
        lambda m: step(office, part_of(m, part_id), form.text.data or "", person()),
        sentence,
        form,
    )


@blueprint.post(f"{MATTER}/units/<int:part_id>/not-ours")
@requires("followup.edit")
def refuse_part(office: Office, matter_id: int, part_id: int) -> Page:
    """The unit said by phone or letter that it is not theirs."""
    form = forms.ReasonForm(prefix=f"part{part_id}")
    return _on_part(office, matter_id, part_id, units.refuse_part, _("Recorded: not theirs."), form)


@blueprint.post(f"{MATTER}/units/<int:part_id>/progress")
@requires("followup.edit")
def report(office: Office, matter_id: int, part_id: int) -> Page:
    """A word on how it goes."""
    form = forms.WordsForm(prefix=f"part{part_id}")
    return _on_part(office, matter_id, part_id, units.report, _("The word is on the record."), form)


@blueprint.post(f"{MATTER}/units/<int:part_id>/reply")
@requires("followup.edit")
def reply(office: Office, matter_id: int, part_id: int) -> Page:
    """The unit's written reply, entered by staff."""
    form = forms.WordsForm(prefix=f"part{part_id}")
    return _on_part(office, matter_id, part_id, units.reply, _("The reply is in."), form)


@blueprint.post(f"{MATTER}/units/<int:part_id>/send-back")
@requires("followup.edit")
def send_back(office: Office, matter_id: int, part_id: int) -> Page:
    """The reply does not answer the matter."""
    form = forms.ReasonForm(prefix=f"part{part_id}")
    return _on_part(office, matter_id, part_id, units.send_back, _("Sent back to the unit."), form)


@blueprint.post(f"{MATTER}/units/<int:part_id>/hand-again")
@requires("followup.edit")
def hand_again(office: Office, matter_id: int, part_id: int) -> Page:
    """It is theirs after all."""
    form = forms.ReasonForm(prefix=f"part{part_id}")
    return _on_part(office, matter_id, part_id, units.hand_again, _("The unit is told again."), form)


@blueprint.post(f"{MATTER}/units/<int:part_id>/relieve")
@requires("followup.edit")
def relieve(office: Office, matter_id: int, part_id: int) -> Page:
    """Take the part away."""
    form = forms.ReasonForm(prefix=f"part{part_id}")
    return _on_part(office, matter_id, part_id, units.relieve, _("The unit is relieved of it."), form)


def _unkept(shown: str) -> Response:
    response: Response = make_response(shown)
    response.headers["Cache-Control"] = "no-store"
    return response
