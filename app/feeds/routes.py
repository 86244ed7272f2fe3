"""Pages."""

from flask import Blueprint

blueprint = Blueprint(
    "feeds", "app.feeds", template_folder="templates", static_folder="static", static_url_path="/static/feeds"
)
