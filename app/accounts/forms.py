"""Forms of sign-in and of managing people."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Form, PasswordField, SelectField, StringField
from wtforms.fields import DateField
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from app.accounts.models import ROLES
from app.accounts.words import ROLE_NAMES

REQUIRED = _l("Please fill this in.")


def _stripped(value: str | None) -> str:
    return (value or "").strip()


def _lowered(value: str | None) -> str:
    return (value or "").strip().lower()


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Name and password."""

    username = StringField(
        _l("User name or e-mail"),
        [DataRequired(REQUIRED), Length(max=255)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"), [DataRequired(REQUIRED)], render_kw={"autocomplete": "current-password"}
    )
    remember = BooleanField(_l("Stay signed in on this device for 14 days"))


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The second step."""

    code = StringField(
        _l("Six-digit code"),
        [DataRequired(REQUIRED), Length(max=12)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, with the present one."""

    present = PasswordField(
        _l("Present password"), [DataRequired(REQUIRED)], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        _l("New password"), [DataRequired(REQUIRED)], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _l("New password again"), [DataRequired(REQUIRED)], render_kw={"autocomplete": "new-password"}
    )

    def validate_again(self, field: PasswordField) -> None:
        """Both are the same."""
        if field.data != self.new.data:
            raise ValidationError(_("The two new passwords differ."))


class PersonForm(FlaskForm):  # type: ignore[misc]
    """Name, address, and the leader the account stands for."""

    name = StringField(_l("Full name"), [DataRequired(REQUIRED), Length(max=64)], filters=[_stripped])
    email = EmailField(
        _l("E-mail"),
        [DataRequired(REQUIRED), Length(max=255), Email(_l("This is not an e-mail address."))],
        filters=[_lowered],
    )
    leader_id = SelectField(
        _l("Leader in office"),
        coerce=lambda text: int(text) if text and text != "None" else None,
        validate_choice=True,
    )

    def offer_leaders(self, leaders: list[tuple[int, str]]) -> None:
        """Fill the list of leaders; empty means none."""
        self.leader_id.choices = [("", _("No leader"))] + [(str(number), name) for number, name in leaders]


class GrantForm(FlaskForm):  # type: ignore[misc]
    """A role at an office; for a unit contact, the department too."""

    office = SelectField(_l("Office"), [DataRequired(REQUIRED)])
    role = SelectField(_l("Role"), [DataRequired(REQUIRED)])
    department = SelectField(
        _l("Department"),
        coerce=lambda text: int(text) if text and text != "None" else None,
    )

    def __init__(
        self, offices: list[tuple[str, str]], departments: dict[str, list[tuple[int, str]]], **values: Any
    ) -> None:
        super().__init__(**values)
        self.office.choices = offices
        self.role.choices = role_choices()
        self.department.choices = {"": [("", _("None"))], **departments}


class NewPersonForm(GrantForm):
    """A new account with its first role."""

    username = StringField(
        _l("User name"),
        [DataRequired(REQUIRED), Length(max=64)],
        filters=[_lowered],
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    name = StringField(_l("Full name"), [DataRequired(REQUIRED), Length(max=64)], filters=[_stripped])
    email = EmailField(
        _l("E-mail"),
        [DataRequired(REQUIRED), Length(max=255), Email(_l("This is not an e-mail address."))],
        filters=[_lowered],
    )


class PeopleFilterForm(Form):  # type: ignore[misc]
    """What to show of the people; sent as a query string."""

    q = StringField(_l("Name, user name or e-mail"), filters=[_stripped])
    office = SelectField(_l("Office"), validate_choice=False)
    role = SelectField(_l("Role"), validate_choice=False)
    state = SelectField(_l("State of the account"), default="active", validate_choice=False)

    def offer(self, offices: list[tuple[str, str]]) -> None:
        """Fill the lists."""
        self.office.choices = [("", _("All offices")), *offices]
        self.role.choices = [("", _("All roles")), *role_choices()]
        self.state.choices = [("active", _("Active")), ("inactive", _("Deactivated")), ("any", _("All"))]


class AuditFilterForm(Form):  # type: ignore[misc]
    """What to show of the audit trail; sent as a query string."""

    office = SelectField(_l("Office"), validate_choice=False)
    actor = StringField(_l("Person"), filters=[_stripped])
    action = SelectField(_l("Action"), validate_choice=False)
    first = DateField(_l("First day"), [Optional()])
    last = DateField(_l("Last day"), [Optional()])
    q = StringField(_l("Text in the change"), filters=[_stripped])

    def offer(self, offices: list[tuple[str, str]], actions: list[tuple[str, str]]) -> None:
        """Fill the lists."""
        self.office.choices = [("", _("All offices")), *offices]
        self.action.choices = [("", _("All actions")), *actions]


def role_choices() -> list[tuple[str, str]]:
    """Every role with its name."""
    return [(role, str(ROLE_NAMES[role])) for role in ROLES]
