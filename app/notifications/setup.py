"""Install the feature."""

from flask import Flask

from app.core import background as background
from app.notifications import models as models


def install(app: Flask) -> None:
    """Register pages, commands and listeners."""
