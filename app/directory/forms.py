"""Forms of the directory: parse and shape what people type, and say in one sentence what is wrong."""

import re
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from app.directory.importing.cells import clean_name
from app.directory.importing.lists import LONGEST_ITEM, split_list, split_sectors, split_townships
from app.directory.importing.phones import clean_phone
from app.directory.models import FACETS
from app.directory.rules import OFFICE_CODE
from app.directory.service import ContactDetails, DepartmentDetails, LeaderDetails, OfficeDetails, RoomDetails
from app.web.choices import offered
from app.web.filters import LEADER_ROLES, OFFICE_KINDS
from app.web.language import in_language

FACET_LABELS = {
    "post": _l("Post"),
    "sector": _l("Sectors"),
    "township": _l("Linked townships"),
    "project": _l("Projects commanded"),
}


def stripped(value: str | None) -> str:
    """Text without spaces around it."""
    return (value or "").strip()


def _required(message: Any) -> InputRequired:
    return InputRequired(message)


def _short(largest: int) -> Length:
    return Length(max=largest, message=_l("At most %(number)s characters.", number=largest))


def person_name(form: FlaskForm, field: Field) -> None:
    """A validator: spaces and widths are put right; a title alone or two people are refused in a sentence."""
    found = clean_name(field.data)
    if found.is_refused or not found.name:
        raise ValidationError(
            in_language(found.problems[0]) if found.problems else _("Write the person's name.")
        )
    field.data = found.name


def telephone(form: FlaskForm, field: Field) -> None:
    """A validator: the number is brought to its one form, and what is no number refused."""
    if not field.data:
        return
    found = clean_phone(field.data)
    if not found.number:
        raise ValidationError(
            in_language(found.problems[0]) if found.problems else _("This is not a telephone number.")
        )
    field.data = found.number


def day_field(label: Any, *validators: Any) -> DateField:
    """A day; a browser without a date picker may send 2026/3/2 or 2026.3.2."""
    formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
    return DateField(label, validators=[*validators], format=formats)


class OfficeForm(FlaskForm):  # type: ignore[misc]
    """Name, public number, address and scope of an office."""

    name = StringField(
        _l("Name"), [_required(_l("Write the office's name.")), _short(80)], filters=[stripped]
    )
    name_en = StringField(_l("English name"), [_short(120)], filters=[stripped])
    phone = StringField(_l("Public phone"), [_short(40), telephone], filters=[stripped])
    address = StringField(_l("Address"), [_short(200)], filters=[stripped])
    scope = TextAreaField(_l("What it receives"), [_short(2000)], filters=[stripped])
    timezone = StringField(_l("Time zone"), [_short(40)], filters=[stripped], default="Asia/Shanghai")
    seen = HiddenField()

    def validate_timezone(self, field: Field) -> None:
        """Only zones the machine knows."""
        if field.data not in available_timezones():
            raise ValidationError(_l("No such time zone; in China write Asia/Shanghai."))

    def details(self) -> OfficeDetails:
        """What was entered."""
        return OfficeDetails(
            self.name.data,
            self.name_en.data,
            self.phone.data,
            self.address.data,
            self.scope.data,
            self.timezone.data,
        )


class NewOfficeForm(OfficeForm):
    """A new office also has a code and a level."""

    code = StringField(
        _l("Code"), [_required(_l("Write a code.")), _short(32)], filters=[stripped, str.lower]
    )
    kind = SelectField(
        _l("Level of office"),
        choices=offered([("county", OFFICE_KINDS["county"]), ("township", OFFICE_KINDS["township"])]),
    )

    def validate_code(self, field: Field) -> None:
        """Codes stand in addresses."""
        if not OFFICE_CODE.fullmatch(field.data):
            raise ValidationError(
                _l(
                    "A code has small letters, digits and single hyphens and begins with a letter, like town-07."
                )
            )


class RoomForm(FlaskForm):  # type: ignore[misc]
    """A room."""

    name = StringField(
        _l("Reception room"), [_required(_l("Write the room's name.")), _short(80)], filters=[stripped]
    )
    place = StringField(_l("How to find it"), [_short(200)], filters=[stripped])

    def details(self) -> RoomDetails:
        """What was entered."""
        return RoomDetails(self.name.data, self.place.data)


class DayForm(FlaskForm):  # type: ignore[misc]
    """One day: a last day, or the day from which something is closed."""

    day = day_field(_l("Day"), _required(_l("Choose the day.")))


