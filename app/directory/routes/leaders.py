"""Leaders: the list with search, one leader's page, add, edit, end, restore, and the audited look at a number."""

import datetime as dt

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.access import requires
from app.core import clock
from app.core.database import transaction
from app.directory import export, queries, service
from app.directory.blueprint import Page, attempt, blueprint, done, form_page
from app.directory.forms import DayForm, LeaderForm, NewLeaderForm
from app.directory.models import FACETS, Leader, Office
from app.directory.rules import LeaderFilter, facts_on, holds
from app.web.flashes import flash_with_undo
from app.web.language import current_locale


@blueprint.get("/offices/<office_code>/leaders")
@requires("directory.view")
def leaders(office: Office) -> str:
    """The leaders of the office, narrowed by words, state, role and sector."""
    today = clock.today(office.timezone)
    everyone = queries.search_leaders(office.id, LeaderFilter(state="all"), today)
    wanted = _filter()
    found = [line for line in everyone if queries.is_wanted(line, wanted)]
    if request.args.get("sort") == "name":
        found.sort(key=lambda line: line.leader.sort_key)
    return render_template(
        "directory/leaders.html",
        office=office,
        found=found,
        total=len(everyone),
        current=sum(line.in_office for line in everyone),
        wanted=wanted,
        sort=request.args.get("sort", ""),
        sectors=sorted({sector for line in everyone for sector in line.facts.sectors}),
        today=today,
    )


def _filter() -> LeaderFilter:
    state = request.args.get("state", "current")
    return LeaderFilter(
        words=request.args.get("q", "").strip()[:100],
        state=state if state in {"current", "left", "all"} else "current",
        role=request.args.get("role", ""),
        sector=request.args.get("sector", ""),
    )


@blueprint.get("/offices/<office_code>/leaders.xlsx")
@requires("directory.view")
def export_leaders(office: Office) -> Response:
    """The list as a spreadsheet in the columns of the template, without telephone numbers."""
    return _spreadsheet(office, with_phones=False)


@blueprint.post("/offices/<office_code>/leaders.xlsx")
@requires("directory.edit")
def export_leaders_with_phones(office: Office) -> Response:
    """The same with the leaders' own numbers; who took them is written down."""
    with transaction():
        service.record_phone_export(office)
        return _spreadsheet(office, with_phones=True)


def _spreadsheet(office: Office, with_phones: bool) -> Response:
    today = clock.today(office.timezone)
    found = queries.search_leaders(office.id, _filter(), today)
    lines = [line.leader for line in found]
    response = make_response(export.leaders_file(office, lines, today, current_locale(), with_phones))
    response.mimetype = export.XLSX
    name = f"leaders-{office.code}-{today.isoformat()}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/offices/<office_code>/leaders/new", methods=["GET", "POST"])
@requires("directory.edit")
def add_leader(office: Office) -> Page:
    """A new leader with first facts."""
    form = NewLeaderForm()
    known = queries.townships_below(office.id)
    if form.validate_on_submit():
        same = [leader for leader in queries.leaders_of(office.id, None) if leader.name == form.name.data]
        if attempt(lambda: service.add_leader(office, form.details(), form.facts(list(known)), known)):
            done(_("%(name)s was added.", name=form.name.data))
            if same:
                done(_("Please note: the office now has two leaders of this name."))
            return redirect(_list_url(office))
    return form_page(
        form,
        _("Add a leader"),
        _list_url(office),
        submit=_("Add the leader"),
        hints=_leader_hints() | {"sectors": _("Several are separated by 、 or commas.")},
        first=("name", "role", "post", "sectors", "townships", "projects"),
    )


def _leader_hints() -> dict[str, str]:
    return {
        "phone": _("Kept encrypted and never shown in public."),
        "first_day": _("Leave it empty if it does not matter."),
        "position": _("Leave it empty to stand last."),
    }


@blueprint.get("/offices/<office_code>/leaders/<int:leader_id>")
@requires("directory.view")
def leader(office: Office, leader_id: int) -> str:
    """One leader: what holds today or on another day, and everything that held before."""
    return _leader_page(office, queries.get_leader(leader_id, office.id))


def _leader_page(office: Office, leader: Leader, phone: str | None = None) -> str:
    today = clock.today(office.timezone)
    day = _asked_day() or today
    history = sorted(leader.facets, key=lambda facet: facet.first_day or dt.date.min, reverse=True)
    return render_template(
        "directory/leader.html",
        office=office,
        leader=leader,
        today=today,
        day=day,
        asked=_asked_day() is not None,
        facts=facts_on(leader, day),
        in_office=holds(leader.first_day, leader.last_day, day),
        history={kind: [facet for facet in history if facet.kind == kind] for kind in FACETS},
        phone=phone,
    )


def _asked_day() -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None


@blueprint.post("/offices/<office_code>/leaders/<int:leader_id>/phone")
@requires("directory.view")
def reveal_phone(office: Office, leader_id: int) -> Response:
    """Show the full number once; the look is written down."""
    found = queries.get_leader(leader_id, office.id)
    with transaction():
        number = service.reveal_phone(found)
    response = make_response(_leader_page(office, queries.get_leader(leader_id, office.id), number))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/offices/<office_code>/leaders/<int:leader_id>/edit", methods=["GET", "POST"])
@requires("directory.edit")
def edit_leader(office: Office, leader_id: int) -> Page:
    """Change name, role, number, first day, order, note."""
    found = queries.get_leader(leader_id, office.id)
    form = LeaderForm(obj=found)
    if form.validate_on_submit() and attempt(
        lambda: service.edit_leader(
            queries.get_leader(leader_id, office.id), form.details(), form.seen.data or None
        )
    ):
        done(_("Saved."))
        return redirect(_leader_url(office, leader_id))
    found = queries.get_leader(leader_id, office.id)
    form.seen.data = service.leader_fingerprint(found)
    title = _("Edit %(name)s", name=found.name)
    return form_page(form, title, _leader_url(office, leader_id), hints=_leader_hints())


@blueprint.route("/offices/<office_code>/leaders/<int:leader_id>/end", methods=["GET", "POST"])
@requires("directory.edit")
def end_leader(office: Office, leader_id: int) -> Page:
    """The leader leaves office."""
    found = queries.get_leader(leader_id, office.id)
    form = DayForm(day=found.last_day or clock.today(office.timezone))
    if form.validate_on_submit() and attempt(lambda: service.end_leader(found, form.day.data)):
        flash_with_undo(
            _("%(name)s leaves office.", name=found.name),
            url_for("directory.restore_leader", office_code=office.code, leader_id=leader_id),
        )
        return redirect(_leader_url(office, leader_id))
    form.day.label.text = _("Last day in office")
    return form_page(
        form,
        _("%(name)s leaves office", name=found.name),
        _leader_url(office, leader_id),
        lead=_("Published rosters stay as they are. Duties after this day need a substitute."),
        submit=_("Leaves office"),
        danger=True,
    )


@blueprint.post("/offices/<office_code>/leaders/<int:leader_id>/restore")
@requires("directory.edit")
def restore_leader(office: Office, leader_id: int) -> Page:
    """Take the end back."""
    found = queries.get_leader(leader_id, office.id)
    if attempt(lambda: service.restore_leader(found)):
        done(_("%(name)s is in office again.", name=found.name))
    return redirect(_leader_url(office, leader_id))


def _list_url(office: Office) -> str:
    return url_for("directory.leaders", office_code=office.code)


def _leader_url(office: Office, leader_id: int) -> str:
    return url_for("directory.leader", office_code=office.code, leader_id=leader_id)
