"""A leader's own calendar links, by signing in or by a one-tap link."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response

from app.accounts import one_tap
from app.accounts.access import requires
from app.accounts.one_tap import OneTapLink
from app.core.database import db, transaction
from app.directory.models import Leader
from app.feeds import queries, service
from app.feeds.errors import LeaderUnknown, LinkNotFound
from app.feeds.forms import OptionsForm
from app.feeds.link_pages import Places, change_page, made_page, own_page
from app.feeds.link_routes import PURPOSE
from app.feeds.routes import blueprint


@blueprint.route("/my/links", methods=["GET", "POST"])
@requires("own.view")
def own_links() -> Response:
    """The links of the leader this account belongs to."""
    return _overview(signed_in(), _own_places())


@blueprint.route("/my/links/<int:link_id>", methods=["GET", "POST"])
@requires("own.view")
def change_own(link_id: int) -> Response:
    """Name and options of an own link."""
    return _change(signed_in(), link_id, _own_places())


@blueprint.post("/my/links/<int:link_id>/revoke")
@requires("own.view")
def revoke_own(link_id: int) -> Response:
    """Stop an own link."""
    return _revoke(signed_in(), link_id, _own_places())


@blueprint.route("/calendar-links", methods=["GET", "POST"])
@one_tap.required(PURPOSE)
def tapped_links(link: OneTapLink) -> Response:
    """The links of the leader who holds the one-tap link."""
    return _overview(holder(link), _tapped_places(link))


@blueprint.route("/calendar-links/<int:link_id>", methods=["GET", "POST"])
@one_tap.required(PURPOSE)
def change_tapped(link: OneTapLink, link_id: int) -> Response:
    """Name and options of an own link."""
    return _change(holder(link), link_id, _tapped_places(link))


@blueprint.post("/calendar-links/<int:link_id>/revoke")
@one_tap.required(PURPOSE)
def revoke_tapped(link: OneTapLink, link_id: int) -> Response:
    """Stop an own link."""
    return _revoke(holder(link), link_id, _tapped_places(link))


def _overview(leader: Leader, places: Places) -> Response:
    form = OptionsForm()
    if not form.validate_on_submit():
        return own_page(leader, form, places)
    with transaction():
        link, secret = service.make_link(
            leader.office, leader.id, form.name.data, form.options(), by=leader.name
        )
    return made_page(leader.office, link, leader.name, secret, places)


def _change(leader: Leader, link_id: int, places: Places) -> Response:
    link = queries.find_link(leader.office, link_id, leader.id)
    if link is None or link.revoked_at is not None:
        raise LinkNotFound
    form = OptionsForm.of_link(link)
    if not form.validate_on_submit():
        return change_page(leader.office, link, form, places)
    with transaction():
        service.change_link(leader.office, link, form.name.data, form.options())
    flash(
        _("The link “%(name)s” is changed; programs follow at their next refresh.", name=link.name), "success"
    )
    return redirect(places.overview)


def _revoke(leader: Leader, link_id: int, places: Places) -> Response:
    with transaction():
        name = service.revoke_link(leader.office, link_id, leader.id).name
    flash(_("The link “%(name)s” is revoked: whoever has it sees nothing more.", name=name), "success")
    return redirect(places.overview)


def signed_in() -> Leader:
    """The leader this account belongs to. Raises LeaderUnknown."""
    leader = db.session.get(Leader, current_user.leader_id) if current_user.leader_id else None
    if leader is None:
        raise LeaderUnknown
    return leader


def holder(link: OneTapLink) -> Leader:
    """The leader a one-tap link was given to. Raises LeaderUnknown."""
    leader = db.session.get(Leader, link.holder_id)
    if leader is None:
        raise LeaderUnknown
    return leader


def _own_places() -> Places:
    overview = url_for("feeds.own_links")
    return Places(
        overview=overview,
        make=overview,
        importing=url_for("feeds.import_own"),
        change=lambda link_id: url_for("feeds.change_own", link_id=link_id),
        revoke=lambda link_id: url_for("feeds.revoke_own", link_id=link_id),
    )


def _tapped_places(tapped: OneTapLink) -> Places:
    """`link` stays in every address: it says which one-tap link of this browser is meant."""
    overview = url_for("feeds.tapped_links", link=tapped.id)
    return Places(
        overview=overview,
        make=overview,
        importing=url_for("feeds.import_tapped", link=tapped.id),
        change=lambda link_id: url_for("feeds.change_tapped", link_id=link_id, link=tapped.id),
        revoke=lambda link_id: url_for("feeds.revoke_tapped", link_id=link_id, link=tapped.id),
    )
