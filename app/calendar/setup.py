"""Install the calendar."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.calendar import routes
from app.calendar.cli import calendar_commands
from app.web import navigation


def install(app: Flask) -> None:
    """Register pages and commands."""
    app.register_blueprint(routes.blueprint)
    app.cli.add_command(calendar_commands)
    navigation.add(
        app, navigation.Entry(440, _l("Working calendar"), "calendar.year", "calendar.view", "calendar3")
    )
