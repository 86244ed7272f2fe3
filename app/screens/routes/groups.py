"""Groups: the screens of many halls set up, informed and reloaded together."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.access import requires
from app.core.database import transaction
from app.directory.models import Office
from app.screens import queries
from app.screens.forms import GroupForm
from app.screens.models import ScreenGroup
from app.screens.routes.blueprint import blueprint
from app.screens.routes.board import fill_look
from app.screens.service import setting_up


@blueprint.route("/offices/<office_code>/screens/groups", methods=["GET", "POST"])
@requires("screens.edit")
def groups(office: Office) -> str | AnyResponse | tuple[str, int]:
    """The groups of an office, and a form for another."""
    form = _form(office, None)
    if form.validate_on_submit():
        with transaction():
            setting_up.save_group(office, None, form.values())
        flash(_("The group is made. Put screens into it where each is set up."), "success")
        return redirect(_back(office))
    found = queries.live_groups([office.id])
    members = {group.id: queries.screens_of_group(group.id) for group in found}
    page = render_template("screens/groups.html", office=office, form=form, groups=found, members=members)
    return page, 400 if form.is_submitted() else 200


@blueprint.route("/offices/<office_code>/screens/groups/<int:screen_group_id>", methods=["GET", "POST"])
@requires("screens.edit")
def group(office: Office, screen_group_id: int) -> str | AnyResponse | tuple[str, int]:
    """Name and look of a group."""
    found = queries.get_group(office, screen_group_id)
    form = _form(office, found)
    if form.validate_on_submit():
        with transaction():
            setting_up.save_group(office, queries.get_group(office, screen_group_id), form.values())
        flash(_("Saved. The screens of the group follow within seconds."), "success")
        return redirect(_back(office))
    members = queries.screens_of_group(found.id)
    page = render_template("screens/group.html", office=office, form=form, group=found, members=members)
    return page, 400 if form.is_submitted() else 200


@blueprint.post("/offices/<office_code>/screens/groups/<int:screen_group_id>/reload")
@requires("screens.edit")
def reload_group(office: Office, screen_group_id: int) -> AnyResponse:
    """Let every player of the group start anew."""
    with transaction():
        count = setting_up.reload_group(office, queries.get_group(office, screen_group_id))
    flash(_("%(count)s screens load themselves anew as soon as they are heard of.", count=count), "success")
    return redirect(_back(office))


@blueprint.route("/offices/<office_code>/screens/groups/<int:screen_group_id>/close", methods=["GET", "POST"])
@requires("screens.edit")
def close_group(office: Office, screen_group_id: int) -> str | AnyResponse:
    """Ask, then take a group out of use."""
    found = queries.get_group(office, screen_group_id)
    if request.method == "POST":
        with transaction():
            setting_up.close_group(office, queries.get_group(office, screen_group_id))
        flash(_("The group “%(name)s” is closed.", name=found.name), "success")
        return redirect(_back(office))
    return render_template(
        "confirm.html",
        office=office,
        title=_("Close the group “%(name)s”?", name=found.name),
        sentence=_("Its notices are not shown any more. Screens must be taken out of it first."),
        label=_("Close the group"),
        back=_back(office),
        danger=True,
    )


def _form(office: Office, group: ScreenGroup | None) -> GroupForm:
    form = GroupForm(obj=group)
    fill_look(form, office, group)
    return form


def _back(office: Office) -> str:
    return url_for("screens.groups", office_code=office.code)
