"""The office's screens: the board, approving a new one, setting one up, reload, move, revoke."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.access import allowed, requires
from app.core import clock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.directory.queries import get_office, list_offices
from app.screens import queries
from app.screens.board import board
from app.screens.errors import CodeUnknown
from app.screens.forms import LAYOUT_NAMES, EnrolForm, LateForm, LookForm, MoveForm, ScreenForm
from app.screens.models import Appearance, Screen
from app.screens.routes.blueprint import blueprint
from app.screens.service import enrolment, notices, setting_up


def offices_below(office: Office) -> list[Office]:
    """The office and every open one under it."""
    found, ids = [office], {office.id}
    for other in list_offices():  # city, county, township: parents come first
        if other.parent_id in ids and other.closed_on is None:
            ids.add(other.id)
            found.append(other)
    return found


@blueprint.get("/offices/<office_code>/screens")
@requires("screens.view")
def board_page(office: Office) -> str:
    """All screens; `?below=yes` those of the offices below too, `?state=` only some, `?q=` by name."""
    below = bool(request.args.get("below"))
    every = board(offices_below(office) if below else [office])
    words, state = request.args.get("q", "").strip().casefold(), request.args.get("state", "")
    lines = [
        line
        for line in every
        if (not state or line.state == state)
        and (not words or words in f"{line.screen.name} {line.office.name}".casefold())
    ]
    today = clock.today(office.timezone)
    late = [n for n in queries.notices_shown(office.id, None, today, today) if n.kind == "late"]
    return render_template(
        "screens/board.html",
        office=office,
        lines=lines,
        every=every,
        below=below,
        has_below=len(offices_below(office)) > 1,
        layouts=LAYOUT_NAMES,
        late=late[0].minutes if late else 0,
        late_form=LateForm(formdata=None, minutes=late[0].minutes if late else 15),
    )


@blueprint.route("/offices/<office_code>/screens/new", methods=["GET", "POST"])
@requires("screens.edit")
def enrol(office: Office) -> str | AnyResponse | tuple[str, int]:
    """Approve the code a screen shows."""
    form = EnrolForm()
    status = 400 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            screen = _approved(office, form)
            flash(
                _(
                    "The screen “%(name)s” is enrolled: it shows the office's days within seconds.",
                    name=screen.name,
                ),
                "success",
            )
            return redirect(url_for("screens.board_page", office_code=office.code))
        except RotaError as error:
            form.code.errors = [*form.code.errors, error.text]
            status = error.status
    return render_template("screens/enrol.html", office=office, form=form), status


def _approved(office: Office, form: EnrolForm) -> Screen:
    """The enrolled screen. A wrong code is noted in a transaction of its own before CodeUnknown is raised."""
    with transaction():
        code = enrolment.check_code(office, current_user.id, form.code.data)
        if code is not None:
            return enrolment.approve(office, code, form.name.data, form.layout.data)
    raise CodeUnknown(enrolment.tries_left(current_user.id))


@blueprint.route("/offices/<office_code>/screens/<int:screen_id>", methods=["GET", "POST"])
@requires("screens.edit")
def screen(office: Office, screen_id: int) -> str | AnyResponse | tuple[str, int]:
    """Name, group and look of a screen."""
    found = queries.get_screen(office, screen_id)
    form = ScreenForm(obj=found, group_id=found.group_id or 0)
    groups = queries.live_groups(queries.offices_with_ancestors([office.id]))
    form.group_id.choices = [(0, _("no group")), *((group.id, group.name) for group in groups)]
    fill_look(form, office, found)
    if form.validate_on_submit():
        with transaction():
            setting_up.change_screen(office, queries.get_screen(office, screen_id), form.values())
        flash(_("Saved. The screen follows within seconds."), "success")
        return redirect(url_for("screens.board_page", office_code=office.code))
    page = render_template("screens/screen_form.html", office=office, screen=found, form=form)
    return page, 400 if form.is_submitted() else 200


def fill_look(form: LookForm, office: Office, look: Appearance | None) -> None:
    """The rooms and offices that can be chosen; what is set now stays choosable."""
    rooms = list(queries.rooms_of([office.id]))
    if look is not None and look.room and look.room not in rooms:
        rooms.append(look.room)
    form.room.choices = [("", _("all rooms")), *((room, room) for room in rooms)]
    form.more_offices.choices = [
        (other.id, other.name)
        for other in list_offices()
        if other.id != office.id and other.closed_on is None
    ]


@blueprint.post("/offices/<office_code>/screens/<int:screen_id>/reload")
@requires("screens.edit")
def reload_screen(office: Office, screen_id: int) -> AnyResponse:
    """Let a player start anew."""
    with transaction():
        found = queries.get_screen(office, screen_id)
        setting_up.reload_screen(office, found)
    flash(_("“%(name)s” loads itself anew as soon as it is heard of.", name=found.name), "success")
    return redirect(url_for("screens.board_page", office_code=office.code))


@blueprint.route("/offices/<office_code>/screens/<int:screen_id>/revoke", methods=["GET", "POST"])
@requires("screens.edit")
def revoke(office: Office, screen_id: int) -> str | AnyResponse:
    """Ask, then end a screen's token."""
    found = queries.get_screen(office, screen_id)
    if request.method == "POST":
        with transaction():
            setting_up.revoke_screen(office, queries.get_screen(office, screen_id))
        flash(
            _(
                "“%(name)s” is revoked. It returns to a code as soon as it reaches the server.",
                name=found.name,
            ),
            "success",
        )
        return redirect(url_for("screens.board_page", office_code=office.code))
    return render_template(
        "confirm.html",
        office=office,
        title=_("Revoke the screen “%(name)s”?", name=found.name),
        sentence=_(
            "It shows nothing of the office any more and asks to be enrolled again. Without a network it goes on until its data expires, 14 days at most."
        ),
        label=_("Revoke"),
        back=url_for("screens.board_page", office_code=office.code),
        danger=True,
    )


