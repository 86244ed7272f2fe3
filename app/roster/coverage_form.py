"""The form of a coverage rule: which days, which sessions, which seats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Length, Optional

from app.roster.form_values import dates, iso, numbers, rows, words
from app.roster.rule_form_base import RuleForm, Ticks
from app.roster.rules import DEFAULT_TIMES
from app.web.choices import offered
from app.web.filters import WEEKDAYS
from app.web.language import current_locale

SEAT_ROWS = 4
WEEKDAY_ROWS = 2
WHEN = [
    ("working_days", _l("Every working day")),
    ("every_day", _l("Every calendar day")),
    ("weekdays", _l("Certain weekdays")),
    ("month_weekdays", _l("Certain weekdays of the month (1st and 4th Wednesday)")),
    ("month_days", _l("Certain days of the month")),
    ("dates", _l("Dates picked one by one")),
    ("lunar", _l("Days of the lunar month")),
    ("market", _l("Market days")),
    ("every_nth", _l("Every so many days")),
    ("rrule", _l("Recurrence rule (RFC 5545)")),
]
POLICIES = [
    ("next_working_day", _l("move to the next working day")),
    ("cancel", _l("cancel")),
    ("same_weekday_next_week", _l("same weekday of the next week")),
    ("day_before", _l("the working day before")),
]
MAKE_UP = [
    ("own_weekday", _l("as the weekday they are")),
    ("replaced_weekday", _l("as the weekday they replace")),
    ("ask", _l("ask each time")),
]
MOVES_ON = [
    ("", _l("as usual for such days")),
    ("rest_days", _l("holidays and weekends")),
    ("holidays", _l("holidays only")),
]
SESSIONS = [
    ("day", _l("All day")),
    ("am", _l("Morning")),
    ("pm", _l("Afternoon")),
    ("am pm", _l("Morning and afternoon")),
]
WHO = [
    ("", _l("— no such seat —")),
    ("any", _l("any leader")),
    ("lead", _l("a principal leader")),
    ("deputy", _l("a deputy leader")),
    ("named", _l("one of the leaders ticked")),
]
ORDINALS = [("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5"), ("-1", _l("last"))]


class SeatForm(Form):  # type: ignore[misc]
    """Who may take one seat."""

    who = SelectField(_l("Taken by"), choices=offered(WHO), default="", validate_choice=False)
    leaders = Ticks(_l("Leaders"), choices=[], validate_choice=False)


class WeekdaySeatForm(SeatForm):
    """Who takes the first seat on a weekday."""

    weekday = SelectField(_l("Weekday"), choices=[], validate_choice=False)


class CoverageForm(RuleForm):
    """Coverage: which days, which sessions, which seats."""

    when = SelectField(
        _l("Reception on"), choices=offered(WHEN), default="working_days", validate_choice=False
    )
    weekdays = Ticks(_l("Weekdays"), choices=[], validate_choice=False)
    ordinals = Ticks(_l("Which of the month"), choices=offered(ORDINALS), validate_choice=False)
    month_days = StringField(_l("Days of the month"), validators=[Length(max=120)])
    dates = TextAreaField(_l("Dates"), validators=[Length(max=12000)])
    lunar_days = StringField(_l("Lunar days"), validators=[Length(max=120)])
    endings = StringField(_l("Last digits of the day"), validators=[Length(max=40)])
    lunar = BooleanField(_l("by the lunar calendar"), default=True)
    anchor = DateField(_l("Counted from"), validators=[Optional()])
    interval = IntegerField(_l("Every how many days"), validators=[Optional()])
    rule = StringField(_l("Recurrence rule"), validators=[Length(max=300)])
    start = DateField(_l("Counted from"), validators=[Optional()])
    policy = SelectField(
        _l("When the day is a holiday"),
        choices=offered(POLICIES),
        default="next_working_day",
        validate_choice=False,
    )
    moves_on = SelectField(_l("Gives way on"), choices=offered(MOVES_ON), default="", validate_choice=False)
    make_up = SelectField(
        _l("Make-up working days count"),
        choices=offered(MAKE_UP),
        default="own_weekday",
        validate_choice=False,
    )
    sessions = RadioField(_l("Sessions"), choices=offered(SESSIONS), default="day", validate_choice=False)
    day_from = TimeField(_l("All day from"), validators=[Optional()])
    day_to = TimeField(_l("to"), validators=[Optional()])
    am_from = TimeField(_l("Morning from"), validators=[Optional()])
    am_to = TimeField(_l("to"), validators=[Optional()])
    pm_from = TimeField(_l("Afternoon from"), validators=[Optional()])
    pm_to = TimeField(_l("to"), validators=[Optional()])
    seats = FieldList(FormField(SeatForm), min_entries=SEAT_ROWS, max_entries=6)
    by_weekday = FieldList(FormField(WeekdaySeatForm), min_entries=WEEKDAY_ROWS, max_entries=7)
    rooms = Ticks(_l("Rooms"), choices=[], validate_choice=False)
    optional = BooleanField(_l("Seats may stay empty: they are offers, and minimums decide"))
    special_days = BooleanField(_l("Every calendar day in special protection periods"), default=True)
    place = StringField(_l("Off-site visit: place instead of a room"), validators=[Length(max=200)])
    note = StringField(_l("Remark shown with every session"), validators=[Length(max=120)])

    def set_choices(self, leaders: Sequence[tuple[str, str]], rooms: Sequence[tuple[str, str]]) -> None:
        """Give the lists what can be chosen: (id, name)."""
        names = [(str(number), name) for number, name in enumerate(WEEKDAYS[current_locale()])]
        self.weekdays.choices = names
        self.rooms.choices = list(rooms)
        for entry in self.seats:
            entry.form.leaders.choices = list(leaders)
        for entry in self.by_weekday:
            entry.form.leaders.choices = list(leaders)
            entry.form.weekday.choices = [("", _("— none —")), *names]

    def to_spec(self) -> dict[str, Any]:
        """What was entered, as `parse_rule` reads it (which checks it)."""
        sessions = (self.sessions.data or "day").split()
        seats = [_seat_spec(entry.form) for entry in self.seats if entry.form.who.data]
        return {
            "when": self._when(),
            "sessions": sessions,
            "times": {name: self._times(name) for name in sessions},
            "seats": seats,
            "by_weekday": {
                entry.form.weekday.data: _seat_spec(entry.form)
                for entry in self.by_weekday
                if entry.form.weekday.data and entry.form.who.data
            },
            "rooms": numbers(self.rooms.data),
            "optional": bool(self.optional.data),
            "special_days": bool(self.special_days.data) and self.when.data != "every_day",
            "note": self.note.data or "",
            "place": (self.place.data or "").strip(),
        }

    def _when(self) -> dict[str, Any]:
        kind = self.when.data
        own: dict[str, dict[str, Any]] = {
            "weekdays": {"weekdays": numbers(self.weekdays.data)},
            "month_weekdays": {
                "ordinals": numbers(self.ordinals.data),
                "weekdays": numbers(self.weekdays.data),
            },
            "month_days": {"days": words(self.month_days.data)},
            "dates": {"dates": dates(self.dates.data)},
            "lunar": {"days": words(self.lunar_days.data)},
            "market": {"endings": words(self.endings.data), "lunar": bool(self.lunar.data)},
            "every_nth": {"anchor": iso(self.anchor.data), "interval": self.interval.data},
            "rrule": {"rule": self.rule.data or "", "start": iso(self.start.data)},
        }
        when: dict[str, Any] = {"type": kind, **own.get(kind, {})}
        if kind in own:
            when["policy"] = self.policy.data
            if self.moves_on.data:
                when["moves_on"] = self.moves_on.data
        if kind in ("weekdays", "month_weekdays", "rrule"):
            when["make_up"] = self.make_up.data
        return when

    def _times(self, session: str) -> list[str]:
        first, last = self[f"{session}_from"].data, self[f"{session}_to"].data
        usual = DEFAULT_TIMES[session]
        return [f"{first or usual[0]:%H:%M}", f"{last or usual[1]:%H:%M}"]

    @staticmethod
    def from_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
        """The values that show a stored spec."""
        when = spec["when"]
        values: dict[str, Any] = {
            "when": when["type"],
            "sessions": " ".join(spec["sessions"]),
            "seats": rows([_seat_values(seat) for seat in spec["seats"]], SEAT_ROWS),
            "by_weekday": rows(
                [{**_seat_values(seat), "weekday": day} for day, seat in spec["by_weekday"].items()],
                WEEKDAY_ROWS,
            ),
            "rooms": [str(room) for room in spec["rooms"]],
            "optional": spec["optional"],
            "special_days": spec["special_days"],
            "note": spec["note"],
            "place": spec["place"],
            **{
                name: when[name]
                for name in ("policy", "make_up", "moves_on", "rule", "interval")
                if name in when
            },
            **_day_values(when),
        }
        for session, usual in DEFAULT_TIMES.items():
            given = spec["times"].get(session)
            values[f"{session}_from"] = dt.time.fromisoformat(given[0]) if given else usual[0]
            values[f"{session}_to"] = dt.time.fromisoformat(given[1]) if given else usual[1]
        return values


def _seat_spec(form: SeatForm) -> dict[str, Any]:
    who = form.who.data
    return {
        "role": who if who in ("lead", "deputy") else None,
        "leaders": numbers(form.leaders.data) if who == "named" else [],
    }


def _seat_values(seat: Mapping[str, Any]) -> dict[str, Any]:
    who = "named" if seat["leaders"] else seat["role"] or "any"
    return {"who": who, "leaders": [str(leader) for leader in seat["leaders"]]}


def _day_values(when: Mapping[str, Any]) -> dict[str, Any]:
    kind, listed = when["type"], [str(value) for value in when.get("days", ())]
    return {
        "weekdays": [str(day) for day in when.get("weekdays", ())],
        "ordinals": [str(number) for number in when.get("ordinals", ())],
        "month_days": ", ".join(listed) if kind == "month_days" else "",
        "lunar_days": ", ".join(listed) if kind == "lunar" else "",
        "endings": ", ".join(str(digit) for digit in when.get("endings", ())),
        "lunar": when.get("lunar", True),
        "dates": "\n".join(when.get("dates", ())),
        "anchor": dt.date.fromisoformat(when["anchor"]) if when.get("anchor") else None,
        "start": dt.date.fromisoformat(when["start"]) if when.get("start") else None,
    }
