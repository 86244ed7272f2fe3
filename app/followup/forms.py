"""Forms of follow-through."""

import string
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange

from app.appointments.rules.files import LARGEST
from app.core.text import Text
from app.followup import words
from app.followup.clocks import BY_URGENCY, CLOCKS, LONGEST_EXTENSION, longest_extension
from app.followup.day_fields import LeaderDayFields, in_reach
from app.followup.service.letters import PLACEHOLDERS
from app.web.choices import offered

LONG = 5000


def stripped(value: str | None) -> str:
    """Without blanks at the ends."""
    return (value or "").strip()


def text_field(label: Any, required: Any = None, rows: int = 4) -> TextAreaField:
    """Longer text of at most LONG characters; `required` is what to say when it is missing."""
    checks: list[Any] = [Length(max=LONG, message=_l("At most %(number)s characters.", number=LONG))]
    if required is not None:
        checks.insert(0, InputRequired(required))
    return TextAreaField(label, checks, filters=[stripped], render_kw={"rows": rows})


class UnitForm(FlaskForm):  # type: ignore[misc]
    """One more unit."""

    department = SelectField(_l("Unit"), coerce=int)
    main = BooleanField(_l("Responsible for the whole"))


class DayForm(FlaskForm):  # type: ignore[misc]
    """A day something happened."""

    day = DateField(_l("Day"), [InputRequired(_l("Choose the day.")), in_reach])


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """A step with a reason or a text."""

    text = text_field(_l("Reason"), _l("Please write the reason."), 3)


class WordsForm(FlaskForm):  # type: ignore[misc]
    """A step with words of its own: progress, a reply, a result."""

    text = text_field(_l("Text"), _l("Please write what was done."))


class UrgeForm(FlaskForm):  # type: ignore[misc]
    """A leader urges a unit; a sentence of his own is welcome."""

    text = text_field(_l("A sentence to the unit, if you like"), rows=2)


class ExtendForm(ReasonForm):
    """Extend once."""

    days = IntegerField(
        _l("By days (at most 30)"),
        [
            InputRequired(_l("Say by how many days.")),
            NumberRange(1, LONGEST_EXTENSION, _l("Between 1 and 30 days.")),
        ],
        default=LONGEST_EXTENSION,
    )


class LeaderDayForm(LeaderDayFields, ReasonForm):
    """The leader sets a day, or another one."""


class PauseForm(ReasonForm):
    """Stop the clock."""

    first = DateField(_l("First day"), [InputRequired(_l("Choose the day.")), in_reach])
    last = DateField(_l("Last day"), [InputRequired(_l("Choose the day.")), in_reach])

    def validate_last(self, field: DateField) -> None:
        """Not before the first day."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(_l("The last day is before the first day."))


class RateForm(FlaskForm):  # type: ignore[misc]
    """How satisfied the resident is, told by phone or on paper."""

    rating = RadioField(
        _l("How satisfied"),
        [InputRequired(_l("Choose one."))],
        choices=offered(words.RATINGS.items()),
    )
    how = RadioField(
        _l("Told"), choices=offered([("call", _l("by phone")), ("paper", _l("on paper"))]), default="call"
    )


class CodeForm(FlaskForm):  # type: ignore[misc]
    """A resident rates with the code of the reply."""

    code = StringField(
        _l("Code on the reply"),
        [InputRequired(_l("Type the code that stands on the reply."))],
        filters=[stripped],
    )
    rating = RateForm.rating


class LetterForm(FlaskForm):  # type: ignore[misc]
    """The text of a letter before it gets its number."""

    text = text_field(_l("Text of the letter"), _l("A letter needs a text."), 12)


class PublishForm(FlaskForm):  # type: ignore[misc]
    """A result for the public page."""

    text = text_field(_l("Text for the public, without personal data"), _l("Write what may be public."), 8)
    confirmed = BooleanField(_l("I have read it: what is marked is not personal data"))


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A paper of a matter."""

    file = FileField(_l("File (PDF, Word, Excel, picture; up to %(number)s MB)", number=LARGEST // 1024**2))


class ReplyForm(WordsForm):
    """The written reply of a unit, with its file where there is one."""

    file = UploadForm.file


class SettingsForm(FlaskForm):  # type: ignore[misc]
    """Limits and habits of an office."""

    roll_forward = BooleanField(_l("An end on a rest day rolls to the next working day"))
    sign_offs = SelectField(
        _l("Signatures before a matter goes out"), choices=offered([("0", "0"), ("1", "1"), ("2", "2")])
    )
    few_items = IntegerField(
        _l("A unit with so many items or fewer is listed, not ranked"),
        [InputRequired(_l("Write a number.")), NumberRange(0, 1000)],
    )
    supervise = text_field(_l("Text of supervision letters"), rows=8)
    remind = text_field(_l("Text of reminder letters"), rows=8)

    def validate_supervise(self, field: TextAreaField) -> None:
        """Only placeholders that exist."""
        _check_placeholders(field.data or "")

    def validate_remind(self, field: TextAreaField) -> None:
        """Only placeholders that exist."""
        _check_placeholders(field.data or "")


def _check_placeholders(text: str) -> None:
    try:
        names = {name for _t, name, _s, _c in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ValidationError(_l("A brace { or } stands alone; write placeholders like {unit}.")) from error
    unknown = sorted(names - PLACEHOLDERS)
    if unknown:
        raise ValidationError(
            _l(
                "Unknown placeholder: %(names)s. There are: %(known)s.",
                names=", ".join(unknown),
                known=", ".join(sorted(PLACEHOLDERS)),
            )
        )


_EXTENSION = Text("延长办理期限（一次，最多）", "Extend once, by at most")


def limit_fields(limits: Mapping[str, int]) -> list[tuple[str, Any, int, bool]]:
    """Every limit as (key, name, days, counted in working days)."""
    clocks = [(key, kind.name, kind.limit) for key, kind in CLOCKS.items()]
    special = [(key, words.URGENCIES[key], limit) for key, limit in BY_URGENCY.items()]
    return [
        *(
            (key, name, limits.get(key, limit.days), limit.working)
            for key, name, limit in (*clocks, *special)
        ),
        ("extension", _EXTENSION, longest_extension(limits), False),
    ]
