"""Pages that start a build and show how far it is."""

import datetime as dt
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from werkzeug.wrappers import Response as Redirect

from app.accounts.access import requires
from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.roster import building, claims, queries
from app.roster.errors import BadRange
from app.roster.freezing import LONGEST
from app.roster.grid import usual_ranges
from app.roster.models import Draft
from app.roster.progress_view import level_lines, phase_text, picture, share_done, texts, ways
from app.roster.way_undo import find_undo
from app.roster.ways_out import changes_of, plan_way
from app.web.language import in_language

blueprint = Blueprint("building", __name__, url_prefix="/offices/<office_code>/drafts")
RANGE_NAMES = {
    "month": _l("Rest of this month"),
    "quarter": _l("Rest of this quarter"),
    "year": _l("Rest of this year"),
    "next_month": _l("Next month"),
    "next_quarter": _l("Next quarter"),
    "next_year": _l("Next year"),
}
FINISHED = ("ready", "published", "discarded")


@blueprint.get("/new")
@requires("roster.draft")
def new(office: Office) -> str:
    """The form for a new draft; `first` and `last` of the address fill it in."""
    today = clock.today(office.timezone)
    choices = usual_ranges(today)
    usual = next((choice for choice in choices if choice.kind == "year"), choices[0])
    first = request.args.get("first") or usual.first.isoformat()
    last = request.args.get("last") or usual.last.isoformat()
    return _form(office, first, last)


def _form(
    office: Office,
    first: str,
    last: str,
    error: RotaError | None = None,
    freeze: str = "0",
    keep_invited: bool = True,
) -> str:
    calendar = working_calendar(office)
    choices = usual_ranges(clock.today(office.timezone))
    years = sorted({choice.last.year for choice in choices} | {_year(first), _year(last)} - {0})
    return render_template(
        "roster/draft_new.html",
        office=office,
        first=first,
        last=last,
        freeze=freeze,
        keep_invited=keep_invited,
        longest_freeze=LONGEST,
        error=error,
        choices=choices,
        range_names=RANGE_NAMES,
        provisional=[year for year in years if calendar.provisional(year)],
        published=queries.published_range(office.id),
        open_drafts=queries.list_drafts(office.id),
    )


def _year(text: str) -> int:
    return int(text[:4]) if text[:4].isdigit() else 0


@blueprint.post("/new")
@requires("roster.draft")
def start(office: Office) -> Any:
    """Begin a draft and its build; the progress page follows."""
    first, last, freeze = (request.form.get(name, "") for name in ("first", "last", "freeze_days"))
    try:
        days = _days(first, last)
        with transaction():
            draft = building.start(
                office,
                days[0],
                days[1],
                current_user.name,
                freeze_days=_freeze_days() or 0,
                keep_invited=_keep_invited() is not False,
            )
    except RotaError as error:
        return _form(office, first, last, error, freeze, _keep_invited() is not False), error.status
    return redirect(_progress_url(office, draft))


@blueprint.get("/<int:draft_id>/progress")
@requires("roster.view")
def progress(office: Office, draft_id: int) -> Any:
    """How far the build is; leads on to the grid when it is done."""
    draft = queries.get_draft(office.id, draft_id)
    if draft.state in FINISHED:
        return redirect(url_for("drafts.show", office_code=office.code, draft_id=draft.id))
    return render_template("roster/draft_progress.html", **_progress(draft), office=office)


@blueprint.get("/<int:draft_id>/progress.json")
@requires("roster.view")
def progress_json(office: Office, draft_id: int) -> Response:
    """The live part of the progress page, and whether to look again."""
    draft = queries.get_draft(office.id, draft_id)
    html = render_template("roster/draft_progress_part.html", **_progress(draft), office=office)
    return jsonify(
        html=html,
        running=draft.state in claims.RUNNING,
        silent=claims.is_stopped(draft),
        done=draft.state in FINISHED,
    )


@blueprint.post("/<int:draft_id>/cancel")
@requires("roster.draft")
def cancel(office: Office, draft_id: int) -> Redirect:
    """Stop the build; the best roster so far is kept."""
    with transaction():
        draft = queries.get_draft(office.id, draft_id)
        building.cancel(draft)
    flash(_("Stopping. The best roster so far is kept."), "info")
    return redirect(_progress_url(office, draft))


@blueprint.post("/<int:draft_id>/rebuild")
@requires("roster.draft")
def rebuild(office: Office, draft_id: int) -> Redirect:
    """Build again from the draft as it stands; what is locked stays."""
    with transaction():
        draft = queries.get_draft(office.id, draft_id)
        fresh = building.improve(
            draft, current_user.name, freeze_days=_freeze_days(), keep_invited=_keep_invited()
        )
    return redirect(_progress_url(office, fresh))


def _progress_url(office: Office, draft: Draft) -> str:
    return url_for("building.progress", office_code=office.code, draft_id=draft.id)


def _days(first: str, last: str) -> tuple[dt.date, dt.date]:
    try:
        return dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError as error:
        raise BadRange(
            "请填写起止日期，如 2026-03-01。", "Give the first and the last day, like 2026-03-01."
        ) from error


def _one_click(draft: Draft) -> set[int]:
    """Numbers of the ways out that the program can carry out itself."""
    if draft.state != "impossible":
        return set()
    office = db.session.get_one(Office, draft.office_id)
    changes = enumerate(changes_of(draft))
    return {number for number, change in changes if plan_way(office, draft, change)}


def _freeze_days() -> int | None:
    """What the form says of days in which nothing moves; None when it has no such field."""
    text = request.form.get("freeze_days", "").strip()
    if text and not text.isdigit():
        raise BadRange(
            "请填写天数，如 7；不需要时填 0。",
            "Give a number of days, like 7, or 0 when everything may move.",
        )
    return int(text) if text else None


def _keep_invited() -> bool | None:
    """Whether sessions with people invited stay; None when the form has no such field."""
    return "keep_invited" in request.form if "freeze_days" in request.form else None


def _progress(draft: Draft) -> dict[str, Any]:
    progress = draft.progress if isinstance(draft.progress, dict) else {}
    report = draft.report if isinstance(draft.report, dict) else {}
    conflict = report.get("conflict") or {}
    seconds = progress.get("seconds")
    error = texts([progress.get("error")])
    return {
        "draft": draft,
        "replan": queries.is_replan(draft),
        "longest_freeze": LONGEST,
        "running": draft.state in claims.RUNNING,
        "stopped": claims.is_stopped(draft),
        "progress": progress,
        "seconds": seconds,
        "share": share_done(seconds, progress.get("time_limit")),
        "phase": in_language(phase_text(progress.get("phase"))),
        "problem_text": in_language(error[0]) if error else "",
        "reasons": texts(conflict.get("reasons")),
        "ways_out": ways(conflict),
        "one_click": _one_click(draft),
        "undo": find_undo(draft),
        "warnings": texts(progress.get("warnings")),
        "levels": level_lines(progress.get("levels") or report.get("levels") or {}),
        "balance": picture(draft.problem, progress),
    }
