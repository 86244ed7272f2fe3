"""The list of matters, a new one, and every letter."""

from flask import request

from app.accounts.access import requires
from app.core import clock
from app.directory.models import Office
from app.directory.queries import leaders_of
from app.followup import queries, rules
from app.followup.blueprint import blueprint, page
from app.followup.queries import PAGE, Filters


@blueprint.get("/offices/<office_code>/matters")
@requires("followup.view")
def matters(office: Office) -> str:
    """Matters by urgency of their date, with filters."""
    filters = filters_of()
    today = clock.today(office.timezone)
    found, total = queries.list_matters(office.id, filters, today)
    return page(
        "matters.html",
        office,
        found=found,
        total=total,
        filters=filters,
        has_more=total > filters.page * PAGE,
        counts=queries.clock_counts(office.id, today),
        undecided=queries.undecided_visits(office.id) if filters.page == 1 else [],
        lights={matter.id: rules.light(matter.due_on, matter.closed_on, today) for matter in found},
        departments=queries.departments_for(office, today),
        leaders=leaders_of(office.id, clock.today(office.timezone)),
        query={key: value for key, value in request.args.items() if key != "page"},
    )


def filters_of() -> Filters:
    """What the address narrows the list to."""
    return Filters(
        words=request.args.get("q", "").strip()[:100],
        state=request.args.get("state", "") if request.args.get("state") in rules.STATES else "",
        clock=request.args.get("clock", "") if request.args.get("clock") in ("late", "soon") else "",
        department_id=request.args.get("unit", type=int),
        leader_id=request.args.get("leader", type=int),
        urgency=request.args.get("urgency", "") if request.args.get("urgency") in rules.URGENCIES else "",
        page=min(max(request.args.get("page", 1, type=int), 1), 10_000),
    )


@blueprint.get("/offices/<office_code>/letters")
@requires("followup.view")
def letters(office: Office) -> str:
    """Every letter of the office."""
    return page("letters.html", office, letters=queries.letters(office.id))
