"""An office's limits, signatures and letters."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.accounts.access import requires
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.followup import forms, queries
from app.followup.blueprint import Page, blueprint, page
from app.followup.clocks import LONGEST_EXTENSION
from app.followup.ladder import ladder_of
from app.followup.service.letters import PLACEHOLDERS, template_of
from app.followup.service.settings import change_settings
from app.web.language import in_language


@blueprint.route("/offices/<office_code>/followup-settings", methods=["GET", "POST"])
@requires("visits.settings")
def settings(office: Office) -> Page:
    """The limits of the Regulations as this office keeps them, each with its usual value."""
    found = queries.settings_of(office.id)
    form = forms.SettingsForm(
        roll_forward=found.roll_forward,
        sign_offs=str(found.sign_offs),
        few_items=found.few_items,
        supervise=template_of(office, "supervise"),
        remind=template_of(office, "remind"),
    )
    limits = forms.limit_fields(found.limits)
    wrong = _wrong(limits) if request.method == "POST" else ""
    if form.validate_on_submit() and not wrong:
        try:
            with transaction():
                change_settings(
                    office,
                    {key: int(request.form[f"limit_{key}"]) for key, *_rest in limits},
                    roll_forward=bool(form.roll_forward.data),
                    sign_offs=int(form.sign_offs.data),
                    few_items=form.few_items.data or 0,
                    letter_text={"supervise": form.supervise.data, "remind": form.remind.data},
                    seen=request.form.get("seen", 0, type=int),
                )
            flash(_("Saved. Dates of running matters follow the new limits."), "success")
            return redirect(url_for("followup.settings", office_code=office.code), 303)
        except RotaError as error:
            form.form_errors.append(in_language(error.text))
    if wrong:
        form.form_errors.append(wrong)
    shown = page(
        "settings.html",
        office,
        form=form,
        limits=limits,
        seen=found.version,
        placeholders=sorted(PLACEHOLDERS),
        ladder=ladder_of(office),
    )
    return (shown, 422) if form.errors or wrong else shown


def _wrong(limits: list[tuple[str, Any, int, bool]]) -> str:
    """A sentence about the first limit that is no number of days."""
    for key, name, _days, _working in limits:
        text = request.form.get(f"limit_{key}", "")
        most = LONGEST_EXTENSION if key == "extension" else 365
        if not text.isdecimal() or not 1 <= int(text) <= most:
            return str(
                _("%(name)s: write a number of days from 1 to %(most)s.", name=in_language(name), most=most)
            )
    return ""
