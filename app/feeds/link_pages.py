"""The pages of calendar links, the same for staff, a signed-in leader and a leader with a one-tap link."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, current_app, make_response, render_template, url_for

from app.directory.models import Leader, Office
from app.feeds import queries
from app.feeds.forms import OptionsForm
from app.feeds.models import FeedLink
from app.feeds.public_routes import as_webcal, qr_code


@dataclass(frozen=True, slots=True)
class Places:
    """Where the pages of one kind of person lie. `staff`: they have the menu of an office."""

    overview: str
    make: str
    change: Callable[[int], str]
    revoke: Callable[[int], str]
    staff: bool = False
    importing: str = ""  # where a leader enters the own calendar as leave


def made_page(office: Office, link: FeedLink, whose: str, secret: str, places: Places) -> Response:
    """The one page that ever shows the secret."""
    site = current_app.extensions["settings"].public_url
    https = site + url_for("feeds.secret_feed", secret=secret)
    page = render_template(
        "feeds/link_made.html",
        office=office,
        whose=whose,
        link=link,
        https=https,
        webcal=as_webcal(https),
        code=qr_code(as_webcal(https)),
        places=places,
    )
    return unstored(make_response(page))


def change_page(office: Office, link: FeedLink, form: OptionsForm, places: Places) -> Response:
    """The options of a link."""
    page = render_template("feeds/link_change.html", office=office, link=link, form=form, places=places)
    return unstored(make_response(page, 400 if form.errors else 200))


def own_page(leader: Leader, form: OptionsForm, places: Places) -> Response:
    """A leader's own links."""
    page = render_template(
        "feeds/own_links.html",
        office=leader.office,
        leader=leader,
        links=queries.live_links(leader.office, leader.id),
        form=form,
        places=places,
        may_import=queries.settings_of(leader.office).own_leave,
    )
    return unstored(make_response(page, 400 if form.errors else 200))


def unstored(response: Response) -> Response:
    """No copy in a browser's or proxy's cache, and no address sent to the next page."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


INVITED_FOR = dt.timedelta(days=7)
