"""The fields every form of a visit shares: who, about what, with whom. Each is cleaned by its rule."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.appointments.bookable import MatterOptions
from app.appointments.rules import people
from app.appointments.rules.matching import Matter
from app.appointments.rules.states import REPRESENTATIVES_MOST
from app.appointments.service.booking import Person
from app.appointments.words import DOCUMENT_NAMES, MODE_NAMES, PART_NAMES
from app.web.choices import offered
from app.web.language import in_language

LONGEST_ACCOUNT = 1000


def cleaned(clean: Callable[[str], str]) -> Callable[[FlaskForm, Field], None]:
    """A validator that puts the value into its one form, or says in the person's language why it cannot be meant."""

    def check(_form: FlaskForm, field: Field) -> None:
        if not field.data:
            return
        try:
            field.data = clean(field.data)
        except people.Unreadable as error:
            raise ValidationError(in_language(error.text)) from error

    return check


def required(message: Any) -> DataRequired:
    """A field that must be filled in, with the sentence that says what is missing."""
    return DataRequired(message=message)


class VisitForm(FlaskForm):  # type: ignore[misc]
    """Name, document, phone, matter, account, company. Staff may leave out what a resident must give."""

    name = StringField(
        _l("Your name, as on your document"),
        [required(_l("Please give your name.")), cleaned(people.clean_name)],
        render_kw={"autocomplete": "name"},
    )
    document_kind = SelectField(_l("Document"), choices=offered(DOCUMENT_NAMES.items()))
    document_number = StringField(
        _l("Number of the document"),
        [required(_l("Please give the number of the document you will bring."))],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    phone = StringField(
        _l("Telephone"),
        [required(_l("Please give a number on which we can reach you.")), cleaned(people.clean_phone)],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )
    summary = TextAreaField(
        _l("What is it about?"),
        [
            required(_l("Please write in a few words what it is about.")),
            Length(5, LONGEST_ACCOUNT, message=_l("Between 5 and 1000 characters, please.")),
        ],
        render_kw={"rows": 6, "maxlength": LONGEST_ACCOUNT},
    )
    township = SelectField(_l("Township"), choices=[], default="")
    sector = SelectField(_l("Sector"), choices=[], default="")
    project = SelectField(_l("Project"), choices=[], default="")
    headcount = IntegerField(
        _l("How many people share the matter?"),
        [Optional(), NumberRange(1, 9999, message=_l("A number from 1."))],
        default=1,
        render_kw={"inputmode": "numeric", "min": 1, "max": 9999},
    )
    mode = SelectField(_l("How would you like to be received?"), choices=offered(MODE_NAMES.items()))
    company = TextAreaField(
        _l("Who comes with you?"),
        [Length(max=600, message=_l("At most 600 characters."))],
        render_kw={"rows": 3},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """As ever; but with a mistake anywhere the page shows every field as it was typed, not in its one form.

        A field says one sentence: the last, which knows what is wanted.
        """
        valid = bool(super().validate(extra_validators))
        for field in self:
            field.errors = list(field.errors)[-1:]
        for field in () if valid else self:
            if isinstance(field, StringField) and field.raw_data:
                field.data = field.raw_data[0]
        return valid

    def validate_document_number(self, field: Field) -> None:
        """By the rule of the kind of document that was chosen."""
        cleaned(lambda typed: people.clean_document(self.document_kind.data, typed))(self, field)

    def validate_company(self, field: Field) -> None:
        """One person a line; the visitor and the representatives are five at most."""
        persons = self.persons()
        inside = 1 + sum(person.part == "representative" for person in persons)
        if inside > REPRESENTATIVES_MOST:
            raise ValidationError(
                _(
                    "At most five people of a group come in, you among them; you named %(number)s.",
                    number=inside,
                )
            )

    def persons(self) -> list[Person]:
        """The company: one a line, "part: name"; a line without a part is a representative."""
        return [parse_person(line) for line in (self.company.data or "").splitlines() if line.strip()]

    def matter(self) -> Matter:
        """What it is about, for matching."""
        return Matter(self.township.data or "", self.sector.data or "", self.project.data or "")

    def offer_matters(self, options: MatterOptions) -> None:
        """Fill the lists of townships, sectors and projects; what was chosen before stays a choice."""
        named = (
            (self.township, options.townships),
            (self.sector, options.sectors),
            (self.project, options.projects),
        )
        for field, values in named:
            field.choices = [("", _("— not said —")), *((value, value) for value in values)]


def parse_person(line: str) -> Person:
    """A line of the company: "interpreter: Li Demo" or a name alone. Both languages' words are understood."""
    head, mark, rest = line.replace("：", ":").partition(":")
    part = PART_WORDS.get(head.strip().lower()) if mark else None
    name = rest if part else line
    return Person(part or "representative", " ".join(name.split())[:120])


PART_WORDS = {
    word: part
    for part, words in {
        "representative": ("representative", "代表"),
        "companion": ("companion", "陪同", "陪同人", "同行"),
        "agent": ("agent", "agent with written authority", "代理", "代理人", "受托人"),
        "guardian": ("guardian", "监护", "监护人"),
        "interpreter": ("interpreter", "翻译", "手语翻译", "手语"),
    }.items()
    for word in words
}
PART_HELP = PART_NAMES
