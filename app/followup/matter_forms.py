"""What a matter says, as forms ask for it: when it begins, and when something of it was entered wrongly."""

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.followup import words
from app.followup.day_fields import LeaderDayFields, in_reach
from app.followup.forms import stripped, text_field
from app.followup.service.correction import Correction
from app.followup.service.matters import Opening
from app.web.choices import offered


class MatterFields:
    """What may be corrected later."""

    received_on = DateField(_l("Received on"), [InputRequired(_l("Say when it was received.")), in_reach])
    subject = StringField(
        _l("Subject, without names"),
        [
            InputRequired(_l("Write a short subject; it stands in lists.")),
            Length(max=120, message=_l("At most %(number)s characters.", number=120)),
        ],
        filters=[stripped],
    )
    sector = StringField(_l("Field of work"), [Length(max=120)], filters=[stripped])
    township = StringField(_l("Township"), [Length(max=120)], filters=[stripped])
    account = text_field(_l("What it is about"))
    instruction = text_field(_l("The leader's instruction"))
    urgency = RadioField(_l("Urgency"), choices=offered(words.URGENCIES.items()), default="normal")
    duty_leader = SelectField(_l("Leader who received"), coerce=int)
    case_leader = SelectField(_l("Leader who keeps the matter"), coerce=int)

    def said(self) -> dict[str, Any]:
        """What was entered, by the names of a matter."""
        return {
            "received_on": self.received_on.data or dt.date.min,
            "subject": self.subject.data or "",
            "sector": self.sector.data or "",
            "township": self.township.data or "",
            "account": self.account.data or "",
            "instruction": self.instruction.data or "",
            "urgency": self.urgency.data,
            "duty_leader_id": self.duty_leader.data or None,
            "case_leader_id": self.case_leader.data or None,
        }


class OpenForm(MatterFields, LeaderDayFields, FlaskForm):  # type: ignore[misc]
    """What the leader decided."""

    disposition = RadioField(
        _l("What the leader decided"),
        [InputRequired(_l("Choose what the leader decided."))],
        choices=offered(words.DISPOSITIONS.items()),
    )
    result = text_field(_l("The answer given"))
    main_unit = SelectField(_l("Responsible unit"), coerce=int)
    other_units = SelectMultipleField(
        _l("Units that assist"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_result(self, field: TextAreaField) -> None:
        """What was answered on the spot is written down."""
        if self.disposition.data == "answered" and not field.data:
            raise ValidationError(_l("Write what was answered."))

    def validate_main_unit(self, field: SelectField) -> None:
        """Assisting needs somebody to assist."""
        if self.other_units.data and not field.data:
            raise ValidationError(_l("Choose the responsible unit first; the others assist it."))

    def opening(self, visit_id: int | None) -> Opening:
        """What was entered."""
        main = [self.main_unit.data] if self.main_unit.data else []
        said = self.said()
        return Opening(
            **said,
            leader_due_on=self.day_from(said["received_on"]),
            disposition=self.disposition.data,
            visit_id=visit_id,
            result=self.result.data or "",
            units=[*main, *(unit for unit in self.other_units.data or [] if unit not in main)],
        )


class CorrectForm(MatterFields, FlaskForm):  # type: ignore[misc]
    """What was entered wrongly, and why it is changed."""

    reason = text_field(_l("Reason"), _l("Please write the reason."), 2)
    version = IntegerField(widget=HiddenInput())

    def correction(self) -> Correction:
        """What was entered."""
        return Correction(**self.said())
