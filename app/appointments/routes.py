"""The blueprint of visits; the pages are in the modules named *_routes."""

from flask import Blueprint, Response, make_response, render_template

blueprint = Blueprint(
    "visits",
    "app.appointments",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/visits",
)


def private_page(template: str, status: int = 200, **values: object) -> Response:
    """A page about one person: kept by nobody on the way."""
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response
