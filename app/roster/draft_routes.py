"""Pages of drafts: the list, the grid, and every change made by hand."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from werkzeug.wrappers import Response as Redirect

from app.accounts.access import requires
from app.core.database import transaction
from app.core.text import Text
from app.directory.models import Office
from app.roster import drafts, locks, queries
from app.roster.balance import SORTS, largest_difference
from app.roster.errors import BadEntry
from app.roster.explaining import explain_seat
from app.roster.freezing import LONGEST
from app.roster.grid import Seat
from app.roster.models import Draft
from app.roster.moves import Move, find_targets, plan_move
from app.roster.way_undo import find_undo
from app.roster.workspace import Workspace
from app.web.errors import wants_json
from app.web.filters import MONTHS
from app.web.language import current_locale, in_language

blueprint = Blueprint("drafts", __name__, url_prefix="/offices/<office_code>/drafts")
Answer = Response | Redirect | str
VIEWS = ("leaders", "month", "list")
ABSENCES = {
    "term": _l("Not in office"),
    "leave": _l("On leave"),
    "weekday": _l("Does not serve on this weekday"),
}
VERDICTS = {"better": _l("Better"), "same": _l("Just as good"), "worse": _l("Worse")}
SESSION_MARKS = {"day": _l("D"), "am": _l("AM"), "pm": _l("PM")}
GRID_STATES = ("ready", "published", "discarded")


@blueprint.app_template_filter("month_name")
def month_name(value: dt.date) -> str:
    """March: 3月 / Mar."""
    return MONTHS[value.month - 1] if current_locale() == "en" else f"{value.month}月"


@blueprint.get("")
@requires("roster.view")
def index(office: Office) -> str:
    """Drafts of the office: open ones, and on demand those published or discarded."""
    everything = "all" in request.args
    found = queries.list_drafts(office.id, closed=everything)
    fairness = {draft.id: largest_difference(draft.report) for draft in found}
    return render_template(
        "roster/drafts.html", drafts=found, everything=everything, fairness=fairness, office=office
    )


@blueprint.get("/<int:draft_id>")
@requires("roster.view")
def show(office: Office, draft_id: int) -> Answer:
    """The grid of a draft, or how far its building is."""
    draft = queries.get_draft(office.id, draft_id)
    if draft.state not in GRID_STATES:
        return redirect(url_for("building.progress", office_code=office.code, draft_id=draft_id))
    view = request.args.get("view", "")
    return render_template("roster/draft.html", **_grid_values(office, draft, view), office=office)


@blueprint.get("/<int:draft_id>/targets.json")
@requires("roster.draft")
def targets(office: Office, draft_id: int) -> Response:
    """For a duty that is picked up: every cell of the month it may be dropped on, and which rules that would break."""
    space = _workspace(office, queries.get_draft(office.id, draft_id))
    seat = space.get_seat(request.args.get("key", ""))
    if space.judge is None:
        return jsonify(targets={}, seat=seat.key)
    people = [person.id for person in space.people]
    found = find_targets(space.judge, space.seats, seat, people, list(space.month.days()))
    cells = {
        f"{target.leader}|{target.day.isoformat()}": [
            target.state,
            _drop_words(target.exchange, [in_language(why) for why in target.why]),
        ]
        for target in found
    }
    return jsonify(targets=cells, seat=seat.key)


@blueprint.get("/<int:draft_id>/seat")
@requires("roster.view")
def seat(office: Office, draft_id: int) -> str:
    """One seat: why this leader, what any other would cost, and the form that gives it away. A page or a part of one."""
    draft = queries.get_draft(office.id, draft_id)
    space = _workspace(office, draft)
    found = space.get_seat(request.args.get("key", ""))
    template = "roster/draft_seat_part.html" if "part" in request.args else "roster/draft_seat.html"
    return render_template(
        template,
        office=office,
        draft=draft,
        space=space,
        seat=found,
        explanation=explain_seat(space, found),
        verdicts=VERDICTS,
        back=_back_url(office, draft, found.day),
    )


@blueprint.post("/<int:draft_id>/edit")
@requires("roster.draft")
def edit(office: Office, draft_id: int) -> Answer:
    """Give one seat to a leader, or to nobody."""
    leader = _leader_id(request.form.get("leader", ""))
    changes = {request.form.get("seat", ""): leader}
    return _change(office, draft_id, lambda draft, by: drafts.edit_draft(draft, changes, _version(), by))


@blueprint.post("/<int:draft_id>/move")
@requires("roster.draft")
def move(office: Office, draft_id: int) -> Answer:
    """Drop a duty on the cell of a leader and a day."""

    def apply(draft: Draft, by: str) -> Text:
        space = _workspace(office, draft)
        source = space.get_seat(request.form.get("seat", ""))
        planned = plan_move(space.seats, source, request.form.get("leader", ""), _day("day"))
        if planned.blocked is not None:
            raise BadEntry("leader", planned.blocked.zh, planned.blocked.en)
        changes = {key: _leader_id(leader or "") for key, leader in planned.changes.items()}
        drafts.edit_draft(draft, changes, _version(), by)
        return _moved(space, planned)

    return _change(office, draft_id, apply)


@blueprint.post("/<int:draft_id>/undo")
@requires("roster.draft")
def undo(office: Office, draft_id: int) -> Answer:
    """Take back the last change made by hand."""
    return _change(office, draft_id, lambda draft, by: drafts.undo(draft, _version(), by))


@blueprint.post("/<int:draft_id>/redo")
@requires("roster.draft")
def redo(office: Office, draft_id: int) -> Answer:
    """Make the change again that was undone last."""
    return _change(office, draft_id, lambda draft, by: drafts.redo(draft, _version(), by))


@blueprint.post("/<int:draft_id>/lock")
@requires("roster.draft")
def lock(office: Office, draft_id: int) -> Answer:
    """Lock a seat so that neither the grid nor a rebuild moves it, or unlock it."""
    key, locked = request.form.get("seat", ""), request.form.get("locked") == "yes"
    return _change(office, draft_id, lambda draft, by: locks.set_lock(draft, key, locked, _version(), by))


@blueprint.post("/<int:draft_id>/discard")
@requires("roster.draft")
def discard(office: Office, draft_id: int) -> Redirect:
    """Give the draft up."""
    with transaction():
        drafts.discard(queries.get_draft(office.id, draft_id), _version(), current_user.name)
    flash(_("The draft is discarded. Nothing published has changed."), "success")
    return redirect(url_for("drafts.index", office_code=office.code))


def _change(office: Office, draft_id: int, apply: Callable[[Draft, str], Any]) -> Answer:
    """One change in one transaction; the new grid for the script, a redirect back for a plain form."""
    with transaction():
        draft = queries.get_draft(office.id, draft_id)
        outcome = apply(draft, current_user.name)
    sentence = in_language(outcome) if isinstance(outcome, Text) else _("Saved.")
    if not wants_json():
        flash(sentence, "success")
        return redirect(_back_url(office, draft))
    values = _grid_values(office, draft, request.form.get("view", ""))
    html = render_template("roster/draft_workspace.html", **values, office=office)
    return jsonify(html=html, version=draft.version, message=sentence)


def _grid_values(office: Office, draft: Draft, view: str) -> dict[str, Any]:
    return {
        "draft": draft,
        "replan": queries.is_replan(draft),
        "longest_freeze": LONGEST,
        "space": _workspace(office, draft),
        "undo": find_undo(draft),
        "view": view if view in VIEWS else "",
        "search": request.values.get("q", "").strip(),
        "absences": ABSENCES,
        "session_marks": SESSION_MARKS,
    }


def _workspace(office: Office, draft: Draft) -> Workspace:
    sort = request.values.get("sort", "name")
    return Workspace(office, draft, request.values.get("month"), sort if sort in SORTS else "name")


def _back_url(office: Office, draft: Draft, day: dt.date | None = None) -> str:
    kept = {name: request.values[name] for name in ("view", "month", "sort", "q") if request.values.get(name)}
    if day is not None:
        kept.setdefault("month", day.strftime("%Y-%m"))
    values: dict[str, Any] = {"office_code": office.code, "draft_id": draft.id, **kept}
    return url_for("drafts.show", **values)


def _moved(space: Workspace, planned: Move) -> Text:
    """Tells what happened in one sentence."""
    parts_zh, parts_en = [], []
    for key, leader in planned.changes.items():
        taken: Seat = space.get_seat(key)
        day = taken.day
        parts_zh.append(f"{day.month}月{day.day}日：{space.names[leader] if leader else '无人'}")
        parts_en.append(f"{day.day}/{day.month}: {space.names[leader] if leader else 'nobody'}")
    return Text("已保存。" + "；".join(parts_zh), "Saved. " + "; ".join(parts_en))


def _drop_words(exchange: bool, why: list[str]) -> str:
    sentence = _("Exchange") if exchange else _("Hand over")
    return sentence if not why else "; ".join(why)


def _leader_id(text: str) -> int | None:
    if not text:
        return None
    if not text.isdigit():
        raise BadEntry("leader", "请从名单中选择领导。", "Choose a leader from the list.")
    return int(text)


def _version() -> int:
    text = request.form.get("version", "")
    if not text.isdigit():
        raise BadEntry(
            "version", "页面已过期，请刷新后再改。", "This page is out of date. Reload it and try again."
        )
    return int(text)


def _day(name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(request.form.get(name, ""))
    except ValueError as error:
        raise BadEntry(name, "日期无效，请刷新页面。", "That is not a date. Reload the page.") from error
