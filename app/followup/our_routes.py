"""What was handed to a department, for its contact who signs in: the most pressing first."""

from flask import request

from app.accounts.access import own_department_id, requires
from app.core import clock
from app.core.database import db
from app.directory.models import Department, Office
from app.followup import rules, unit_queries
from app.followup.blueprint import blueprint, page
from app.followup.queries import PAGE
from app.followup.unit_queries import Wanted


@blueprint.get("/our-matters")
@requires("unit.answer")
def our_matters() -> str:
    """The department's own parts, with filters."""
    department = db.session.get_one(Department, own_department_id())
    office = db.session.get_one(Office, department.office_id)
    today, wanted = clock.today(office.timezone), _wanted()
    found, total = unit_queries.list_parts(department.id, wanted, today)
    return page(
        "our_matters.html",
        office,
        department=department,
        found=found,
        total=total,
        wanted=wanted,
        kinds=unit_queries.KINDS,
        has_more=total > wanted.page * PAGE,
        counts=unit_queries.counts(department.id, today),
        lights={
            part.id: rules.reply_light(part.state, part.matter.state, part.due_on, part.replied_on, today)
            for part in found
        },
        query={key: value for key, value in request.args.items() if key not in ("page", "lang")},
    )


def _wanted() -> Wanted:
    """What the address narrows the list to; what it cannot mean is left out."""

    def one_of(name: str, known: tuple[str, ...]) -> str:
        value = request.args.get(name, "")
        return value if value in known else ""

    return Wanted(
        words=request.args.get("q", "").strip()[:100],
        kind=one_of("state", unit_queries.KINDS),
        clock=one_of("clock", ("late", "soon")),
        urgency=one_of("urgency", rules.URGENCIES),
        page=min(max(request.args.get("page", 1, type=int), 1), 10_000),
    )
