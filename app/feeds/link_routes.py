"""Secret calendar links of leaders: make one, show it once, revoke one by one."""

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.access import requires
from app.core.database import transaction
from app.directory.models import Office
from app.feeds import queries, service
from app.feeds.forms import LinkForm
from app.feeds.public_routes import as_webcal, qr_code
from app.feeds.routes import blueprint


@blueprint.get("/offices/<office_code>/links")
@requires("links.manage")
def links(office: Office) -> Response:
    """The leaders with their links."""
    return _links_page(office, _form(office))


@blueprint.post("/offices/<office_code>/links")
@requires("links.manage")
def make_link(office: Office) -> Response:
    """Make a link and show it, this once."""
    form = _form(office)
    if not form.validate_on_submit():
        return _links_page(office, form, 400)
    with transaction():
        link, secret = service.make_link(office, form.leader_id.data, form.name.data)
    https = url_for("feeds.leader_feed", secret=secret)
    https = queries.publication(office).place.site + https
    leader = queries.find_leader(office, link.leader_id)
    page = render_template(
        "feeds/link_made.html",
        office=office,
        leader=leader,
        link=link,
        https=https,
        webcal=as_webcal(https),
        code=qr_code(as_webcal(https)),
    )
    return _unstored(make_response(page))


@blueprint.post("/offices/<office_code>/links/<int:link_id>/revoke")
@requires("links.manage")
def revoke_link(office: Office, link_id: int) -> AnyResponse:
    """Stop a link at once."""
    with transaction():
        name = service.revoke_link(office, link_id).name
    flash(_("The link “%(name)s” is revoked: whoever has it sees nothing more.", name=name), "success")
    return redirect(url_for("feeds.links", office_code=office.code))


def _form(office: Office) -> LinkForm:
    form = LinkForm()
    form.leader_id.choices = [(leader.id, leader.name) for leader in queries.leaders_for_links(office)]
    return form


def _links_page(office: Office, form: LinkForm, status: int = 200) -> Response:
    links_by_leader: dict[int, list[object]] = {}
    for link in queries.live_links(office):
        links_by_leader.setdefault(link.leader_id, []).append(link)
    page = render_template(
        "feeds/links.html",
        office=office,
        form=form,
        leaders=queries.leaders_for_links(office),
        links_by_leader=links_by_leader,
    )
    return _unstored(make_response(page, status))


def _unstored(response: Response) -> Response:
    """No copy in a browser's or proxy's cache, and no address sent to the next page."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
