"""The blueprint of follow-through, and what its views share."""

import re
from typing import Any
from urllib.parse import quote

from flask import Blueprint, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import Conflict, RotaError
from app.directory.models import Office
from app.followup import words
from app.followup.errors import MatterNotFound
from app.followup.models import Matter, UnitPart
from app.web.language import in_language

Page = str | Response | tuple[str, int]
MATTER = "/offices/<office_code>/matters/<int:matter_id>"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

blueprint = Blueprint(
    "followup",
    "app.followup",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/followup",
)


def first_error(form: FlaskForm) -> str:
    """The first sentence of a form that cannot be used."""
    return next(
        (str(in_language(error)) for errors in form.errors.values() for error in errors), _("Please check.")
    )


def refused(why: RotaError | str, form: FlaskForm | None) -> tuple[int, str]:
    """Say why a step was not taken: the status, and what was written in it where the step itself may be gone."""
    flash(why if isinstance(why, str) else in_language(why.text), "error")
    if not isinstance(why, Conflict):
        return 422, ""
    return why.status, str(form.text.data or "") if form is not None and "text" in form else ""


def again(unsent: dict[str, FlaskForm], sent: FlaskForm | None) -> dict[str, FlaskForm]:
    """Forms by their prefix; the one that was sent stands as it was sent."""
    return {name: sent if sent and sent._prefix == f"{name}-" else form for name, form in unsent.items()}


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """A file to download, kept by no cache. A name in Chinese is written as RFC 8187 says."""
    plain = re.fullmatch(r"[\w.-]+", name, re.ASCII)
    named = f'filename="{name}"' if plain else f"filename*=UTF-8''{quote(name, safe='')}"
    response: Response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f"attachment; {named}"
    response.headers["Cache-Control"] = "private, no-store"
    return response


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
