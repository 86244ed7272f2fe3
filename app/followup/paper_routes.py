"""Papers of a matter, and the hand-over file for the official system."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

import xlsxwriter
from flask import abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import audit
from app.accounts.access import allowed, requires
from app.accounts.rules import spreadsheet_safe
from app.appointments.models import Visit
from app.appointments.words import DOCUMENT_NAMES
from app.core import clock
from app.core.database import transaction
from app.directory.models import Office
from app.followup import queries
from app.followup.blueprint import MATTER, XLSX, Page, attachment, blueprint
from app.followup.errors import MatterNotFound
from app.followup.list_routes import filters_of
from app.followup.models import Matter
from app.followup.one_matter import not_done, on_matter
from app.followup.service.history import person
from app.followup.service.papers import add_paper, read_paper, remove_paper
from app.followup.words import DISPOSITIONS, RATINGS, STATES, URGENCIES

_WIDEST = 44  # of a column of the hand-over file, in letters; longer text is wrapped


@blueprint.post(f"{MATTER}/papers")
@requires("followup.edit")
def upload(office: Office, matter_id: int) -> Page:
    """Add a paper."""
    sent = request.files.get("file-file")
    if sent is None or not sent.filename:
        return not_done(office, matter_id, _("Choose a file first."))
    name, data = sent.filename, sent.read()
    return on_matter(
        office, matter_id, lambda m: add_paper(office, m, name, data, person()), _("The paper is added.")
    )


@blueprint.get(f"{MATTER}/papers/<int:file_id>")
@requires("followup.view")
def download(office: Office, matter_id: int, file_id: int) -> Response:
    """The paper; always as a download, never shown as a page of ours."""
    file = queries.find_file(queries.get_matter(office.id, matter_id).id, file_id)
    if file is None:
        raise MatterNotFound
    with transaction():
        data = read_paper(office, file)
    return attachment(data, file.media_type, file.name)


@blueprint.post(f"{MATTER}/papers/<int:file_id>/remove")
@requires("followup.edit")
def remove(office: Office, matter_id: int, file_id: int) -> Page:
    """Take a paper away."""

    def step(matter: Matter) -> None:
        file = queries.find_file(matter.id, file_id)
        if file is None:
            raise MatterNotFound
        remove_paper(office, file)

    return on_matter(office, matter_id, step, _("The paper is removed."))


@blueprint.get("/offices/<office_code>/handover")
@requires("followup.edit")
def handover(office: Office) -> Response:
    """What the list shows, for the official system: Excel, or CSV with `?format=csv`. Written down: it holds accounts.

    With `?people=1` who came as well, for those who may see that.
    """
    people = request.args.get("people") == "1"
    if people and not allowed("visits.reveal", office):
        abort(403)
    filters = filters_of()
    rows = queries.all_matters(office.id, filters, clock.today(office.timezone))
    with transaction():
        audit.record(
            "matter.handover",
            f"office:{office.code}",
            office.id,
            after={"matters": len(rows), "people": people},
        )
    heads = [
        str(word)
        for word in (
            _("Number"),
            _("Received on"),
            _("Subject"),
            _("What it is about"),
            _("Field of work"),
            _("Township"),
            _("What the leader decided"),
            _("Urgency"),
            _("Leader"),
            _("Unit"),
            _("Due"),
            _("Deadline set by the leader"),
            _("Due by the Regulations"),
            _("Closed"),
            _("State"),
            _("Result"),
            _("Rating"),
        )
    ]
    table = [heads, *(_row(matter) for matter in rows)]
    if people:
        table = _with_people(table, rows)
    if request.args.get("format") == "csv":
        return attachment(_csv(table), "text/csv; charset=utf-8", f"matters-{office.code}.csv")
    return attachment(_excel(table), XLSX, f"matters-{office.code}.xlsx")


def _row(matter: Matter) -> list[str]:
    leader = matter.case_leader or matter.duty_leader
    return [
        matter.reference,
        matter.received_on.isoformat(),
        matter.subject,
        matter.account,
        matter.sector,
        matter.township,
        str(DISPOSITIONS[matter.disposition]),
        str(URGENCIES[matter.urgency]),
        leader.name if leader else "",
        "、".join(
            part.department.name for part in matter.parts if part.state not in ("not_ours", "relieved")
        ),
        matter.due_on.isoformat(),
        matter.leader_due_on.isoformat() if matter.leader_due_on else "",
        matter.regulation_due_on.isoformat(),
        matter.closed_on.isoformat() if matter.closed_on else "",
        str(STATES[matter.state]),
        matter.result,
        str(RATINGS[matter.rating]) if matter.rating else "",
    ]


def _with_people(table: list[list[str]], rows: Sequence[Matter]) -> list[list[str]]:
    """The table with who came, their document and telephone, all as text."""
    visits = queries.visits_of(rows)
    heads = [
        _("Visit"),
        _("Visitor's name"),
        _("Document"),
        _("Number of the document"),
        _("Phone"),
        _("People"),
    ]
    added = [[str(head) for head in heads]]
    for matter in rows:
        visit = visits.get(matter.visit_id or 0)
        added.append(_person(visit) if visit else [""] * len(heads))
    return [row + more for row, more in zip(table, added, strict=True)]


def _person(visit: Visit) -> list[str]:
    kind = str(DOCUMENT_NAMES.get(visit.document_kind, "")) if visit.document_kind else ""
    return [
        visit.reference,
        visit.name,
        kind,
        visit.document_number,
        visit.phone,
        str(visit.headcount),
    ]


def _csv(table: list[list[str]]) -> bytes:
    out = StringIO()
    csv.writer(out).writerows([[spreadsheet_safe(cell) for cell in row] for row in table])
    return ("\ufeff" + out.getvalue()).encode()  # Excel reads UTF-8 only with the mark


def _excel(table: list[list[str]]) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bottom": 1})
    cells = book.add_format({"text_wrap": True, "valign": "top"})
    for number, row in enumerate(table):
        sheet.write_row(number, 0, row, head if number == 0 else cells)
    for column, texts in enumerate(zip(*table, strict=True)):
        sheet.set_column(column, column, min(max(map(_width, texts)) + 2, _WIDEST))
    sheet.set_landscape()
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table) - 1, len(table[0]) - 1)
    book.close()
    return out.getvalue()


def _width(text: str) -> int:
    """How wide a cell's text is: a Chinese character takes the room of two letters."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
