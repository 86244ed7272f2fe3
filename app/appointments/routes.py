"""The blueprint of visits and what its pages share; the pages are in the modules named *_routes."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.web.language import in_language

blueprint = Blueprint(
    "visits",
    "app.appointments",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/visits",
)


def private_page(template: str, status: int = 200, **values: object) -> Response:
    """A page about people: kept by nobody on the way."""
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def attempt(change: Callable[[], object], said: str = "") -> bool:
    """Make the change in a transaction and say so; a named failure is told to the person, and the answer is False."""
    try:
        with transaction():
            change()
    except RotaError as error:
        flash(in_language(error.text), "error")
        return False
    if said:
        flash(said, "success")
    return True


def back_to(office: Office, visit_id: int) -> BaseResponse:
    """To the page of the visit."""
    return redirect(url_for("visits.show", office_code=office.code, visit_id=visit_id), 303)
