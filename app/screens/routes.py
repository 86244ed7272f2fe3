"""Pages."""

from flask import Blueprint

blueprint = Blueprint(
    "screens",
    "app.screens",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/screens",
)
