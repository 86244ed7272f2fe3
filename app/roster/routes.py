"""Pages."""

from flask import Blueprint

blueprint = Blueprint(
    "roster",
    "app.roster",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/roster",
)
