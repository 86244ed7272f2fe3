"""Letters: the draft from the template, the number when it is issued, the sheet to print."""

from flask import redirect, request, url_for
from flask_babel import gettext as _

from app.accounts.access import requires
from app.core.database import transaction
from app.directory.models import Office
from app.followup import forms, queries
from app.followup.blueprint import MATTER, Page, blueprint, page, part_of
from app.followup.errors import MatterNotFound
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
    found = queries.find_letter(office.id, letter_id)
    if found is None:
        raise MatterNotFound
    number = letter_service.letter_number(found)
    return page(
        "letter.html", office, letter=found, number=number, title=_("Letter %(number)s", number=number)
    )
