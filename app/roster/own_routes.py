"""A leader's own page: my next duties, and my load against my share."""

import datetime as dt

from flask import Blueprint, render_template
from flask_security import current_user

from app.accounts.access import requires
from app.core import clock
from app.core.database import db
from app.directory.models import Leader
from app.roster import queries
from app.roster.ledger import ledger

blueprint = Blueprint("own", "app.roster", template_folder="templates")
AHEAD = dt.timedelta(days=366)


@blueprint.get("/my")
@requires("own.view")
def duties() -> str:
    """Duties of the leader this account belongs to; a sentence for accounts that belong to none."""
    leader = db.session.get(Leader, current_user.leader_id) if current_user.leader_id else None
    if leader is None:
        return render_template("roster/own.html", leader=None, duties=[], line=None, today=clock.today())
    today = clock.today(leader.office.timezone)
    lines = ledger(leader.office, today.year).lines
    return render_template(
        "roster/own.html",
        leader=leader,
        duties=queries.duties_of_leader(leader.id, today, today + AHEAD),
        line=next((line for line in lines if line.leader_id == leader.id), None),
        today=today,
    )


def belongs_to_a_leader() -> bool:
    """Whether the account that is signed in is a leader's."""
    return current_user.is_authenticated and current_user.leader_id is not None
