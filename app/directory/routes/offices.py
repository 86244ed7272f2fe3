"""The tree of offices and the start page of one."""

from flask import current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts.access import allowed, requires, signed_in
from app.core import clock
from app.directory import queries, service
from app.directory.blueprint import Page, attempt, blueprint, done, form_page, office_name
from app.directory.forms import DayForm, NewOfficeForm, OfficeForm
from app.directory.models import Office
from app.web.flashes import flash_with_undo


@blueprint.get("/offices")
@signed_in
def offices() -> str | Response:
    """The offices this person works for, as a tree, with what each still lacks; others go to their own page."""
    mine = [office for office in queries.list_offices() if allowed("office.view", office)]
    own_pages = [
        entry for entry in current_app.extensions["menu"] if not entry.office and allowed(entry.permission)
    ]
    if not mine and own_pages:
        return redirect(url_for(own_pages[0].endpoint))
    words = request.args.get("q", "").strip()
    show_closed = request.args.get("closed") == "1"
    shown = [office for office in mine if show_closed or office.closed_on is None]
    return render_template(
        "directory/offices.html",
        tree=queries.office_tree(shown, clock.today(), words),
        words=words,
        show_closed=show_closed,
        closed=sum(office.closed_on is not None for office in mine),
        total=len(mine),
        of_closed_unit=any(grant.department_id for grant in current_user.grants),
    )


@blueprint.get("/offices/<office_code>/")
@requires("office.view")
def office(office: Office) -> str:
    """The start page of an office: its facts, and what other features put there."""
    today = clock.today(office.timezone)
    cards = [card(office) for card in current_app.extensions["overview_cards"]]
    return render_template(
        "directory/office.html",
        office=office,
        today=today,
        leaders=queries.leaders_of(office.id, today),
        rooms=[room for room in queries.list_rooms(office.id) if room.closed_on is None],
        below=[other for other in queries.offices_below(office.id) if allowed("office.view", other)],
        cards=[card for card in cards if isinstance(card, Markup)],
    )


@blueprint.route("/offices/<office_code>/offices/new", methods=["GET", "POST"])
@requires("directory.edit")
def add_office(office: Office) -> Page:
    """A new office under this one."""
    form = NewOfficeForm()
    kinds = [
        choice for choice in form.kind.choices if not (office.kind != "city" and choice.value == "county")
    ]
    form.kind.choices = kinds
    if form.validate_on_submit() and attempt(
        lambda: service.add_office(form.code.data, form.kind.data, office, form.details())
    ):
        done(_("%(name)s was added.", name=form.name.data))
        return redirect(url_for("directory.office", office_code=form.code.data))
    return form_page(
        form,
        _("Add an office"),
        url_for("directory.offices"),
        lead=_("It will stand under %(name)s.", name=office_name(office)),
        submit=_("Add the office"),
        hints={
            "code": _("Stands in addresses and calendars and never changes, for example town-07."),
            "phone": _("The number residents may call. It is shown in public."),
            "scope": _("Which matters it receives. It is shown in public."),
        },
        first=("code", "kind"),
    )


@blueprint.route("/offices/<office_code>/edit", methods=["GET", "POST"])
@requires("directory.edit")
def edit_office(office: Office) -> Page:
    """Change name, number, address, scope."""
    form = OfficeForm(obj=office)
    if form.validate_on_submit() and attempt(
        lambda: service.edit_office(office, form.details(), form.seen.data or None)
    ):
        done(_("Saved."))
        return redirect(url_for("directory.rooms", office_code=office.code))
    form.seen.data = service.office_fingerprint(office)
    return form_page(
        form,
        _("Edit the office"),
        url_for("directory.rooms", office_code=office.code),
        hints={
            "phone": _("The number residents may call. It is shown in public."),
            "scope": _("Which matters it receives. It is shown in public."),
        },
    )


@blueprint.route("/offices/<office_code>/close", methods=["GET", "POST"])
@requires("directory.edit")
def close_office(office: Office) -> Page:
    """Close the office from a day on."""
    form = DayForm(day=clock.today(office.timezone))
    back = url_for("directory.rooms", office_code=office.code)
    if form.validate_on_submit() and attempt(lambda: service.close_office(office, form.day.data)):
        flash_with_undo(
            _("%(name)s is closed.", name=office_name(office)),
            url_for("directory.reopen_office", office_code=office.code),
        )
        return redirect(back)
    form.day.label.text = _("Closed from this day on")
    in_office = len(queries.leaders_of(office.id, clock.today(office.timezone)))
    return form_page(
        form,
        _("Close the office"),
        back,
        lead=_(
            "Rosters, revisions and leaders stay as they are; no new roster is made. Leaders in office: %(number)s.",
            number=in_office,
        ),
        submit=_("Close the office"),
        danger=True,
    )


@blueprint.post("/offices/<office_code>/reopen")
@requires("directory.edit")
def reopen_office(office: Office) -> Page:
    """Take the closing back."""
    if attempt(lambda: service.reopen_office(office)):
        done(_("%(name)s is open again.", name=office_name(g.office)))
    return redirect(url_for("directory.rooms", office_code=office.code))
