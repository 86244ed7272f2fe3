"""Install the feature."""

from flask import Flask, Response, request
from flask_babel import lazy_gettext as _l

from app.accounts import one_tap
from app.core.text import Text
from app.feeds import (
    import_routes,
    invitations,
    jobs,
    link_routes,
    output_routes,
    own_routes,
    public_routes,
    revision_routes,
    routes,
    stamps,
    token_routes,
)
from app.feeds.api import bulletin as api_bulletin
from app.feeds.api.description import describe
from app.notifications import calendar_part
from app.roster.own_routes import belongs_to_a_leader
from app.web import navigation

MODULES = (
    routes,
    public_routes,
    link_routes,
    own_routes,
    revision_routes,
    output_routes,
    token_routes,
    import_routes,
)  # those that add pages to the blueprint
INDEXABLE = {
    "feeds.start",
    "feeds.office_page",
    "feeds.office_year",
    "feeds.leader_page",
    "feeds.corrections",
}


def install(app: Flask) -> None:
    """Register pages."""
    app.register_blueprint(routes.blueprint)
    describe(app, api_bulletin.resources)
    stamps.install()
    jobs.install()
    calendar_part.provide("duty", invitations.for_duty)
    calendar_part.provide("visit", invitations.for_visit)
    one_tap.register_purpose(
        link_routes.PURPOSE, Text("日历订阅", "Calendar links"), "feeds.tapped_links", second_factor=True
    )
    navigation.add(
        app, navigation.Entry(340, _l("Calendar links"), "feeds.links", "links.manage", "calendar2-check")
    )
    navigation.add(
        app, navigation.Entry(350, _l("Keys of other systems"), "feeds.tokens", "tokens.manage", "key")
    )
    navigation.add(
        app, navigation.Entry(310, _l("Outputs"), "feeds.newest_outputs", "roster.view", "box-arrow-up-right")
    )
    navigation.add(
        app,
        navigation.Entry(
            6,
            _l("My calendar links"),
            "feeds.own_links",
            "own.view",
            "calendar2-check",
            office=False,
            shown=belongs_to_a_leader,
        ),
    )

    @app.after_request
    def keep_out_of_search_engines(response: Response) -> Response:
        """Only public pages are for search engines."""
        if request.endpoint not in INDEXABLE:
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response
