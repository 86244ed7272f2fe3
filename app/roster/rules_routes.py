"""Pages of rules: the list in plain sentences, forms that say back what a rule means and show its days."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import transaction
from app.core.dates import DateRange
from app.core.text import Text
from app.directory.models import Office
from app.directory.queries import leaders_of
from app.roster import queries, ruling
from app.roster.models import Rule
from app.roster.rule_form_base import RuleForm
from app.roster.rule_pages import (
    attempt,
    checked_spec,
    leaders_named,
    make_form,
    posted_day,
    prefill,
    preview_values,
    stored_values,
)
from app.roster.rules import (
    COMMON_RULES,
    LEVEL_WORDS,
    find_common,
    parse_rule,
    rule_dates,
    sentence,
)
from app.web.language import in_language
from app.web.messages import tell

blueprint = Blueprint("rules", __name__, url_prefix="/offices/<office_code>/rules")
KIND_NAMES = {
    "coverage": _l("Coverage"),
    "limit": _l("Minimum and maximum"),
    "spacing": _l("Spacing"),
    "on_call": _l("On-call list"),
    "fairness": _l("Order of fairness"),
}
KIND_HINTS = {
    "coverage": _l("On which days, in which sessions, how many leaders receive."),
    "limit": _l("How often each leader serves in a week, month, quarter or year."),
    "spacing": _l("How far apart two duties of one leader are."),
    "on_call": _l("No sessions: leaders who are called when somebody comes."),
    "fairness": _l("What counts as fair, and in which order."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One rule in the list: what it means, and on how many days of this year it gives sessions."""

    rule: Rule
    sentence: Text
    days: int | None


@blueprint.get("")
@requires("rules.view")
def index(office: Office) -> str:
    """The office's rules in plain sentences."""
    today = clock.today(office.timezone)
    names, calendar = ruling.names_of(office.id), working_calendar(office)
    year = DateRange.of_year(today.year)
    lines: list[Line] = []
    for rule in queries.list_rules(office.id):
        plain = queries.as_office_rule(rule)
        held = rule_dates(plain, calendar, year).held if rule.kind == "coverage" else None
        lines.append(Line(rule, sentence(plain.rule, names), len(held) if held is not None else None))
    return render_template(
        "roster/rules_list.html",
        office=office,
        today=today,
        current=[line for line in lines if not _ended(line.rule, today)],
        ended=[line for line in lines if _ended(line.rule, today)],
        kind_names=KIND_NAMES,
    )


@blueprint.get("/new")
@requires("rules.edit")
def choose(office: Office) -> str:
    """Which kind of rule, or a ready one."""
    return render_template("roster/rules_choose.html", office=office, kind_hints=KIND_HINTS, **_ready(office))


@blueprint.route("/new/<kind>", methods=["GET", "POST"])
@requires("rules.edit")
def new(office: Office, kind: str) -> Any:
    """A new rule: first a look at what it means, then saving."""
    form = make_form(office, kind, prefill(kind))
    if form.is_submitted():
        spec = checked_spec(office, form, kind)
        if spec is not None and not _looking():
            with transaction():
                rule = attempt(
                    form,
                    lambda: ruling.add_rule(
                        office, kind, form.name.data or "", spec, form.first_day.data, form.last_day.data
                    ),
                )
            if rule is not None:
                tell(_("The rule is saved. It takes effect in the next draft."), "success")
                return redirect(url_for("rules.index", office_code=office.code))
    return _form_page(office, kind, form, None)


@blueprint.post("/common/<key>")
@requires("rules.edit")
def add_common(office: Office, key: str) -> Response:
    """Take a ready rule as it is."""
    ready = find_common(key) or abort(404)
    with transaction():
        rule = ruling.add_rule(office, ready.kind, in_language(ready.name), ready.spec)
    tell(_("The rule is saved. Check its days and change what is different here."), "success")
    return redirect(url_for("rules.edit", office_code=office.code, rule_id=rule.id))


@blueprint.route("/<int:rule_id>", methods=["GET", "POST"])
@requires("rules.edit")
def edit(office: Office, rule_id: int) -> Any:
    """Change a rule."""
    rule = queries.get_rule(office.id, rule_id)
    form = make_form(office, rule.kind, stored_values(office, rule), leaders_named(rule))
    if form.is_submitted():
        spec = checked_spec(office, form, rule.kind)
        if spec is not None and not _looking():
            version = int(form.version.data) if (form.version.data or "").isdigit() else 0
            with transaction():
                kept = queries.get_rule(office.id, rule_id)
                saved = attempt(
                    form,
                    lambda: ruling.change_rule(
                        kept, form.name.data or "", spec, form.first_day.data, form.last_day.data, version
                    ),
                )
            if not form.errors and not form.form_errors:
                del saved
                tell(_("The rule is changed. Make a new draft to apply it."), "success")
                return redirect(url_for("rules.index", office_code=office.code))
    return _form_page(office, rule.kind, form, rule)


@blueprint.post("/preview/<kind>")
@requires("rules.view")
def preview(office: Office, kind: str) -> str:
    """The preview alone, for the script; the form is not saved."""
    rule_id = request.form.get("rule_id", 0, type=int)
    also = leaders_named(queries.get_rule(office.id, rule_id)) if rule_id else ()
    form = make_form(office, kind, {}, also)
    checked_spec(office, form, kind)
    return render_template(
        "roster/rules_preview.html",
        office=office,
        form=form,
        **preview_values(office, kind, form, rule_id),
    )


@blueprint.post("/<int:rule_id>/end")
@requires("rules.edit")
def end(office: Office, rule_id: int) -> Response:
    """The rule's last day."""
    last_day = posted_day(request.form.get("last_day", ""))
    version = request.form.get("version", "")
    with transaction():
        rule = queries.get_rule(office.id, rule_id)
        ruling.end_rule(rule, last_day, int(version) if version.isdigit() else 0)
    tell(_("The rule holds up to that day. Rosters already published stay as they are."), "success")
    return redirect(url_for("rules.index", office_code=office.code))


@blueprint.post("/<int:rule_id>/move")
@requires("rules.edit")
def move(office: Office, rule_id: int) -> Response:
    """One place up or down."""
    with transaction():
        ruling.move_rule(queries.get_rule(office.id, rule_id), up=request.form.get("to") == "up")
    return redirect(url_for("rules.index", office_code=office.code))


def _looking() -> bool:
    """Only the preview, or another year of it, was asked for."""
    return "preview" in request.form or "year" in request.form


def _ended(rule: Rule, today: dt.date) -> bool:
    return rule.last_day is not None and rule.last_day < today


def _ready(office: Office) -> dict[str, Any]:
    """The ready rules for this kind of office, with what they mean."""
    found = [ready for ready in COMMON_RULES if office.kind in ready.office_kinds]
    return {
        "ready": [(ready, sentence(parse_rule(ready.kind, ready.spec))) for ready in found],
        "kind_names": KIND_NAMES,
    }


def _form_page(office: Office, kind: str, form: RuleForm, rule: Rule | None) -> str:
    shown = preview_values(office, kind, form, rule.id if rule else 0)
    return render_template(
        f"roster/rules_{kind}_form.html",
        office=office,
        form=form,
        rule=rule,
        kind=kind,
        kind_names=KIND_NAMES,
        level_words=LEVEL_WORDS,
        known_names=[leader.name for leader in leaders_of(office.id, None)],
        **shown,
    )
