"""`/favicon.ico`: browsers ask for it beside pages that cannot name an icon, such as a feed."""

from flask import Blueprint, Response

from app.web.access import public


def add_routes(blueprint: Blueprint) -> None:
    """The one address."""

    @blueprint.get("/favicon.ico")
    @public
    def favicon() -> Response:
        return blueprint.send_static_file("icon.svg")
