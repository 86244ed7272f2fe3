"""Install the feature."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.roster import absence_routes, pages, routes, rules_routes
from app.web import navigation


def install(app: Flask) -> None:
    """Register pages and commands."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(rules_routes.blueprint)
    app.register_blueprint(absence_routes.blueprint)
    pages.install(app)
    navigation.add(app, navigation.Entry(32, _l("Rules"), "rules.index", "rules.view", "list-check"))
    navigation.add(app, navigation.Entry(34, _l("Absences"), "absences.index", "rules.view", "person-dash"))
