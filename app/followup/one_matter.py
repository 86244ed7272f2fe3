"""One matter with everything known about it, and its steps: what cannot be done is said, with what was typed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import flash, redirect
from flask_wtf import FlaskForm

from app.accounts.access import requires
from app.appointments.queries import find_visit
from app.core import clock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.followup import forms, queries, rules
from app.followup.blueprint import MATTER, Page, again, blueprint, first_error, matter_url, page, refused
from app.followup.clocks import CLOCKS, explain, explain_rules
from app.followup.ladder import ladder_of
from app.followup.models import Matter
from app.followup.service.clockwork import Clockwork


@blueprint.get(MATTER)
@requires("followup.view")
def matter(office: Office, matter_id: int) -> str:
    """One matter."""
    return matter_page(office, queries.get_matter(office.id, matter_id))


def matter_page(
    office: Office,
    found: Matter,
    code: str = "",
    revealed: Any = None,
    sent: FlaskForm | None = None,
    kept: str = "",
) -> str:
    """The page of a matter.

    `code`: the resident's rating code, shown once after closing. `sent`: a step that was not taken, shown again as
    it was filled in; `kept`: its text, where the step itself may be gone.
    """
    today = clock.today(office.timezone)
    clockwork = Clockwork.of(office)
    return page(
        "matter.html",
        office,
        matter=found,
        code=code,
        revealed=revealed,
        visit=find_visit(found.visit_id) if found.visit_id else None,
        clocks=_clocks(found, clockwork, today),
        entries=queries.entries(found.id),
        units={part.department_id: part.department.name for part in found.parts},
        rungs=ladder_of(office, found.parts).rungs if found.disposition != "answered" else {},
        files=queries.files(found.id),
        letters=queries.letters(office.id, found.id),
        signatures=queries.signatures(found.id),
        sign_offs=queries.settings_of(office.id).sign_offs,
        result=queries.public_result(found.id),
        departments=[
            unit
            for unit in queries.departments_for(office, today)
            if unit.id not in {part.department_id for part in found.parts}
        ],
        paused=[pause for pause in found.pauses if pause.first_day <= today <= pause.last_day],
        clock_names=CLOCKS,
        forms=_step_forms(found, today, sent),
        sent=sent,
        kept=kept,
    )


def on_matter(
    office: Office,
    matter_id: int,
    change: Callable[[Matter], Any],
    sentence: str,
    form: FlaskForm | None = None,
) -> Page:
    """One step of a matter: check the form, do it, go back to the matter; or say why not and keep what was typed."""
    if form is not None and not form.validate_on_submit():
        return not_done(office, matter_id, first_error(form), form)
    try:
        with transaction():
            change(queries.get_matter(office.id, matter_id))
    except RotaError as error:
        return not_done(office, matter_id, error, form)
    flash(sentence, "success")
    return redirect(matter_url(office, matter_id), 303)


def not_done(office: Office, matter_id: int, why: RotaError | str, form: FlaskForm | None = None) -> Page:
    """The matter again, with the sentence and the step as it was filled in."""
    status, kept = refused(why, form)
    return matter_page(office, queries.get_matter(office.id, matter_id), sent=form, kept=kept), status


def _clocks(found: Matter, clockwork: Clockwork, today: dt.date) -> list[dict[str, Any]]:
    rows = [
        (clockwork.register(found), found.registered_on),
        (clockwork.acceptance(found), found.accepted_on),
        (clockwork.decision(found), found.closed_on),
    ]
    review = clockwork.review_request(found)
    shown: list[dict[str, Any]] = [
        {
            "kind": clock_found.kind,
            "due": clock_found.due,
            "done": done,
            "why": explain(clock_found, clockwork.calendar),
            "rules": explain_rules(clock_found, clockwork.calendar) if clock_found.set_by_leader else None,
            "light": rules.light(clock_found.due, done, today),
        }
        for clock_found, done in rows
        if found.disposition != "answered"
    ]
    if review is not None:
        why = explain(review, clockwork.calendar)
        nothing = {"done": None, "rules": None, "light": None}
        shown.append({"kind": review.kind, "due": review.due, "why": why, **nothing})
    return shown


def _step_forms(found: Matter, today: dt.date, sent: FlaskForm | None) -> dict[str, Any]:
    """The small forms of the page, each with ids of its own; the one that was sent as it was sent."""
    unsent = {
        "accept": forms.DayForm(prefix="accept", formdata=None, day=today),
        "extend": forms.ExtendForm(prefix="extend", formdata=None),
        "leader": forms.LeaderDayForm(prefix="leader", formdata=None),
        "lift": forms.ReasonForm(prefix="lift", formdata=None),
        "pause": forms.PauseForm(prefix="pause", formdata=None, first=today),
        "close": forms.WordsForm(prefix="close", formdata=None, text=found.result),
        "reopen": forms.ReasonForm(prefix="reopen", formdata=None),
        "withdraw": forms.ReasonForm(prefix="withdraw", formdata=None),
        "call": forms.WordsForm(prefix="call", formdata=None),
        "rate": forms.RateForm(prefix="rate", formdata=None),
        "unit": forms.UnitForm(prefix="unit", formdata=None),
        "file": forms.UploadForm(prefix="file", formdata=None),
    }
    return again(unsent, sent)
