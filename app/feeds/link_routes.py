"""Secret calendar links, for staff: of leaders, departments and the office itself."""

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import one_tap
from app.accounts.access import requires
from app.core import clock
from app.core.database import transaction
from app.directory.models import Office
from app.feeds import queries, service
from app.feeds.errors import LeaderUnknown, LinkNotFound
from app.feeds.forms import InviteForm, LinkForm, OptionsForm
from app.feeds.link_pages import INVITED_FOR, Places, change_page, made_page, unstored
from app.feeds.models import FeedLink
from app.feeds.public_routes import qr_code
from app.feeds.routes import blueprint

PURPOSE = "calendars"


@blueprint.get("/offices/<office_code>/links")
@requires("links.manage")
def links(office: Office) -> Response:
    """Everybody with their links."""
    return _links_page(office, _form(office))


@blueprint.post("/offices/<office_code>/links")
@requires("links.manage")
def make_link(office: Office) -> Response:
    """Make a link and show it, this once."""
    form = _form(office)
    if not form.validate_on_submit():
        return _links_page(office, form, 400)
    with transaction():
        link, secret = _make(office, form)
    return made_page(office, link, _names(office)[_whom(link)], secret, _places(office))


@blueprint.route("/offices/<office_code>/links/<int:link_id>", methods=["GET", "POST"])
@requires("links.manage")
def change_link(office: Office, link_id: int) -> AnyResponse:
    """Name and options of a link."""
    link = queries.find_link(office, link_id)
    if link is None or link.revoked_at is not None:
        raise LinkNotFound
    form = OptionsForm.of_link(link)
    if not form.validate_on_submit():
        return change_page(office, link, form, _places(office))
    with transaction():
        service.change_link(office, link, form.name.data, form.options())
    flash(
        _("The link “%(name)s” is changed; programs follow at their next refresh.", name=link.name), "success"
    )
    return redirect(url_for("feeds.links", office_code=office.code))


@blueprint.post("/offices/<office_code>/links/<int:link_id>/revoke")
@requires("links.manage")
def revoke_link(office: Office, link_id: int) -> AnyResponse:
    """Stop a link at once."""
    with transaction():
        name = service.revoke_link(office, link_id).name
    flash(_("The link “%(name)s” is revoked: whoever has it sees nothing more.", name=name), "success")
    return redirect(url_for("feeds.links", office_code=office.code))


@blueprint.post("/offices/<office_code>/links/invite")
@requires("links.manage")
def invite_leader(office: Office) -> Response:
    """A one-tap link by which a leader makes and revokes the own calendar links, without an account."""
    form = _invitation(office)
    if not form.validate_on_submit():
        return _links_page(office, _form(office), 400)
    leader = queries.find_leader(office, form.leader_id.data)
    if leader is None:
        raise LeaderUnknown
    until = clock.now() + INVITED_FOR
    with transaction():
        address = one_tap.issue(
            PURPOSE, f"leader:{leader.id}", ("leader", leader.id), office_id=office.id, expires_at=until
        )
    page = render_template(
        "feeds/link_invited.html",
        office=office,
        leader=leader,
        address=address,
        until=until,
        code=qr_code(address),
    )
    return unstored(make_response(page))


def _make(office: Office, form: LinkForm) -> tuple[FeedLink, str]:
    kind, _colon, number = form.whom.data.partition(":")
    if kind == "leader":
        return service.make_link(office, int(number), form.name.data, form.options())
    if kind == "department":
        return service.make_department_link(office, int(number), form.name.data, form.options())
    return service.make_staff_link(office, form.name.data, form.options())


def _whom(link: FeedLink) -> str:
    number = link.leader_id or link.department_id
    return f"{link.kind}:{number}" if number else link.kind


def _names(office: Office) -> dict[str, str]:
    """Whom a link may be for, in the order of the page."""
    names = {"staff": _("Staff of the office")}
    names |= {f"leader:{leader.id}": leader.name for leader in queries.leaders_for_links(office)}
    return names | {f"department:{unit.id}": unit.name for unit in queries.departments_for_links(office)}


def _form(office: Office) -> LinkForm:
    form = LinkForm()
    leaders = [(f"leader:{leader.id}", leader.name) for leader in queries.leaders_for_links(office)]
    units = [(f"department:{unit.id}", unit.name) for unit in queries.departments_for_links(office)]
    groups = {_("Leaders"): leaders, _("Departments"): units}
    form.whom.choices = {
        **{label: found for label, found in groups.items() if found},
        _("This office"): [("staff", _("Staff of the office"))],
    }
    return form


def _invitation(office: Office) -> InviteForm:
    form = InviteForm()
    form.leader_id.choices = [(leader.id, leader.name) for leader in queries.leaders_for_links(office)]
    return form


def _places(office: Office) -> Places:
    code = office.code
    overview = url_for("feeds.links", office_code=code)
    return Places(
        overview=overview,
        make=overview,
        change=lambda link_id: url_for("feeds.change_link", office_code=code, link_id=link_id),
        revoke=lambda link_id: url_for("feeds.revoke_link", office_code=code, link_id=link_id),
        staff=True,
    )


def _links_page(office: Office, form: LinkForm, status: int = 200) -> Response:
    names, by_whom = _names(office), {}  # type: tuple[dict[str, str], dict[str, list[FeedLink]]]
    for link in queries.live_links(office):
        by_whom.setdefault(_whom(link), []).append(link)
    page = render_template(
        "feeds/links.html",
        office=office,
        form=form,
        invitation=_invitation(office),
        rows=[(names[whom], found) for whom in names if (found := by_whom.get(whom))],
        without=sum(1 for whom in names if whom.startswith("leader") and whom not in by_whom),
        leaders=queries.leaders_for_links(office),
        places=_places(office),
    )
    return unstored(make_response(page, status))
