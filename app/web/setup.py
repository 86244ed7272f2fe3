"""Install the look, the language, error pages, logs and health checks."""

from flask import Blueprint, Flask

from app.web import (
    addresses,
    cookieless,
    errors,
    filters,
    headers,
    health,
    icon,
    language,
    logs,
    navigation,
    preferences,
)


def install(app: Flask) -> None:
    """Register everything every page needs."""
    addresses.install(app)
    cookieless.install(app)
    blueprint = Blueprint(
        "web", "app.web", template_folder="templates", static_folder="static", static_url_path="/static/web"
    )
    health.add_routes(blueprint)
    icon.add_routes(blueprint)
    language.add_routes(blueprint)
    preferences.add_routes(blueprint)
    app.register_blueprint(blueprint)
    logs.install(app)
    addresses.refuse_nul(app)
    language.install(app)
    preferences.install(app)
    filters.install(app)
    headers.install(app)
    errors.install(app)
    navigation.install(app)
