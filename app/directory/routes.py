"""Pages of the directory."""

from flask import Blueprint, render_template

from app.accounts.access import allowed, requires, signed_in
from app.directory import queries
from app.directory.models import Office

blueprint = Blueprint(
    "directory",
    "app.directory",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/directory",
)


@blueprint.get("/offices")
@signed_in
def offices() -> str:
    """The offices this person works for."""
    mine = [office for office in queries.list_offices() if allowed("office.view", office)]
    return render_template("directory/offices.html", offices=mine)


@blueprint.get("/offices/<office_code>/")
@requires("office.view")
def office(office: Office) -> str:
    """The start page of an office."""
    return render_template("directory/office.html", office=office)
