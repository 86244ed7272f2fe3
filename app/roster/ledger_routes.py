"""The ledger of an office: each leader's share, what was given, the balance, and the duties each number comes from."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, render_template, request

from app.accounts.access import requires
from app.core import clock
from app.core.dates import DateRange
from app.directory.models import Office
from app.roster.ledger import LedgerLine, ledger
from app.roster.substitution.queries import ledger_entries, open_returns
from app.roster.substitution.words import REASON_WORDS

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
    opened = next((line for line in found.lines if line.leader_id == chosen), None)
    return render_template(
        "roster/ledger.html",
        office=office,
        ledger=found,
        today=clock.today(office.timezone),
        largest=max((max(line.all.given, line.all.share) for line in found.lines), default=0),
        opened=opened,
        entries=_entries(office, year, opened, {line.leader_id: line.name for line in found.lines}),
        reason_names=REASON_WORDS,
        returns=[debt for debt in open_returns(office.id) if chosen in (debt.leader_id, debt.substitute_id)],
        names={line.leader_id: line.name for line in found.lines},
    )


def _entries(
    office: Office, year: int, line: LedgerLine | None, names: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Substitutions of the year that concern a leader: why the number differs from the plan."""
    if line is None:
        return []
    days = DateRange.of_year(year)
    return [
        {
            "amount": entry.amount,
            "on_date": entry.on_date,
            "other": names.get(entry.other_id, f"#{entry.other_id}"),
            "reason": entry.reason,
            "request_id": entry.request_id,
        }
        for entry in ledger_entries(office.id, days.first_day, days.last_day)
        if entry.leader_id == line.leader_id
    ]
