"""Puts the pages of drafts and publications into the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.roster import building_routes, draft_routes, overview, publication_routes, ways_routes, whole_routes
from app.web import navigation

DRAFT_STATE_NAMES = {
    "queued": _l("Waiting to be built"),
    "building": _l("Being built"),
    "ready": _l("Ready"),
    "failed": _l("Stopped"),
    "impossible": _l("Impossible"),
    "published": _l("Published"),
    "discarded": _l("Discarded"),
}


def install(app: Flask) -> None:
    """Register the pages, their menu entries and the cards of an office's start page."""
    for module in (draft_routes, building_routes, publication_routes, ways_routes, whole_routes):
        app.register_blueprint(module.blueprint)
    app.extensions.setdefault("overview_cards", []).extend(overview.CARDS)
    app.jinja_env.globals["draft_states"] = DRAFT_STATE_NAMES
    navigation.add(
        app,
        navigation.Entry(
            130,
            _l("Whole county"),
            "whole.index",
            "roster.draft",
            "diagram-3",
            shown=whole_routes.has_offices_below,
        ),
    )
    navigation.add(app, navigation.Entry(120, _l("Drafts"), "drafts.index", "roster.view", "grid-3x3-gap"))
    navigation.add(
        app, navigation.Entry(110, _l("Published"), "publication.revisions", "roster.view", "megaphone")
    )
