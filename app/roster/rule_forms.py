"""Forms of rules: from what a person ticks to the spec that `parse_rule` reads, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from app.roster.coverage_form import CoverageForm
from app.roster.form_values import numbers, rows
from app.roster.rule_form_base import RuleForm, Ticks
from app.roster.rules import LEVEL_WORDS, LEVELS, weighed
from app.web.choices import offered
from app.web.language import in_language

PERIODS = [
    ("week", _l("a week")),
    ("month", _l("a month")),
    ("quarter", _l("a quarter")),
    ("year", _l("a year")),
]
LIMITED = [
    ("all", _l("every leader")),
    ("lead", _l("principal leaders")),
    ("deputy", _l("deputy leaders")),
    ("named", _l("the leaders ticked")),
]


class LimitForm(RuleForm):
    """Minimum and maximum of each leader in a period."""

    period = SelectField(_l("In"), choices=offered(PERIODS), default="month", validate_choice=False)
    min = IntegerField(_l("At least"), validators=[Optional()])
    max = IntegerField(_l("At most"), validators=[Optional()])
    who = RadioField(_l("It concerns"), choices=offered(LIMITED), default="all", validate_choice=False)
    leaders = Ticks(_l("Leaders"), choices=[], validate_choice=False)
    needs = IntegerField(_l("The minimum is asked where at least so many seats are open"), default=1)

    def to_spec(self) -> dict[str, Any]:
        """What was entered, as `parse_rule` reads it (which checks it)."""
        return {
            "period": self.period.data,
            "min": self.min.data or 0,
            "max": self.max.data,
            "leaders": numbers(self.leaders.data) if self.who.data == "named" else [],
            "role": self.who.data if self.who.data in ("lead", "deputy") else None,
            "needs": self.needs.data or 1,
        }

    @staticmethod
    def from_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
        """The values that show a stored spec."""
        who = "named" if spec["leaders"] else spec["role"] or "all"
        return {**spec, "leaders": [str(leader) for leader in spec["leaders"]], "who": who}


class SpacingForm(RuleForm):
    """Distance between two duties of one leader."""

    min_gap = IntegerField(_l("At least so many days apart"), default=1)
    window_k = IntegerField(_l("At most so many duties"), default=1)
    window_days = IntegerField(_l("in any so many days"), default=1)

    def to_spec(self) -> dict[str, Any]:
        """What was entered, as `parse_rule` reads it (which checks it)."""
        return {
            "min_gap": self.min_gap.data or 1,
            "window_k": self.window_k.data or 1,
            "window_days": self.window_days.data or 1,
        }


class OnCallForm(RuleForm):
    """Leaders who are called, in order."""

    order = TextAreaField(
        _l("Leaders in the order of calling, one name a line"), validators=[Length(max=4000)]
    )
    note = StringField(_l("Note"), validators=[Length(max=200)])

    def set_choices(self, leaders: Sequence[tuple[str, str]], rooms: Sequence[tuple[str, str]]) -> None:
        """Keep the names to find ids by."""
        del rooms
        self.known = {name.split("（")[0]: int(number) for number, name in reversed(leaders)}

    def to_spec(self) -> dict[str, Any]:
        """What was entered, as `parse_rule` reads it; a name that is not known becomes an id that does not exist."""
        names = [line.strip() for line in re.split(r"[\n、,，]", self.order.data or "") if line.strip()]
        return {"leaders": [self.known.get(name, 2**31 - 1) for name in names], "note": self.note.data or ""}

    @staticmethod
    def from_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
        """The values that show a stored spec; names are filled in by `show_names`."""
        return {"note": spec["note"], "ids": spec["leaders"]}


class GoalForm(Form):  # type: ignore[misc]
    """One goal: a level, its weight, and whether it is weighed against the goal above instead of coming after it."""

    level = SelectField(_l("Goal"), choices=[], validate_choice=False)
    weight = IntegerField(_l("Weight of the goal"), validators=[Optional()])
    joined = BooleanField(_l("together with the goal above"))


class FairnessForm(RuleForm):
    """Order of the objectives."""

    levels = FieldList(FormField(GoalForm), min_entries=len(LEVELS), max_entries=len(LEVELS))
    carry_over = BooleanField(_l("Carry over last year's balance"), default=True)
    elsewhere = BooleanField(
        _l("Duties at other offices count: for the share at home, and for the distance between duties"),
        default=True,
    )

    suspended = BooleanField(_l("A duty that fell to a suspension counts for the leader who had it"))

    def set_choices(self, leaders: Sequence[tuple[str, str]], rooms: Sequence[tuple[str, str]]) -> None:
        """Every place may hold every goal, or none."""
        del leaders, rooms
        words = [(level, in_language(LEVEL_WORDS[level])) for level in LEVELS]
        for entry in self.levels:
            entry.form.level.choices = [("", _("— switched off —")), *words]

    def to_spec(self) -> dict[str, Any]:
        """What was entered, as `parse_rule` reads it (which checks it)."""
        groups: list[list[str]] = []
        for goal in (entry.form for entry in self.levels if entry.form.level.data):
            weight = 1 if goal.weight.data is None else goal.weight.data
            text = goal.level.data if weight == 1 else f"{goal.level.data}*{weight}"
            if goal.joined.data and groups:
                groups[-1].append(text)
            else:
                groups.append([text])
        return {
            # the weight of a goal that stands alone says nothing
            "levels": [group[0].split("*")[0] if len(group) == 1 else "+".join(group) for group in groups],
            "carry_over": bool(self.carry_over.data),
            "elsewhere": bool(self.elsewhere.data),
            "suspended": bool(self.suspended.data),
        }

    @staticmethod
    def from_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
        """The values that show a stored spec."""
        goals = [
            {"level": name, "weight": weight if weight > 1 else None, "joined": place > 0}
            for level in spec["levels"]
            for place, (name, weight) in enumerate(weighed(level))
        ]
        empty = {"level": "", "weight": None, "joined": False}
        return {
            "levels": rows(goals, len(LEVELS), empty),
            "carry_over": spec["carry_over"],
            "elsewhere": spec["elsewhere"],
            "suspended": spec["suspended"],
        }


FORMS: Mapping[str, type[RuleForm]] = {
    "coverage": CoverageForm,
    "limit": LimitForm,
    "spacing": SpacingForm,
    "on_call": OnCallForm,
    "fairness": FairnessForm,
}
# Where a field of a spec is not called as the field of the form.
FORM_FIELDS = {"type": "when", "days": "month_days", "role": "seats", "times": "day_from"}
