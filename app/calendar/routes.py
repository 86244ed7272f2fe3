"""Pages."""

from flask import Blueprint

blueprint = Blueprint(
    "calendar",
    "app.calendar",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/calendar",
)
