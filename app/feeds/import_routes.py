"""A leader's own calendar as leave: choose, preview, confirm. By staff; by the leader where the office allows it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts import audit, one_tap
from app.accounts.access import requires
from app.accounts.one_tap import OneTapLink
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Leader, Office
from app.feeds import queries
from app.feeds.errors import LeaderUnknown, NotByLeaders
from app.feeds.link_routes import PURPOSE
from app.feeds.models import FeedSettings
from app.feeds.own_calendar import fetching
from app.feeds.own_calendar.previewing import BadCalendar, keep, preview
from app.feeds.own_routes import holder, signed_in
from app.feeds.routes import blueprint
from app.roster.queries import duties_of_leader

Page = str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Door:
    """How somebody came: the addresses of the three steps, and where to go then. `leader`: the own one, None for staff."""

    office: Office
    form: str
    confirm: str
    back: str
    leader: Leader | None = None


@blueprint.get("/offices/<office_code>/calendar-import")
@requires("rules.edit")
def import_calendar(office: Office) -> Page:
    """Which leader, and which calendar."""
    return _form_page(_staff(office))


@blueprint.post("/offices/<office_code>/calendar-import")
@requires("rules.edit")
def preview_calendar(office: Office) -> Page:
    """What the calendar says, to be confirmed. Nothing is written."""
    return _preview_page(_staff(office))


@blueprint.post("/offices/<office_code>/calendar-import/confirm")
@requires("rules.edit")
def confirm_calendar(office: Office) -> Response:
    """Enter the chosen days as leave."""
    return _confirm(_staff(office))


@blueprint.post("/offices/<office_code>/calendar-import/policy")
@requires("rules.edit")
def allow_own_import(office: Office) -> Response:
    """Whether leaders enter their own calendars themselves."""
    with transaction():
        row = db.session.get(FeedSettings, office.id) or FeedSettings(office_id=office.id, version=0)
        row.own_leave, row.version = "own_leave" in request.form, (row.version or 0) + 1
        db.session.add(row)
        after = {"own_leave": row.own_leave}
        audit.record("outputs.settings", f"office:{office.id}", office.id, after=after)
    flash(_("Saved."), "success")
    return redirect(url_for("feeds.import_calendar", office_code=office.code))


@blueprint.route("/my/calendar-import", methods=["GET", "POST"])
@requires("own.view")
def import_own() -> Page:
    """The own calendar, chosen and previewed."""
    return _step(_own(signed_in(), None))


@blueprint.post("/my/calendar-import/confirm")
@requires("own.view")
def confirm_own() -> Response:
    """Enter the chosen days as own leave."""
    return _confirm(_own(signed_in(), None))


@blueprint.route("/calendar-links/import", methods=["GET", "POST"])
@one_tap.required(PURPOSE)
def import_tapped(link: OneTapLink) -> Page:
    """The own calendar, for a leader with a one-tap link."""
    return _step(_own(holder(link), link))


@blueprint.post("/calendar-links/import/confirm")
@one_tap.required(PURPOSE)
def confirm_tapped(link: OneTapLink) -> Response:
    """Enter the chosen days as own leave."""
    return _confirm(_own(holder(link), link))


def _staff(office: Office) -> Door:
    form = url_for("feeds.import_calendar", office_code=office.code)
    return Door(office, form, url_for("feeds.confirm_calendar", office_code=office.code), form)


def _own(leader: Leader, link: OneTapLink | None) -> Door:
    """Raises NotByLeaders unless the office lets leaders enter leave themselves."""
    if not queries.settings_of(leader.office).own_leave:
        raise NotByLeaders(leader.office.phone)
    if link is None:
        places = (url_for("feeds.import_own"), url_for("feeds.confirm_own"), url_for("feeds.own_links"))
    else:
        names = ("feeds.import_tapped", "feeds.confirm_tapped", "feeds.tapped_links")
        places = tuple(url_for(name, link=link.id) for name in names)  # type: ignore[assignment]
    return Door(leader.office, *places, leader)


def _step(door: Door) -> Page:
    return _preview_page(door) if request.method == "POST" else _form_page(door)


def _preview_page(door: Door) -> Page:
    try:
        leader = _leader(door)
        spans = preview(door.office, leader.id, _content())
    except RotaError as error:
        return _form_page(door, error), 400
    return render_template(
        "feeds/import_preview.html", door=door, office=door.office, leader=leader, spans=spans
    )


def _confirm(door: Door) -> Response:
    leader, values = _leader(door), request.form.getlist("span")
    with transaction():
        added = keep(door.office, leader.id, values)
    flash(ngettext("%(num)s leave is entered.", "%(num)s leaves are entered.", added), "success")
    hit = _duties_within(leader, values)
    if hit:
        said = ngettext(
            "%(num)s published duty lies in these days and stays until a substitute is found.",
            "%(num)s published duties lie in these days and stay until a substitute is found.",
            hit,
        )
        flash(said, "warning")
    if door.leader is None:
        return redirect(url_for("absences.leader", office_code=door.office.code, leader_id=leader.id))
    return redirect(door.back)


def _duties_within(leader: Leader, values: Sequence[str]) -> int:
    spans = [tuple(map(dt.date.fromisoformat, value.split("/"))) for value in values]
    return len({duty.seat_key for first, last in spans for duty in duties_of_leader(leader.id, first, last)})


def _leader(door: Door) -> Leader:
    leader = door.leader or queries.find_leader(door.office, request.form.get("leader_id", 0, type=int))
    if leader is None:
        raise LeaderUnknown
    return leader


def _content() -> bytes:
    file, url = request.files.get("file"), request.form.get("url", "").strip()
    if file is not None and file.filename:
        content: bytes = file.read(fetching.MOST_BYTES + 1)
        return content
    if url:
        return fetching.fetch(url)
    raise BadCalendar("请选择日历文件，或填写日历网址。", "Choose a calendar file, or write its address.")


def _form_page(door: Door, error: RotaError | None = None) -> str:
    return render_template(
        "feeds/import_calendar.html",
        door=door,
        office=door.office,
        leaders=[door.leader] if door.leader else queries.leaders_for_links(door.office),
        chosen=request.values.get("leader_id", 0, type=int),
        url=request.form.get("url", ""),
        error=error,
        title=_("My calendar as leave") if door.leader else _("A leader's calendar as leave"),
        by_leaders=queries.settings_of(door.office).own_leave,
    )
