"""The audit trail: who changed what, when and from where."""

import csv
import io
from collections.abc import Iterator

from flask import Response, render_template, request, stream_with_context
from flask_security import current_user

from app.accounts import audit, queries
from app.accounts.access import requires
from app.accounts.forms import AuditFilterForm
from app.accounts.models import AuditEntry
from app.accounts.queries import AuditFilter, Reach
from app.accounts.routes import blueprint
from app.accounts.routes.people import office_choices
from app.accounts.rules import differences, spreadsheet_safe
from app.accounts.words import action_words, field_words
from app.web.addresses import asked_page
from app.web.filters import named
from app.web.preferences import page_address

COLUMNS = (
    "id",
    "at",
    "actor",
    "office",
    "action",
    "subject",
    "before",
    "after",
    "address",
    "request",
    "hash",
)


@blueprint.get("/audit")
@requires("audit.view")
def audit_trail() -> str:
    """Newest changes first, filtered."""
    reach = _my_reach()
    form, wanted = _filter(reach)
    page = asked_page()
    entries, more = queries.list_entries(wanted, reach, page)
    return render_template(
        "accounts/audit.html",
        lines=[(entry, differences(entry.before, entry.after)) for entry in entries],
        altered={entry.id for entry in entries if audit.entry_hash(entry) != entry.hash},
        more=more,
        page=page,
        form=form,
        offices={office.id: office for office in queries.all_offices()},
        action_words=action_words,
        field_words=field_words,
        page_link=lambda number: page_address(page=number),
    )


@blueprint.get("/audit/check")
@requires("audit.view")
def check_audit_trail() -> str:
    """Read the whole chain and say whether it holds."""
    return render_template("accounts/audit_check.html", check=audit.check_chain())


@blueprint.get("/audit.csv")
@requires("audit.view")
def export_audit_trail() -> Response:
    """The filtered trail as a table for a spreadsheet program: UTF-8 with a mark, no cell is a formula."""
    reach = _my_reach()
    _form, wanted = _filter(reach)
    names = {office.id: named(office) for office in queries.all_offices()}
    lines = (_cells(entry, names) for entry in queries.every_entry(wanted, reach))
    answer = Response(stream_with_context(_csv(lines)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit-trail.csv"'
    return answer


def _my_reach() -> Reach:
    return queries.reach_of(current_user.grants, "audit.view")


def _filter(reach: Reach) -> tuple[AuditFilterForm, AuditFilter]:
    offices = queries.offices_in(reach)
    form = AuditFilterForm(request.args)
    form.offer(
        office_choices(offices),
        [(name, action_words(name)) for name in queries.known_actions()],
    )
    form.validate()
    by_code = {office.code: office.id for office in offices}
    return form, AuditFilter(
        office_id=by_code.get(form.office.data or ""),
        actor=form.actor.data or "",
        action=form.action.data or "",
        first_day=form.first.data,
        last_day=form.last.data,
        words=form.q.data or "",
    )


def _cells(entry: AuditEntry, office_names: dict[int, str]) -> list[str]:
    changes = differences(entry.before, entry.after)
    before = "; ".join(f"{change.field}: {change.before}" for change in changes if change.before is not None)
    after = "; ".join(f"{change.field}: {change.after}" for change in changes if change.after is not None)
    office = office_names.get(entry.office_id or 0, "")
    values = (entry.id, entry.at.isoformat(), entry.actor, office, entry.action, entry.subject, before, after)
    return [str(value) for value in (*values, entry.address or "", entry.request_id or "", entry.hash)]


def _csv(lines: Iterator[list[str]]) -> Iterator[str]:
    yield "\ufeff" + ",".join(COLUMNS) + "\r\n"
    for cells in lines:
        buffer = io.StringIO()
        csv.writer(buffer).writerow([spreadsheet_safe(cell) for cell in cells])
        yield buffer.getvalue()
