"""Forms of screens, their groups and notices."""

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from app.web.choices import offered

LAYOUT_NAMES = {
    "full": _l("Today, and the coming sessions beside it"),
    "today": _l("Only today, as large as possible"),
    "calls": _l("Today, and the tickets being called beside it"),
}
LANGUAGE_NAMES = {
    "both": _l("Chinese, with English beside it"),
    "zh": _l("Chinese only"),
    "en": _l("English only"),
}
LONGEST_NAME = 64
LONGEST_ZH, LONGEST_EN = 120, 200
LATEST = 240


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _name(example: Any) -> StringField:
    return StringField(
        _l("Name"),
        validators=[
            DataRequired(example),
            Length(max=LONGEST_NAME, message=_l("At most 64 characters.")),
        ],
        filters=[_stripped],
    )


class EnrolForm(FlaskForm):  # type: ignore[misc]
    """Approve a waiting screen."""

    code = StringField(
        _l("Code on the screen"),
        validators=[DataRequired(_l("Enter the six characters the screen shows."))],
        filters=[_stripped],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    name = _name(_l("Name the screen by where it hangs, for example “hall, ground floor”."))
    layout = RadioField(_l("Layout"), choices=offered(LAYOUT_NAMES.items()), default="full")


class LookForm(FlaskForm):  # type: ignore[misc]
    """What a screen or the screens of a group show."""

    layout = RadioField(_l("Layout"), choices=offered(LAYOUT_NAMES.items()), default="full")
    language = RadioField(_l("Language"), choices=offered(LANGUAGE_NAMES.items()), default="both")
    room = SelectField(_l("Only this room"), validators=[Optional()])
    more_offices = SelectMultipleField(_l("Other offices to show beside it"), coerce=int)
    voice = BooleanField(_l("Say the tickets that are called"))

    def look(self) -> dict[str, Any]:
        """The values as the service takes them."""
        return {
            "layout": self.layout.data,
            "language": self.language.data,
            "room": self.room.data or "",
            "more_offices": sorted(self.more_offices.data or []),
            "voice": self.voice.data,
        }


class ScreenForm(LookForm):
    """A screen's name, group and look."""

    name = _name(_l("Name the screen by where it hangs, for example “hall, ground floor”."))
    group_id = SelectField(_l("Group"), coerce=int)  # 0: none
    always_on = BooleanField(_l("It is on day and night: tell us also outside working hours when it is dark"))

    def values(self) -> dict[str, Any]:
        """The values as the service takes them."""
        return {
            "name": self.name.data,
            "group_id": self.group_id.data or None,
            "always_on": self.always_on.data,
            **self.look(),
        }


class GroupForm(LookForm):
    """A group's name, and its look where that is the same for all."""

    name = _name(_l("Name the group, for example “township halls”."))
    same_for_all = BooleanField(_l("All screens of the group show the same: what is set here"))

    def values(self) -> dict[str, Any]:
        """The values as the service takes them."""
        return {"name": self.name.data, "same_for_all": self.same_for_all.data, **self.look()}


class MoveForm(FlaskForm):  # type: ignore[misc]
    """The office a screen is given to."""

    office = SelectField(_l("Office"), validators=[InputRequired(_l("Choose an office."))])


class NoticeForm(FlaskForm):  # type: ignore[misc]
    """A short text for the days it holds."""

    text_zh = StringField(
        _l("Text in Chinese"),
        validators=[
            DataRequired(_l("Write what the screens should say.")),
            Length(max=LONGEST_ZH, message=_l("At most 120 characters: it has to be read in passing.")),
        ],
        filters=[_stripped],
    )
    text_en = StringField(
        _l("Text in English (may be left empty)"),
        validators=[Length(max=LONGEST_EN, message=_l("At most 200 characters."))],
        filters=[_stripped],
    )
    first_day = DateField(_l("First day"), validators=[InputRequired(_l("Enter the first day."))])
    last_day = DateField(_l("Last day"), validators=[InputRequired(_l("Enter the last day."))])
    group_id = SelectField(_l("On which screens"), coerce=int, default=0)  # 0: all of the office

    def validate_last_day(self, field: Any) -> None:
        """The end is not before the beginning, nor a year away."""
        if self.first_day.data is None or field.data is None:
            return
        if field.data < self.first_day.data:
            raise ValidationError(_l("The last day is before the first day."))
        if field.data - self.first_day.data > dt.timedelta(days=366):
            raise ValidationError(_l("A notice holds for a year at most."))

    def values(self) -> dict[str, Any]:
        """The values as the service takes them."""
        return {
            "text_zh": self.text_zh.data,
            "text_en": self.text_en.data,
            "first_day": self.first_day.data,
            "last_day": self.last_day.data,
            "group_id": self.group_id.data or None,
        }


class LateForm(FlaskForm):  # type: ignore[misc]
    """How late today's session runs."""

    minutes = IntegerField(
        _l("Minutes late"),
        validators=[
            InputRequired(_l("Enter the minutes; 0 means on time.")),
            NumberRange(0, LATEST, message=_l("Between 0 and 240 minutes.")),
        ],
    )
