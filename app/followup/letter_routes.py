"""Letters: the draft from the template, the number when it is issued, the sheet to print."""

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.core.database import transaction
from app.directory.models import Office
from app.followup import forms, letter_file, queries
from app.followup.blueprint import DOCX, MATTER, Page, attachment, blueprint, page, part_of
from app.followup.errors import MatterNotFound
from app.followup.models import Letter
from app.followup.rules import LETTERS
from app.followup.service import letters as letter_service
from app.followup.service.history import person


@blueprint.route(f"{MATTER}/units/<int:part_id>/letter", methods=["GET", "POST"])
@requires("followup.edit")
def write_letter(office: Office, matter_id: int, part_id: int) -> Page:
    """Read the letter, change its words, issue it."""
    part = part_of(queries.get_matter(office.id, matter_id), part_id)
    kind = request.args.get("kind", "supervise")
    if kind not in LETTERS:
        raise MatterNotFound
    form = forms.LetterForm(text=letter_service.draft_text(office, part, kind))
    if form.validate_on_submit():
        with transaction():
            letter = letter_service.issue(office, part, kind, form.text.data or "", person())
        return redirect(url_for("followup.letter", office_code=office.code, letter_id=letter.id), 303)
    shown = page("letter_form.html", office, form=form, part=part, matter=part.matter, kind=kind)
    return (shown, 422) if form.errors else shown


@blueprint.get("/offices/<office_code>/letters/<int:letter_id>")
@requires("followup.view")
def letter(office: Office, letter_id: int) -> str:
    """The letter as it goes out, to print."""
    found = _letter(office, letter_id)
    number = letter_service.letter_number(found)
    return page(
        "letter.html", office, letter=found, number=number, title=_("Letter %(number)s", number=number)
    )


@blueprint.get("/offices/<office_code>/letters/<int:letter_id>/word")
@requires("followup.view")
def letter_word(office: Office, letter_id: int) -> Response:
    """The letter as a Word document."""
    found = _letter(office, letter_id)
    number = letter_service.letter_number(found)
    return attachment(letter_file.word(found.kind, number, found.text), DOCX, f"{number}.docx")


def _letter(office: Office, letter_id: int) -> Letter:
    found = queries.find_letter(office.id, letter_id)
    if found is None:
        raise MatterNotFound
    return found
