"""Forms of the channel pages: one a provider, made from its fields."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields import TimeField
from wtforms.validators import Length, Optional

from app.core.text import Text
from app.directory.forms import stripped
from app.notifications import words
from app.notifications.channels.registry import PROVIDERS
from app.notifications.delivery_rules import ORDER
from app.web.choices import offered
from app.web.language import LOCALES

PLACES = ("first", "second", "third")
PROVIDER_NAMES = {
    "smtp": _l("E-mail over SMTP"),
    "aliyun": _l("Text messages through Aliyun"),
    "gateway": _l("Text messages through another gateway"),
    "wecom": _l("WeCom group robot"),
    "dingtalk": _l("DingTalk group robot"),
    "feishu": _l("Feishu group robot"),
}
LABELS = {
    "host": _l("Mail server"),
    "port": _l("Port"),
    "security": _l("Encryption"),
    "sender": _l("Address of the sender"),
    "sender_name": _l("Name of the sender"),
    "username": _l("User name"),
    "password": _l("Password"),
    "url": _l("Address of the interface"),
    "sign_name": _l("Signature of the messages"),
    "template": _l("Template"),
    "templates": _l("Templates of single kinds of notices"),
    "key_id": _l("AccessKey ID"),
    "key_secret": _l("AccessKey secret"),
    "field": _l("Field of the answer that holds the result"),
    "accepted": _l("Its value when the message was taken"),
    "later": _l("Values that mean: try again later"),
    "secret": _l("Signing secret"),
    "key": _l("Key of the robot"),
    "token": _l("Token of the robot"),
}
HINTS = {
    "gateway.template": _l(
        "JSON. {phone} and {text} are filled in; {id} stays the same when a message is sent again."
    ),
    "gateway.field": _l("Dots lead inwards, such as result.code."),
    "gateway.secret": _l("Signs every request (HMAC-SHA256); stored encrypted and never shown again."),
    "aliyun.template": _l("Its code, such as SMS_123456; its one variable is called content."),
    "security": _l("SSL is usual on port 465, STARTTLS on 587; none only inside the building."),
    "templates": _l("One a line, as “kind = template code”. All others use the template above."),
    "later": _l("Separated by spaces, such as the code for too many messages."),
    "sender_name": _l("Shown beside the address; empty shows the address alone."),
}
SECURITIES = [("ssl", "SSL"), ("starttls", "STARTTLS"), ("none", _l("none"))]


class SetupForm(FlaskForm):  # type: ignore[misc]
    """What every set-up has; `form_for` adds the provider's own fields."""

    active = BooleanField(_l("In use"), default=True)
    on_unknown = SelectField(_l("When nobody knows whether a message arrived"))

    def offer(self) -> None:
        """Fill the lists."""
        self.on_unknown.choices = [
            ("ask", _("staff decide")),
            ("repeat", _("send it again")),
            ("assume_sent", _("take it as sent")),
        ]


def form_for(provider: str, kept: set[str]) -> type[SetupForm]:
    """The form of a provider. Secrets are typed in, never filled in; `kept` are those that are there already."""
    fields: dict[str, Any] = {}
    for name, default in PROVIDERS[provider].options.items():
        if name == "security":
            fields[name] = SelectField(LABELS[name], choices=offered(SECURITIES), default=default)
        elif name == "templates" or (name == "template" and provider == "gateway"):
            fields[name] = TextAreaField(
                LABELS[name], [Length(max=2000)], filters=[stripped], default=default
            )
        else:
            fields[name] = StringField(LABELS[name], [Length(max=300)], filters=[stripped], default=default)
    for name in PROVIDERS[provider].secrets:
        fields[name] = PasswordField(
            LABELS[name],
            [Length(max=300)],
            filters=[stripped],
            render_kw={"autocomplete": "new-password", "placeholder": "••••••••" if name in kept else ""},
        )
    return type("ProviderForm", (SetupForm,), fields)


class TestForm(FlaskForm):  # type: ignore[misc]
    """Where a test goes."""

    __test__ = False  # not a test of pytest's
    to = StringField(_l("Send it to"), [Length(max=200)], filters=[stripped])


class DeliveryForm(FlaskForm):  # type: ignore[misc]
    """How the office reaches people."""

    own = BooleanField(_l("This office decides for itself"))
    first = SelectField(_l("First by"))
    second = SelectField(_l("If that fails, by"))
    third = SelectField(_l("And then by"))
    language = SelectField(_l("Language"), choices=offered(LOCALES.items()))
    quiet_from = TimeField(_l("Quiet hours from"), [Optional()])
    quiet_until = TimeField(_l("Quiet hours until"), [Optional()])
    personal_in_third_party = BooleanField(
        _l("Names and mobile numbers may pass through other companies' channels")
    )

    def offer(self) -> None:
        """Fill the lists."""
        channels = [(name, str(words.CHANNELS[name])) for name in ORDER]
        for place in PLACES:
            first = _("any, e-mail first") if place == "first" else _("nothing more")
            self[place].choices = [("", first), *channels]

    def validate(self, extra_validators: Any = None) -> bool:
        """Both ends of the quiet hours, or neither."""
        valid = bool(super().validate(extra_validators))
        if (self.quiet_from.data is None) == (self.quiet_until.data is None):
            return valid
        sentence = Text(
            "免打扰时段要么起止都填，要么都不填。", "Give both ends of the quiet hours, or neither."
        )
        self.quiet_until.errors = [*self.quiet_until.errors, sentence]
        return False