class LeaderForm(FlaskForm):  # type: ignore[misc]
    """Who a leader is; the dated facts have a form of their own."""

    name = StringField(
        _l("Full name"),
        [_required(_l("Write the person's name.")), _short(64), person_name],
        filters=[stripped],
    )
    role = RadioField(_l("Principal or deputy"), choices=offered(LEADER_ROLES.items()), default="deputy")
    phone = StringField(_l("Own phone"), [_short(40), telephone], filters=[stripped])
    first_day = day_field(_l("First day in office"), Optional())
    position = IntegerField(
        _l("Order in the list"),
        [Optional(), NumberRange(0, 9999, _l("A whole number from 0 to 9999."))],
    )
    note = TextAreaField(_l("Note"), [_short(2000)], filters=[stripped])
    seen = HiddenField()

    def details(self) -> LeaderDetails:
        """What was entered."""
        return LeaderDetails(
            self.name.data,
            self.role.data,
            self.phone.data or None,
            self.first_day.data,
            self.position.data,
            self.note.data,
        )


class NewLeaderForm(LeaderForm):
    """A new leader has first facts too."""

    post = StringField(_l("Post"), filters=[stripped])
    sectors = StringField(_l("Sectors"), filters=[stripped])
    townships = StringField(_l("Linked townships"), filters=[stripped])
    projects = StringField(_l("Projects commanded"), filters=[stripped])

    def validate_post(self, field: Field) -> None:
        """Each part must fit."""
        _check_parts(split_values("post", field.data))

    validate_sectors = validate_townships = validate_projects = validate_post

    def facts(self, known_townships: list[str]) -> dict[str, list[str]]:
        """The first facts by kind."""
        texts = zip(FACETS, (self.post, self.sectors, self.townships, self.projects), strict=True)
        return {kind: split_values(kind, field.data, known_townships) for kind, field in texts}


class FactsForm(FlaskForm):  # type: ignore[misc]
    """From a day on, these hold."""

    values = TextAreaField(_l("From that day"), filters=[stripped])
    day = day_field(_l("First day"), _required(_l("Choose the day.")))
    seen = HiddenField()

    def validate_values(self, field: Field) -> None:
        """Each part must fit."""
        _check_parts(split_values("post", field.data))


class FactForm(FlaskForm):  # type: ignore[misc]
    """One dated fact, put right."""

    value = StringField(
        _l("Text"), [_required(_l("Write what it is.")), _short(LONGEST_ITEM)], filters=[stripped]
    )
    first_day = day_field(_l("First day"), Optional())
    last_day = day_field(_l("Last day"), Optional())
    seen = HiddenField()


class DepartmentForm(FlaskForm):  # type: ignore[misc]
    """A department and its sectors."""

    name = StringField(_l("Department"), [_required(_l("Write its name.")), _short(80)], filters=[stripped])
    sectors = StringField(_l("Sectors"), [_short(400)], filters=[stripped])

    def details(self) -> DepartmentDetails:
        """What was entered."""
        return DepartmentDetails(self.name.data, "、".join(split_sectors(self.sectors.data)))


class ContactForm(FlaskForm):  # type: ignore[misc]
    """A contact of a department."""

    name = StringField(
        _l("Full name"),
        [_required(_l("Write the person's name.")), _short(64), person_name],
        filters=[stripped],
    )
    phone = StringField(_l("Phone"), [_short(40), telephone], filters=[stripped])
    email = StringField(
        _l("E-mail"),
        [Optional(), _short(120), Email(_l("Write an address like name@example.org."))],
        filters=[stripped],
    )

    def details(self) -> ContactDetails:
        """What was entered."""
        return ContactDetails(self.name.data, self.phone.data or None, self.email.data or None)


class UploadForm(FlaskForm):  # type: ignore[misc]
    """The file of leaders."""

    file = FileField(_l("File (.xlsx, .xls or .csv)"))

    def validate_file(self, field: Field) -> None:
        """There must be one."""
        if not field.data or not field.data.filename:
            raise ValidationError(_l("Choose the file first."))


def split_values(kind: str, text: str, known_townships: list[str] | None = None) -> list[str]:
    """Several posts, sectors, townships or projects in one text; townships as the office knows them."""
    if kind == "post":
        return [part for part in dict.fromkeys(re.split("[、\n\r]+", text)) if part.strip()]
    if kind == "township":
        return list(split_townships(text, known_townships or None).names)
    return list(split_sectors(text) if kind == "sector" else split_list(text))


def _check_parts(parts: list[str]) -> None:
    if any(len(part) > LONGEST_ITEM for part in parts):
        raise ValidationError(
            _l("One item has more than %(number)s characters; shorten it.", number=LONGEST_ITEM)
        )
