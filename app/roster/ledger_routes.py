"""The ledger of an office: each leader's share, what was given, the balance, and the duties each number comes from."""

from flask import Blueprint, abort, render_template, request

from app.accounts.access import requires
from app.core import clock
from app.directory.models import Office
from app.roster.ledger import ledger

blueprint = Blueprint("ledger", "app.roster", template_folder="templates")
YEARS = range(2004, 2100)


@blueprint.get("/offices/<office_code>/ledger")
@requires("roster.view")
def index(office: Office) -> str:
    """One year; `?leader=` opens the duties behind one line."""
    year = request.args.get("year", clock.today(office.timezone).year, type=int)
    if year not in YEARS:
        abort(404)
    found = ledger(office, year)
    chosen = request.args.get("leader", type=int)
    return render_template(
        "roster/ledger.html",
        office=office,
        ledger=found,
        today=clock.today(office.timezone),
        largest=max((max(line.all.given, line.all.share) for line in found.lines), default=0),
        opened=next((line for line in found.lines if line.leader_id == chosen), None),
    )
