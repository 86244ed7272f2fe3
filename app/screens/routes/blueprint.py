"""The blueprint every page of the feature is added to, and what several of them share."""

import datetime as dt
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for

from app.core import clock
from app.directory.models import Office
from app.screens.errors import BadMoment
from app.screens.nudges import Nudger
from app.screens.player import player_version

blueprint = Blueprint(
    "screens",
    "app.screens",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/screens",
)


def nudger() -> Nudger:
    """The streams of this process."""
    found: Nudger = current_app.extensions["screen_nudges"]
    return found


def player_page(envelope: str, **data: str) -> Response:
    """The page of the player; `envelope` is the sealed snapshot it starts with, or "". `data`: see screen.html."""
    settings = {"state": "", "mode": "own", "at": "", "worker": "", "key": "", "rendered": now_ms()} | data
    page = render_template(
        "screens/screen.html", envelope=envelope, player=player_version(), file=file_address, **settings
    )
    return make_response(page)


def file_address(name: str) -> str:
    """Where a file of the player is; "" gives the folder."""
    return f"/screen/files/{player_version()}/{name}"


def worker_address() -> str:
    """Where the service worker is."""
    return url_for("screens.worker")


def asked_moment(office: Office) -> dt.datetime | None:
    """The moment in `?at=`, in the office's zone when it names none. Raises BadMoment."""
    text = request.args.get("at", "")
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text.replace(" ", "+"))
        if not 2000 <= moment.year <= 2100:
            raise ValueError(text)
    except ValueError as error:
        raise BadMoment from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(office.timezone))


def now_ms(at: dt.datetime | None = None) -> str:
    """An instant, or now, in milliseconds."""
    return str(int((at or clock.now()).timestamp() * 1000))


def with_time(response: Response, at: dt.datetime | None = None) -> Response:
    """The server's time in milliseconds: a screen's own clock is often wrong."""
    response.headers["X-Server-Time"] = now_ms(at)
    return response
