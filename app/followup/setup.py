"""Install the feature."""

from flask import Flask

from app.followup import models  # noqa: F401  # the tables must be known before the first query


def install(app: Flask) -> None:
    """Register pages, commands and listeners."""
