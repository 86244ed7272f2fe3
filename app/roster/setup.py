"""Install the feature."""

from flask import Flask

from app.roster import models as models  # its tables belong to the schema
from app.roster import pages, routes


def install(app: Flask) -> None:
    """Register pages and commands."""
    app.register_blueprint(routes.blueprint)
    pages.install(app)
