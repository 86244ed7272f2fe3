"""An office's channels: set them up, try them, and how people are to be reached."""

from flask import Blueprint

blueprint = Blueprint("channels", "app.notifications", template_folder="templates")
