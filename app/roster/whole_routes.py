"""Whole county: every office of the subtree in one run, one progress page, one summary."""

import datetime as dt
from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response as Redirect

from app.accounts.access import allowed, requires
from app.core import clock
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.directory.queries import list_offices, offices_below
from app.roster import publishing, run_publishing, runs
from app.roster.building_routes import RANGE_NAMES
from app.roster.errors import BadRange
from app.roster.freezing import LONGEST
from app.roster.grid import usual_ranges
from app.roster.models import Draft
from app.roster.run_view import RunView, view_run

blueprint = Blueprint("whole", __name__, url_prefix="/offices/<office_code>/whole")
BLANK = {"first": "", "last": "", "effort": "quick", "publish": "", "reason": "", "freeze_days": "0"}


def has_offices_below() -> bool:
    """Whether the office of the page has offices below it, so that there is something to build at once."""
    office = g.get("office")
    return office is not None and bool(offices_below(office.id))


@blueprint.get("")
@requires("roster.draft")
def index(office: Office) -> str:
    """The form, and the runs there were."""
    choices = usual_ranges(clock.today(office.timezone))
    usual = next((choice for choice in choices if choice.kind == "year"), choices[0])
    first = request.args.get("first") or usual.first.isoformat()
    last = request.args.get("last") or usual.last.isoformat()
    return _form(office, {"first": first, "last": last, "keep_invited": "yes"})


@blueprint.post("")
@requires("roster.draft")
def start(office: Office) -> Any:
    """Drafts for all, and the process that builds them."""
    try:
        first, last = _days()
        with transaction():
            key = runs.start_run(
                office, first, last, current_user.name, _seconds(), _publication(office), _stay()
            )
    except RotaError as error:
        return _form(office, request.form.to_dict(), error), error.status
    return redirect(_url(office, key))


@blueprint.get("/<run_key>")
@requires("roster.view")
def show(office: Office, run_key: str) -> str:
    """How far all offices are; after the end, the summary."""
    return render_template("roster/whole_run.html", **_values(office, run_key))


@blueprint.get("/<run_key>.json")
@requires("roster.view")
def show_json(office: Office, run_key: str) -> Response:
    """The live part of the page, and whether to look again."""
    values = _values(office, run_key)
    view: RunView = values["view"]
    html = render_template("roster/whole_run_part.html", **values)
    return jsonify(html=html, running=view.running, done=False)


@blueprint.post("/<run_key>/cancel")
@requires("roster.draft")
def cancel(office: Office, run_key: str) -> Redirect:
    """Stop all; the best rosters so far are kept."""
    with transaction():
        runs.cancel_run(office, run_key)
    flash(_("Stopping. Rosters found so far are kept."), "info")
    return redirect(_url(office, run_key))


@blueprint.post("/<run_key>/continue")
@requires("roster.draft")
def carry_on(office: Office, run_key: str) -> Redirect:
    """Build again the offices without a roster."""
    with transaction():
        count = runs.continue_run(office, run_key, current_user.name, _seconds(), _publication(office))
    flash(_("Offices being built again: %(count)s.", count=count), "info")
    return redirect(_url(office, run_key))


@blueprint.get("/<run_key>/publish")
@requires("roster.publish")
def publish_form(office: Office, run_key: str) -> str:
    """What publishing all ready rosters would change, office by office."""
    return _publish_page(office, run_key)


@blueprint.post("/<run_key>/publish")
@requires("roster.publish")
def publish(office: Office, run_key: str) -> Any:
    """Publish those ticked, each by itself: one that is refused stands in nobody's way, and its reason is kept."""
    reason, accept = request.form.get("reason", "").strip()[:400], "accept" in request.form
    chosen = dict(one.split(":", 1) for one in request.form.getlist("draft") if ":" in one)
    done = 0
    for draft_id in [draft.id for draft in runs.get_drafts(office, run_key) if str(draft.id) in chosen]:
        done += _publish_one(draft_id, chosen[str(draft_id)], reason, accept)
    refused = len(chosen) - done
    flash(_("Published: %(count)s.", count=done), "success" if done else "info")
    if refused:
        flash(_("Not published: %(count)s. The table says why.", count=refused), "warning")
    return redirect(_url(office, run_key))


def _publish_one(draft_id: int, version: str, reason: str, accept: bool) -> bool:
    try:
        with transaction():
            draft = db.session.get_one(Draft, draft_id)
            expected = int(version) if version.isdigit() else 0
            publishing.publish(draft, reason, current_user.name, accept, expected)
    except RotaError as error:
        with transaction():
            run_publishing.note_refusal(db.session.get_one(Draft, draft_id), error.text)
        return False
    return True


def _publish_page(office: Office, run_key: str) -> str:
    drafts = runs.get_drafts(office, run_key)
    reviews = run_publishing.review_run(drafts, {one.id: one for one in list_offices()})
    return render_template(
        "roster/whole_publish.html",
        office=office,
        key=run_key,
        reviews=reviews,
        first=drafts[0].first_day,
        last=drafts[0].last_day,
        others=len(drafts) - len(reviews),
        correction=any(one.review.correction for one in reviews),
        soft=sum(len(one.soft) for one in reviews if one.publishable),
    )


def _form(office: Office, values: dict[str, str], error: RotaError | None = None) -> str:
    return render_template(
        "roster/whole.html",
        office=office,
        values=BLANK | values,
        error=error,
        choices=usual_ranges(clock.today(office.timezone)),
        range_names=RANGE_NAMES,
        offices=runs.offices_of(office),
        longest_freeze=LONGEST,
        earlier=runs.list_runs(office),
    )


def _values(office: Office, key: str) -> dict[str, Any]:
    drafts = runs.get_drafts(office, key)
    view = view_run(drafts, {one.id: one for one in list_offices()})
    return {
        "office": office,
        "key": key,
        "view": view,
        "first": drafts[0].first_day,
        "last": drafts[0].last_day,
    }


def _days() -> tuple[dt.date, dt.date]:
    try:
        first, last = (dt.date.fromisoformat(request.form.get(name, "")) for name in ("first", "last"))
    except ValueError as error:
        raise BadRange(
            "请填写起止日期，如 2026-03-01。", "Give the first and the last day, like 2026-03-01."
        ) from error
    return first, last


def _seconds() -> float:
    return runs.SECONDS.get(request.form.get("effort", ""), runs.SECONDS["quick"])


def _stay() -> runs.Stay:
    text = request.form.get("freeze_days", "").strip() or "0"
    if not text.isdigit():
        raise BadRange(
            "请填写天数，如 7；不需要时填 0。",
            "Give a number of days, like 7, or 0 when everything may move.",
        )
    return runs.Stay(int(text), "keep_invited" in request.form)


def _publication(office: Office) -> runs.Publication:
    """Publishing has a permission of its own: without it the wish is ignored, as the form does not offer it."""
    wanted = "publish" in request.form and allowed("roster.publish", office)
    return runs.Publication(wanted, request.form.get("reason", "").strip()[:400])


def _url(office: Office, key: str) -> str:
    return url_for("whole.show", office_code=office.code, run_key=key)
