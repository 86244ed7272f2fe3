"""What every form of a rule has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Several choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RuleForm(FlaskForm):  # type: ignore[misc]
    """What every kind of rule has. `choices` fills the lists of leaders, rooms and weekdays."""

    name = StringField(_l("Name"), validators=[Length(max=120)])
    first_day = DateField(_l("Holds from"), validators=[Optional()])
    last_day = DateField(_l("Holds to"), validators=[Optional()])
    version = HiddenField()

    def set_choices(self, leaders: Sequence[tuple[str, str]], rooms: Sequence[tuple[str, str]]) -> None:
        """Give the lists what can be chosen: (id, name)."""
        del rooms
        if "leaders" in self:
            self["leaders"].choices = list(leaders)

    def to_spec(self) -> dict[str, Any]:
        """What was entered, as `parse_rule` reads it (which checks it)."""
        raise TypeError(type(self))

    @staticmethod
    def from_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
        """The values that show a stored spec."""
        return dict(spec)
