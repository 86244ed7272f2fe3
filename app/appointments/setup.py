"""Install the feature."""

from flask import Flask

from app.appointments import queries

__all__ = ["install", "queries"]


def install(app: Flask) -> None:
    """Register pages, commands and listeners."""
