"""Install the feature."""

from flask import Flask

from app.calendar import models as models  # its tables belong to the schema
from app.calendar import routes


def install(app: Flask) -> None:
    """Register pages and commands."""
    app.register_blueprint(routes.blueprint)
