"""Forms of calendar links."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.feeds.models import FeedLink
from app.feeds.options import FeedOptions
from app.web.choices import offered

ALARMS = (
    ("", _l("No reminder")),
    ("0", _l("At the start")),
    ("15", _l("15 minutes before")),
    ("30", _l("30 minutes before")),
    ("60", _l("1 hour before")),
    ("120", _l("2 hours before")),
    ("1440", _l("1 day before")),
)
PASTS = (
    ("0", _l("From this week on")),
    ("60", _l("The last 2 months too")),
    ("366", _l("The last year too")),
    ("3660", _l("Everything")),
)
BUSY = (("yes", _l("Shown as busy")), ("no", _l("Shown as free")))


class OptionsForm(FlaskForm):  # type: ignore[misc]
    """How a calendar looks in the program that fetches it."""

    name = StringField(
        _l("Name of the link"),
        validators=[
            DataRequired(_l("Name the link, for example “my phone”.")),
            Length(max=64, message=_l("At most 64 characters.")),
        ],
        filters=[lambda text: (text or "").strip()],
    )
    language = SelectField(_l("Language"), choices=offered([("zh", "中文"), ("en", "English")]), default="zh")
    alarm = SelectField(_l("Reminder"), choices=offered(ALARMS), default="")
    busy = SelectField(_l("Sessions are"), choices=offered(BUSY), default="yes")
    past = SelectField(_l("Past sessions"), choices=offered(PASTS), default="60")

    def options(self) -> FeedOptions:
        """What was chosen."""
        alarm = int(self.alarm.data) if self.alarm.data else None
        return FeedOptions(self.language.data, alarm, self.busy.data == "yes", int(self.past.data))

    @classmethod
    def of_link(cls, link: FeedLink) -> "OptionsForm":
        """The form with what the link has."""
        values: dict[str, Any] = {
            "name": link.name,
            "language": link.language,
            "alarm": "" if link.alarm is None else str(link.alarm),
            "busy": "yes" if link.busy else "no",
            "past": str(link.past),
        }
        return cls(data=values)


class LinkForm(OptionsForm):
    """A new link: for whom ("staff", "leader:7", "department:3"), where it is used, and how it looks."""

    whom = SelectField(_l("For whom"), validators=[InputRequired(_l("Choose for whom it is."))])


class InviteForm(FlaskForm):  # type: ignore[misc]
    """A leader who is to make the own links."""

    leader_id = SelectField(_l("Leader"), coerce=int, validators=[InputRequired(_l("Choose a leader."))])
