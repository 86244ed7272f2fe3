"""What the office writes on its screens."""

import datetime as dt

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.access import requires
from app.core import clock
from app.core.database import transaction
from app.directory.models import Office
from app.screens import queries
from app.screens.forms import NoticeForm
from app.screens.models import ScreenNotice
from app.screens.routes.blueprint import blueprint
from app.screens.service import notices

UNDONE_WITHIN = dt.timedelta(days=7)


@blueprint.route("/offices/<office_code>/screens/texts", methods=["GET", "POST"])
@requires("screens.edit")
def texts(office: Office) -> str | AnyResponse | tuple[str, int]:
    """The notices that hold or are to come, and a form for another."""
    today = clock.today(office.timezone)
    form = _form(office, NoticeForm(first_day=today, last_day=today))
    if form.validate_on_submit():
        with transaction():
            notices.write_notice(office, form.values())
        flash(_("The notice is on the screens from its first day on."), "success")
        return redirect(_back(office))
    groups = {group.id: group.name for group in queries.live_groups([office.id])}
    page = render_template(
        "screens/texts.html",
        office=office,
        form=form,
        today=today,
        texts=[one for one in queries.list_notices(office, today) if one.kind == "text"],
        withdrawn=[
            one
            for one in queries.last_withdrawn(office, clock.now() - UNDONE_WITHIN)
            if one.last_day >= today
        ],
        groups=groups,
    )
    return page, 400 if form.is_submitted() else 200


@blueprint.route("/offices/<office_code>/screens/texts/<int:screen_text_id>", methods=["GET", "POST"])
@requires("screens.edit")
def text(office: Office, screen_text_id: int) -> str | AnyResponse | tuple[str, int]:
    """Change a notice."""
    found = queries.get_notice(office, screen_text_id)
    form = _form(office, NoticeForm(obj=found, group_id=found.group_id or 0))
    if form.validate_on_submit():
        with transaction():
            notices.change_notice(office, queries.get_notice(office, screen_text_id), form.values())
        flash(_("The notice is changed on the screens."), "success")
        return redirect(_back(office))
    page = render_template("screens/text.html", office=office, form=form, text=found)
    return page, 400 if form.is_submitted() else 200


@blueprint.post("/offices/<office_code>/screens/texts/<int:screen_text_id>/withdraw")
@requires("screens.edit")
def withdraw_text(office: Office, screen_text_id: int) -> AnyResponse:
    """Take a notice off the screens."""
    with transaction():
        notices.withdraw_notice(office, _notice(office, screen_text_id))
    flash(_("The notice is off the screens. It can be brought back below."), "success")
    return redirect(_back(office))


@blueprint.post("/offices/<office_code>/screens/texts/<int:screen_text_id>/undo")
@requires("screens.edit")
def undo_text(office: Office, screen_text_id: int) -> AnyResponse:
    """Take back a change: the text before it is shown again."""
    with transaction():
        notices.undo(office, _notice(office, screen_text_id))
    flash(_("Undone."), "success")
    return redirect(_back(office))


@blueprint.post("/offices/<office_code>/screens/texts/<int:screen_text_id>/restore")
@requires("screens.edit")
def restore_text(office: Office, screen_text_id: int) -> AnyResponse:
    """Bring a notice back that was taken off or undone."""
    with transaction():
        notices.bring_back(office, _notice(office, screen_text_id))
    flash(_("The notice is on the screens again."), "success")
    return redirect(_back(office))


def _form(office: Office, form: NoticeForm) -> NoticeForm:
    groups = queries.live_groups([office.id])
    form.group_id.choices = [
        (0, _("all screens of the office")),
        *((group.id, _("group: %(name)s", name=group.name)) for group in groups),
    ]
    return form


def _notice(office: Office, notice_id: int) -> ScreenNotice:
    return queries.get_notice(office, notice_id)


def _back(office: Office) -> str:
    return url_for("screens.texts", office_code=office.code)
