"""The facts of an office and its rooms."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from app.accounts.access import requires
from app.core import clock
from app.directory import queries, service
from app.directory.blueprint import Page, attempt, blueprint, done, form_page
from app.directory.forms import DayForm, RoomForm
from app.directory.models import Office
from app.web.flashes import flash_with_undo


@blueprint.get("/offices/<office_code>/rooms")
@requires("directory.view")
def rooms(office: Office) -> str:
    """The office as the public sees it, and its rooms."""
    return render_template("directory/rooms.html", office=office, rooms=queries.list_rooms(office.id))


@blueprint.route("/offices/<office_code>/rooms/new", methods=["GET", "POST"])
@requires("directory.edit")
def add_room(office: Office) -> Page:
    """A new room."""
    form = RoomForm()
    if form.validate_on_submit() and attempt(lambda: service.add_room(office, form.details())):
        done(_("%(name)s was added.", name=form.name.data))
        return _back(office)
    return form_page(form, _("Add a room"), _rooms_url(office), submit=_("Add the room"))


@blueprint.route("/offices/<office_code>/rooms/<int:room_id>/edit", methods=["GET", "POST"])
@requires("directory.edit")
def edit_room(office: Office, room_id: int) -> Page:
    """Change name or place."""
    room = queries.get_room(office.id, room_id)
    form = RoomForm(obj=room)
    if form.validate_on_submit() and attempt(lambda: service.edit_room(room, form.details())):
        done(_("Saved."))
        return _back(office)
    return form_page(form, _("Edit the room"), _rooms_url(office))


@blueprint.route("/offices/<office_code>/rooms/<int:room_id>/close", methods=["GET", "POST"])
@requires("directory.edit")
def close_room(office: Office, room_id: int) -> Page:
    """The room is not used from a day on."""
    room = queries.get_room(office.id, room_id)
    form = DayForm(day=clock.today(office.timezone))
    if form.validate_on_submit() and attempt(lambda: service.close_room(room, form.day.data)):
        flash_with_undo(
            _("%(name)s is closed.", name=room.name),
            url_for("directory.reopen_room", office_code=office.code, room_id=room_id),
        )
        return _back(office)
    form.day.label.text = _("Closed from this day on")
    title = _("Close the room %(name)s", name=room.name)
    return form_page(form, title, _rooms_url(office), submit=_("Close the room"), danger=True)


@blueprint.post("/offices/<office_code>/rooms/<int:room_id>/reopen")
@requires("directory.edit")
def reopen_room(office: Office, room_id: int) -> Page:
    """Take the closing back."""
    room = queries.get_room(office.id, room_id)
    if attempt(lambda: service.reopen_room(room)):
        done(_("%(name)s is open again.", name=room.name))
    return _back(office)


def _rooms_url(office: Office) -> str:
    return url_for("directory.rooms", office_code=office.code)


def _back(office: Office) -> Page:
    return redirect(_rooms_url(office))
