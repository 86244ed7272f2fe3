"""The lobby page of an office, its data and its service worker."""

import datetime as dt
import hashlib
import json
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, render_template, request

from app.accounts.access import allowed
from app.calendar.queries import working_calendar
from app.core import clock
from app.directory.models import Office
from app.directory.queries import get_office
from app.roster.published.loading import find_roll
from app.screens.errors import BadMoment
from app.screens.snapshot import make_snapshot
from app.web.access import public
from app.web.renderings import Rendering, respond

blueprint = Blueprint(
    "screens",
    "app.screens",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/screens",
)
FOLDER = Path(__file__).parent
POLL_SECONDS = 3


@blueprint.get("/screen/<office_code>")
@public
def screen(office_code: str) -> Response:
    """The page a screen shows. `?at=2026-03-02T10:00` previews a moment, for staff."""
    office = get_office(office_code)
    at = _asked_moment(office)
    page = render_template(
        "screens/screen.html",
        office=office,
        at=at,
        state=_state(office, at),
        player=player_version(),
        poll_seconds=POLL_SECONDS,
        rendered=_milliseconds(at),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store" if at else "no-cache"
    return _with_time(response, at)


@blueprint.get("/screen/<office_code>/state.json")
@public
def state(office_code: str) -> Response:
    """What the screen shows, for the screen to ask every few seconds: 304 while nothing changed."""
    office = get_office(office_code)
    at = _asked_moment(office)
    body = json.dumps(_state(office, at), ensure_ascii=False, separators=(",", ":")).encode()
    rendering = Rendering(body, "application/json; charset=utf-8")
    return _with_time(respond(rendering, request, "no-cache"), at)


@blueprint.get("/screen/worker.js")
@public
def worker() -> Response:
    """The service worker. It lives here because its folder is what it may serve."""
    source = (FOLDER / "static" / "js" / "worker.js").read_text(encoding="utf-8")
    body = source.replace("PLAYER_VERSION", player_version()).encode()
    return respond(Rendering(body, "text/javascript; charset=utf-8"), request, "no-cache")


@cache
def player_version() -> str:
    """Changes when a file of the player does, so that running screens load the new one."""
    digest = hashlib.sha256()
    for path in sorted((*FOLDER.glob("static/**/*.*"), *FOLDER.glob("templates/**/*.html"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _state(office: Office, at: dt.datetime | None) -> dict[str, object]:
    now = at or clock.now()
    about = {
        "code": office.code,
        "name": office.name,
        "name_en": office.name_en,
        "phone": office.phone,
        "address": office.address,
        "timezone": office.timezone,
    }
    today = now.astimezone(ZoneInfo(office.timezone)).date()
    return make_snapshot(about, find_roll(office.id), working_calendar(office), today) | {
        "player": player_version()
    }


def _asked_moment(office: Office) -> dt.datetime | None:
    """The moment to preview. Only staff of the office may; raises BadMoment for a time that cannot be meant."""
    text = request.args.get("at", "")
    if not text:
        return None
    if not allowed("screens.view", office):
        abort(403)
    try:
        moment = dt.datetime.fromisoformat(text.replace(" ", "+"))
        if not 2000 <= moment.year <= 2100:
            raise ValueError(text)
    except ValueError as error:
        raise BadMoment from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(office.timezone))


def _with_time(response: Response, at: dt.datetime | None) -> Response:
    """The server's time in milliseconds: a screen's own clock is often wrong."""
    response.headers["X-Server-Time"] = str(_milliseconds(at))
    return response


def _milliseconds(at: dt.datetime | None) -> int:
    return int((at or clock.now()).timestamp() * 1000)
