"""Install the feature."""

from flask import Flask

from app.appointments import code_routes, public_routes, routes, words

MODULES = (public_routes, code_routes)  # those that add pages to the blueprint


def install(app: Flask) -> None:
    """Register pages, commands and listeners."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(
        visit_states=words.STATE_NAMES,
        visit_sentences=words.STATE_SENTENCES,
        visit_tags=words.STATE_TAGS,
        visit_reason_sentences=words.REASON_SENTENCES,
        visit_route_sentences=words.ROUTE_SENTENCES,
    )
