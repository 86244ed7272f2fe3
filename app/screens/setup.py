"""Install the feature."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core import background
from app.screens import alerts, calls, visits
from app.screens.jobs import check_screens
from app.screens.nudges import Nudger
from app.screens.routes import board, groups, own, preview, texts, window
from app.screens.routes.blueprint import blueprint
from app.web import navigation

MODULES = (own, window, board, texts, groups, preview)  # those that add pages to the blueprint


def install(app: Flask) -> None:
    """Register pages and commands."""
    app.extensions["screen_nudges"] = Nudger(app)
    app.register_blueprint(blueprint)
    navigation.add(
        app, navigation.Entry(330, _l("Lobby screens"), "screens.board_page", "screens.view", "tv")
    )
    calls.register(app, visits.called_visits)
    alerts.install()
    background.repeat("screens.check", 60, check_screens)
    csrf = app.extensions["csrf"]
    for view in (
        own.own_code,
        own.own_contact,
    ):  # a player has no form; see PLAYER_HEADER and the cookie's SameSite
        csrf.exempt(view)
