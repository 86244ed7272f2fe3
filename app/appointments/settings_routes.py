"""How the office takes visits."""

import datetime as dt
from dataclasses import asdict, fields
from typing import Any

from flask import Response, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, TimeField
from wtforms.validators import InputRequired, NumberRange

from app.accounts.access import requires
from app.appointments.bookable import policy_of
from app.appointments.routes import attempt, blueprint, private_page
from app.appointments.rules.policy import CHOICES, RANGES, Policy
from app.appointments.service.settings import set_policy, version_of
from app.appointments.words import POLICY_GROUPS, POLICY_LABELS, choice_name
from app.directory.models import Office
from app.web.choices import offered


class PolicyForm(FlaskForm):  # type: ignore[misc]
    """One field for each setting; which is made from the policy itself, so none is forgotten."""

    version = HiddenField()


def _field(name: str, default: Any) -> Any:
    label = POLICY_LABELS[name]
    if isinstance(default, bool):
        return BooleanField(label)
    if isinstance(default, dt.time):
        return TimeField(label, [InputRequired(message=_l("Please give a time, such as 17:00."))])
    if name in CHOICES:
        return SelectField(
            label, choices=offered([(value, choice_name(name, value)) for value in CHOICES[name]])
        )
    least, most = RANGES[name]
    message = _l("A whole number from %(least)s to %(most)s, please.", least=least, most=most)
    return IntegerField(
        label,
        [InputRequired(message=message), NumberRange(least, most, message=message)],
        render_kw={"min": least, "max": most},
    )


for _known in fields(Policy):
    setattr(PolicyForm, _known.name, _field(_known.name, _known.default))


@blueprint.route("/offices/<office_code>/visits/settings", methods=["GET", "POST"])
@requires("visits.settings")
def settings(office: Office) -> Response | BaseResponse:
    """The settings; saved all at once."""
    form = PolicyForm(data={**asdict(policy_of(office.id)), "version": version_of(office.id)})
    if form.validate_on_submit():
        policy = Policy(**{field.name: form[field.name].data for field in fields(Policy)})
        version = int(form.version.data) if str(form.version.data).isdigit() else -1
        if attempt(
            lambda: set_policy(office.id, policy, version), _("Saved. It holds for requests from now on.")
        ):
            return redirect(url_for("visits.settings", office_code=office.code), 303)
    return private_page(
        "visits/settings.html", 422 if form.errors else 200, office=office, form=form, groups=POLICY_GROUPS
    )
