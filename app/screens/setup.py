"""Install the feature."""

from flask import Flask

from app.screens import routes


def install(app: Flask) -> None:
    """Register pages and commands."""
    app.register_blueprint(routes.blueprint)
