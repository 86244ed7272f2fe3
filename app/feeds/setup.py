"""Install the feature."""

from flask import Flask, Response, request
from flask_babel import lazy_gettext as _l

from app.feeds import link_routes, public_routes, routes
from app.web import navigation

MODULES = (routes, public_routes, link_routes)  # those that add pages to the blueprint
INDEXABLE = {"feeds.start", "feeds.office_page", "feeds.office_year", "feeds.leader_page"}


def install(app: Flask) -> None:
    """Register pages."""
    app.register_blueprint(routes.blueprint)
    navigation.add(
        app, navigation.Entry(60, _l("Calendar links"), "feeds.links", "links.manage", "calendar2-check")
    )

    @app.after_request
    def keep_out_of_search_engines(response: Response) -> Response:
        """Only public pages are for search engines."""
        if request.endpoint not in INDEXABLE:
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response
