"""The blueprint of follow-through, and what its views share."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.core import clock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.followup import queries, words
from app.followup.errors import MatterNotFound
from app.followup.models import Matter, UnitPart
from app.web.language import in_language

Page = str | Response | tuple[str, int]
MATTER = "/offices/<office_code>/matters/<int:matter_id>"

blueprint = Blueprint(
    "followup",
    "app.followup",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/followup",
)


def attempt(change: Callable[[], Any], sentence: str) -> bool:
    """Make the change in a transaction and say that it worked; a named failure is told, and the answer is False."""
    try:
        with transaction():
            change()
    except RotaError as error:
        flash(in_language(error.text), "error")
        return False
    flash(sentence, "success")
    return True


def first_error(form: FlaskForm) -> str:
    """The first sentence of a form that cannot be used."""
    return next(
        (str(in_language(error)) for errors in form.errors.values() for error in errors), _("Please check.")
    )


def on_matter(
    office: Office,
    matter_id: int,
    change: Callable[[Matter], Any],
    sentence: str,
    form: FlaskForm | None = None,
) -> Response:
    """One step of a matter: check the form, do it, go back to the matter."""
    if form is not None and not form.validate_on_submit():
        flash(first_error(form), "error")
    else:
        attempt(lambda: change(queries.get_matter(office.id, matter_id)), sentence)
    return redirect(matter_url(office, matter_id), 303)


def part_of(matter: Matter, part_id: int) -> UnitPart:
    """A unit's part of this matter. Raises MatterNotFound."""
    found = next((part for part in matter.parts if part.id == part_id), None)
    if found is None:
        raise MatterNotFound
    return found


def matter_url(office: Office, matter_id: int) -> str:
    """The page of a matter."""
    return url_for("followup.matter", office_code=office.code, matter_id=matter_id)


def page(template: str, office: Office, **values: Any) -> str:
    """A page of the feature with the words all of them use."""
    today = clock.today(office.timezone)
    return render_template(f"followup/{template}", office=office, words=words, today=today, **values)
