"""Forms of the notice pages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField
from wtforms.fields import DateField
from wtforms.validators import Optional

from app.notifications.delivery_queries import Filters
from app.notifications.words import CHANNELS, RECIPIENTS, STATES, kind_label


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class FilterForm(Form):  # type: ignore[misc]
    """What to show of the outbox; sent as a query string."""

    state = SelectField(_l("State"), validate_choice=False)
    kind = SelectField(_l("Kind of notice"), validate_choice=False)
    channel = SelectField(_l("Channel"), validate_choice=False)
    who = SelectField(_l("To whom"), validate_choice=False)
    first = DateField(_l("First day"), [Optional()])
    last = DateField(_l("Last day"), [Optional()])
    q = StringField(_l("Name of the recipient"), filters=[_stripped])

    def offer(self, kinds: list[str]) -> None:
        """Fill the lists."""
        self.state.choices = [
            ("", _("All states")),
            ("trouble", _("Needs somebody")),
            ("open", _("Not sent yet")),
            *((name, str(label)) for name, label in STATES.items()),
        ]
        labels = sorted(((name, kind_label(name)) for name in kinds), key=lambda pair: pair[1])
        self.kind.choices = [("", _("All kinds")), *labels]
        self.channel.choices = [("", _("All channels")), *((n, str(label)) for n, label in CHANNELS.items())]
        self.who.choices = [("", _("Everybody")), *((n, str(label)) for n, label in RECIPIENTS.items())]

    def wanted(self) -> Filters:
        """What was asked for; a day that is no day counts as not given."""
        self.validate()
        return Filters(
            state=self.state.data or "",
            kind=self.kind.data or "",
            channel=self.channel.data or "",
            who=self.who.data or "",
            words=self.q.data or "",
            first=self.first.data,
            last=self.last.data,
        )
