"""Puts substitution into the application."""

from flask import Flask

from app.roster.substitution import models

TABLES = (models.SubstitutionRequest, models.Backup)


def install(app: Flask) -> None:
    """Register pages, listeners and menu entries."""
