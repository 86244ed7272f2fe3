"""Forms of absences: leave, share and limits, wishes, pinned seats."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from app.roster.rule_form_base import Ticks
from app.web.choices import offered
from app.web.filters import WEEKDAYS
from app.web.language import current_locale

NEEDED = _l("Please choose a day.")
SESSIONS = [
    ("", _l("the first of the day")),
    ("day", _l("All day")),
    ("am", _l("Morning")),
    ("pm", _l("Afternoon")),
]


class LeaveForm(FlaskForm):  # type: ignore[misc]
    """First and last day away."""

    first_day = DateField(_l("First day"), validators=[DataRequired(NEEDED)])
    last_day = DateField(_l("Last day"), validators=[DataRequired(NEEDED)])
    reason = StringField(_l("Reason"), validators=[Length(max=200)])


class TermsForm(FlaskForm):  # type: ignore[misc]
    """Share, weekdays never served, own limits."""

    share_percent = IntegerField(_l("Share in percent"), default=100, validators=[Optional()])
    forbidden_weekdays = Ticks(_l("Never serves on"), choices=[], validate_choice=False)
    month_min = IntegerField(_l("At least a month"), default=0, validators=[Optional()])
    month_max = IntegerField(_l("At most a month"), validators=[Optional()])

    def set_choices(self) -> None:
        """The weekdays in the person's language."""
        self.forbidden_weekdays.choices = weekday_choices()


class WishForm(FlaskForm):  # type: ignore[misc]
    """Would rather, or rather not, serve on a date or a weekday."""

    kind = RadioField(
        _l("Wish"),
        choices=offered([("avoid", _l("rather not")), ("prefer", _l("gladly"))]),
        default="avoid",
        validate_choice=False,
    )
    on_date = DateField(_l("on the date"), validators=[Optional()])
    weekday = SelectField(_l("or every"), choices=[], validate_choice=False)
    weight = IntegerField(_l("Weight"), default=1, validators=[Optional()])

    def set_choices(self) -> None:
        """The weekdays in the person's language."""
        self.weekday.choices = [("", _("— a date —")), *weekday_choices()]


class PinForm(FlaskForm):  # type: ignore[misc]
    """A seat of a day that is this leader's."""

    on_date = DateField(_l("Day"), validators=[DataRequired(NEEDED)], id="pin_on_date")
    session = SelectField(_l("Session"), choices=offered(SESSIONS), default="", validate_choice=False)
    seat = IntegerField(_l("Seat"), default=1, validators=[Optional()])
    note = StringField(_l("Note"), validators=[Length(max=200)])


def weekday_choices() -> list[tuple[str, str]]:
    """("0", Monday) … ("6", Sunday)."""
    return [(str(number), name) for number, name in enumerate(WEEKDAYS[current_locale()])]
