"""The links of an office that may be used now: staff revoke them, or confirm by voice who holds one."""

from flask import current_app, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.access import Office, OfficeTree, requires
from app.accounts.one_tap import queries, service
from app.accounts.one_tap.models import OneTapLink
from app.accounts.one_tap.registry import purpose_of
from app.accounts.one_tap.routes import blueprint
from app.core.database import transaction
from app.core.errors import NotFound
from app.web.messages import tell


@blueprint.get("/offices/<office_code>/one-tap")
@requires("substitutions.arrange")
def office_links(office: Office) -> str:
    """What was given out, for what, until when, and whether it was used."""
    tree: OfficeTree = current_app.extensions["office_tree"]
    links = queries.live_links(office.id)
    return render_template(
        "accounts/one_tap/office.html",
        office=office,
        links=links,
        labels={link.id: purpose_of(link.purpose).label for link in links},
        without_phone={link.id for link in links if service.last_digits(link) is None},
        leaders=dict(tree.leaders(office.id)),
    )


@blueprint.post("/offices/<office_code>/one-tap/<int:link_id>/revoke")
@requires("substitutions.arrange")
def revoke_link(office: Office, link_id: int) -> Response:
    """The link does not work from now on."""
    with transaction():
        service.revoke_link(_link(office, link_id))
    tell(_("The link is revoked."), "success")
    return redirect(url_for("one_tap.office_links", office_code=office.code))


@blueprint.post("/offices/<office_code>/one-tap/<int:link_id>/confirm")
@requires("substitutions.arrange")
def confirm_link(office: Office, link_id: int) -> Response:
    """Staff speak with the holder: the link opens without digits."""
    with transaction():
        service.confirm_by_staff(_link(office, link_id))
    tell(_("Confirmed: the link opens without digits now."), "success")
    return redirect(url_for("one_tap.office_links", office_code=office.code))


def _link(office: Office, link_id: int) -> OneTapLink:
    found = queries.find_usable(link_id)
    if found is None or found.office_id != office.id:
        raise NotFound("没有这个链接，或已经失效。", "There is no such link, or it does not work any more.")
    return found