@blueprint.route("/offices/<office_code>/screens/<int:screen_id>/move", methods=["GET", "POST"])
@requires("screens.edit")
def move(office: Office, screen_id: int) -> str | AnyResponse | tuple[str, int]:
    """Give a screen to another office where the person may set up screens too."""
    found = queries.get_screen(office, screen_id)
    form = MoveForm()
    others = [other for other in list_offices() if other.id != office.id and other.closed_on is None]
    form.office.choices = [(other.code, other.name) for other in others if _may_receive(other.code)]
    if form.validate_on_submit():
        with transaction():
            target = get_office(form.office.data)
            setting_up.move_screen(office, queries.get_screen(office, screen_id), target)
        flash(_("“%(name)s” now belongs to %(office)s.", name=found.name, office=target.name), "success")
        return redirect(url_for("screens.board_page", office_code=office.code))
    page = render_template("screens/move.html", office=office, screen=found, form=form)
    return page, 400 if form.is_submitted() else 200


def _may_receive(code: str) -> bool:
    tree: Any = current_app.extensions["office_tree"]
    return allowed("screens.edit", tree.find_office(code))


@blueprint.post("/offices/<office_code>/screens/late")
@requires("visits.edit")
def late(office: Office) -> AnyResponse:
    """Say on the screens that today runs late, or is on time again."""
    form = LateForm()
    if form.validate_on_submit():
        with transaction():
            notices.say_late(office, form.minutes.data, clock.today(office.timezone))
        said = _("The screens say: about %(minutes)s minutes late.", minutes=form.minutes.data)
        flash(said if form.minutes.data else _("The screens say nothing of a delay any more."), "success")
    else:
        flash(str(form.minutes.errors[0]), "error")
    back = "screens.board_page" if allowed("screens.view", office) else "directory.office"
    return redirect(url_for(back, office_code=office.code))
