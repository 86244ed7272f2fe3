"""Install the feature."""

from flask import Flask


def install(app: Flask) -> None:
    """Register pages, commands and listeners."""
