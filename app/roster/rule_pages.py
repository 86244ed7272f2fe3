"""What the pages of rules share: forms filled and read, and what a rule would do."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy import select

from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import db
from app.core.dates import DateRange
from app.core.errors import RotaError
from app.directory.models import Leader, Office
from app.directory.queries import leaders_of, list_rooms, office_path
from app.roster import queries, ruling
from app.roster.errors import BadRule
from app.roster.models import Rule
from app.roster.rule_form_base import RuleForm
from app.roster.rule_forms import FORM_FIELDS, FORMS
from app.roster.rule_preview import YearPicture, picture
from app.roster.rules import (
    EXCEPTION_KINDS,
    AnyRule,
    CoverageRule,
    FairnessRule,
    OfficeRule,
    exception_words,
    find_common,
    parse_rule,
    sentence,
)
from app.web.language import current_locale, in_language

YEARS = range(2004, 2091)


def prefill(kind: str) -> dict[str, Any]:
    """Values of a new rule's form: those of the ready rule asked for, or the usual ones."""
    ready = find_common(request.args.get("like", ""))
    if kind == "fairness":
        return FORMS[kind].from_spec(FairnessRule().to_spec())
    if ready is None or ready.kind != kind:
        return {"seats": [{"who": "any"}, *[{"who": ""}] * 3]} if kind == "coverage" else {}
    return {**FORMS[kind].from_spec(parse_rule(kind, ready.spec).to_spec()), "name": in_language(ready.name)}


def stored_values(office: Office, rule: Rule) -> dict[str, Any]:
    """Values that show a stored rule."""
    spec = parse_rule(rule.kind, rule.spec).to_spec()
    values = FORMS[rule.kind].from_spec(spec)
    if rule.kind == "on_call":
        values["order"] = "\n".join(ruling.names_of(office.id).of_leaders(spec["leaders"]))
    kept = {"name": rule.name, "first_day": rule.first_day, "last_day": rule.last_day}
    return {**values, **kept, "version": str(rule.version)}


def leaders_named(rule: Rule) -> list[int]:
    """Leaders a stored rule names, so that its form can show those of other offices too."""
    return sorted(ruling.leaders_named(parse_rule(rule.kind, rule.spec)))


def make_form(office: Office, kind: str, values: dict[str, Any], also: Iterable[int] = ()) -> RuleForm:
    """The form of a kind of rule with its lists filled; 404 for a kind that does not exist.

    Beside the office's own leaders those of the offices above it are offered, and `also`, whom the rule names already.
    """
    if kind not in FORMS:
        abort(404)
    form = FORMS[kind](data={name: value for name, value in values.items() if value is not None})
    own = {leader.id: leader.name for leader in leaders_of(office.id, None)}
    leaders = [(str(number), name) for number, name in {**own, **_guests(office, set(also))}.items()]
    rooms = [(str(room.id), room.name) for room in list_rooms(office.id) if room.closed_on is None]
    form.set_choices(leaders, rooms)
    return form


def _guests(office: Office, also: set[int]) -> dict[int, str]:
    """Leaders of the offices above, and of others the rule names: the name with the office."""
    above = [one for one in office_path(office) if one != office.id]
    rows = db.session.execute(
        select(Leader, Office)
        .join(Office, Office.id == Leader.office_id)
        .where((Leader.office_id.in_(above)) | (Leader.id.in_(also)), Leader.office_id != office.id)
        .order_by(Leader.office_id, Leader.position, Leader.id)
    )
    today = clock.today(office.timezone)
    return {
        leader.id: f"{leader.name}（{home.name_en or home.name if current_locale() == 'en' else home.name}）"
        for leader, home in rows
        if leader.id in also or leader.term.last_day >= today
    }


def checked_spec(office: Office, form: RuleForm, kind: str) -> dict[str, Any] | None:
    """The spec that was entered, if the form and the rule are in order; else the form has the sentences."""
    if not form.validate():
        return None
    spec = _with_answers(form.to_spec()) if kind == "coverage" else form.to_spec()
    return spec if attempt(form, lambda: ruling.check_spec(office, kind, spec)) is not None else None


def _with_answers(spec: dict[str, Any]) -> dict[str, Any]:
    """Answers to what make-up days count as, asked in the preview, and the exceptions that stay ticked."""
    return {**spec, "decisions": _named("decision-"), "exceptions": _named("exception-")}


def _named(prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): value
        for name, value in request.form.items()
        if name.startswith(prefix) and value
    }


def _exceptions(spec: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Those that make sense; the others are told by the rule's own check."""
    given: Mapping[str, str] = spec.get("exceptions", {})
    return [(seat, what) for seat, what in given.items() if what in EXCEPTION_KINDS]


def attempt(form: RuleForm, act: Any) -> Any:
    """Do it, or put the sentence at the field it is about."""
    try:
        return act()
    except BadRule as error:
        name = FORM_FIELDS.get(error.field, error.field)
        if name in form:
            form[name].errors = [*form[name].errors, error.text]
        else:
            form.form_errors.append(error.text)
    except RotaError as error:
        form.form_errors.append(error.text)
    return None


def preview_values(office: Office, kind: str, form: RuleForm, rule_id: int) -> dict[str, Any]:
    """What the rule means and does in the year chosen; nothing while it has mistakes."""
    spec = _with_answers(form.to_spec()) if kind == "coverage" else form.to_spec()
    if rule_id and not form.is_submitted() and kind == "coverage":
        stored = parse_rule(kind, queries.get_rule(office.id, rule_id).spec).to_spec()
        spec |= {"decisions": stored["decisions"], "exceptions": stored["exceptions"]}
    exceptions = [(seat, what, exception_words(seat, what)) for seat, what in sorted(_exceptions(spec))]
    nothing: dict[str, Any] = {
        "meaning": None,
        "picture": None,
        "decisions": spec.get("decisions", {}),
        "exceptions": exceptions,
    }
    if form.errors or form.form_errors:
        return nothing
    try:
        parsed = ruling.check_spec(office, kind, spec)
        days = DateRange.from_days(form.first_day.data, form.last_day.data)
    except (RotaError, ValueError):
        return nothing
    return {
        **nothing,
        "meaning": sentence(parsed, ruling.names_of(office.id)),
        "picture": _picture(office, parsed, days, form.name.data or "", rule_id),
    }


def _picture(office: Office, parsed: AnyRule, days: DateRange, name: str, rule_id: int) -> YearPicture | None:
    if not isinstance(parsed, CoverageRule):
        return None
    year = request.values.get("year", request.values.get("shown", 0, type=int), type=int)
    year = year if year in YEARS else clock.today(office.timezone).year
    rule = OfficeRule(rule_id, name or _("this rule"), parsed, days)
    others = [other for other in queries.office_rules(office.id) if other.id != rule_id]
    return picture(rule, others, working_calendar(office), year)


def posted_day(text: str) -> dt.date:
    """A date of a plain form field. Raises BadRule."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadRule(
            "last_day", "请填写最后一天，如 2026-12-31。", "Give the last day, like 2026-12-31."
        ) from error
