"""Forms of the calendar."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.web.choices import offered

NEEDED = _l("Please fill this in.")


class DayForm(FlaskForm):  # type: ignore[misc]
    """A local holiday, a local working day, or an override of one day."""

    on_date = DateField(_l("Day"), validators=[DataRequired(_l("Please choose a day."))])
    off = RadioField(
        _l("It is"),
        choices=offered([("off", _l("a rest day")), ("work", _l("a working day"))]),
        default="off",
    )
    local_holiday = BooleanField(_l("A yearly local day (not a one-off decision)"))
    name = StringField(_l("Name"), validators=[DataRequired(NEEDED), Length(max=80)])
    reason = StringField(_l("Reason"), validators=[DataRequired(NEEDED), Length(max=400)])
    document_number = StringField(_l("Document number"), validators=[Length(max=80)])


class PeriodForm(FlaskForm):  # type: ignore[misc]
    """A special protection period or a suspension."""

    kind = RadioField(
        _l("Kind"),
        choices=offered(
            [
                ("special", _l("Special protection period: every day is a duty day")),
                ("suspension", _l("Suspension: no reception")),
            ]
        ),
        default="special",
    )
    name = StringField(_l("Name"), validators=[DataRequired(NEEDED), Length(max=120)])
    first_day = DateField(_l("First day"), validators=[DataRequired(_l("Please choose a day."))])
    last_day = DateField(_l("Last day"), validators=[Optional()])
    by_appointment_only = BooleanField(_l("Visits by appointment still take place"))
    reason = TextAreaField(_l("Reason"), validators=[Length(max=2000)])
    document_number = StringField(_l("Document number"), validators=[Length(max=80)])


class EndPeriodForm(FlaskForm):  # type: ignore[misc]
    """The last day of a period that goes on until further notice."""

    last_day = DateField(_l("Last day"), validators=[DataRequired(_l("Please choose a day."))])


class NoticeForm(FlaskForm):  # type: ignore[misc]
    """A notice file to preview."""

    file = FileField(_l("Notice file"), validators=[FileRequired(_l("Please choose a file."))])
    title = StringField(_l("Title of the notice"), validators=[Length(max=200)])
    document_number = StringField(_l("Document number"), validators=[Length(max=80)])


class ConfirmNoticeForm(FlaskForm):  # type: ignore[misc]
    """A previewed notice, signed, so that what is confirmed is what was shown."""

    notice = HiddenField(validators=[DataRequired()])
