"""The day a leader wants a matter done by, as forms ask for it: a date, or so many days from receipt."""

import datetime as dt

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, ValidationError
from wtforms.validators import NumberRange, Optional

from app.followup.errors import LeaderDayRefused

YEARS = (2000, 2100)


def in_reach(_form: object, field: DateField) -> None:
    """A day that clocks can count from: a slip of the keyboard makes years like 0026 and 20266."""
    if field.data and not YEARS[0] <= field.data.year <= YEARS[1]:
        raise ValidationError(_l("Please look at the year: it should lie between 2000 and 2100."))


class LeaderDayFields:
    """Both fields; one of them is enough."""

    leader_day = DateField(_l("The leader wants it done by"), [Optional(), in_reach])
    leader_days = IntegerField(
        _l("or so many days from receipt"),
        [Optional(), NumberRange(1, 365, _l("Between 1 and 365 days."))],
    )

    def day_from(self, received_on: dt.date) -> dt.date | None:
        """The day that was asked for; None where nothing was written. LeaderDayRefused for two that do not meet."""
        day, days = self.leader_day.data, self.leader_days.data
        counted = received_on + dt.timedelta(days=days) if days else None
        if day and counted and day != counted:
            raise LeaderDayRefused.two_days()
        found: dt.date | None = day or counted
        return found
