"""Looking without a screen: any screen at any time of any day, and the gallery of every state."""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Response, abort, g, render_template, request

from app.accounts.access import requires
from app.core import clock
from app.directory.models import Office
from app.screens import gallery, queries
from app.screens.forms import LANGUAGE_NAMES
from app.screens.routes.blueprint import asked_moment, blueprint, now_ms, player_page
from app.screens.state import shown_on, state_of

HALF_HOURS = [dt.time(7 + n // 2, 30 * (n % 2)) for n in range(25)]  # 07:00 to 19:00
SHAPES = ("landscape", "portrait")
Value = TypeVar("Value")


@blueprint.get("/offices/<office_code>/screens/<int:screen_id>/preview")
@requires("screens.view")
def preview(office: Office, screen_id: int) -> str:
    """A simulated day of a screen: a day to choose, and a moment by slider or link."""
    found = queries.get_screen(office, screen_id)
    local = clock.now().astimezone(ZoneInfo(office.timezone))
    day = _asked(request.args.get("day", ""), dt.date.fromisoformat, local.date())
    time = _asked(
        request.args.get("time", ""), dt.time.fromisoformat, local.time().replace(second=0, microsecond=0)
    )
    if not 2000 <= day.year <= 2100:
        day = local.date()
    at = dt.datetime.combine(day, time.replace(tzinfo=None))
    return render_template(
        "screens/preview.html",
        office=office,
        screen=found,
        day=day,
        time=f"{time:%H:%M}",
        minutes=time.hour * 60 + time.minute,
        at=at.isoformat(timespec="minutes"),
        times=[f"{one:%H:%M}" for one in HALF_HOURS],
        shape=_one_of(request.args.get("shape"), SHAPES),
    )


@blueprint.get("/offices/<office_code>/screens/<int:screen_id>/picture")
@requires("screens.view")
def picture(office: Office, screen_id: int) -> Response:
    """What the screen shows at `?at=` (now without it), drawn by the player itself."""
    found = queries.get_screen(office, screen_id)
    at = asked_moment(office) or clock.now()
    state = state_of(shown_on(found), office.timezone, at, queries.changes())
    return _picture(state.body.decode(), at)


@blueprint.get("/offices/<office_code>/screens/gallery")
@requires("screens.view")
def gallery_page(office: Office) -> str:
    """Every state, drawn by the player from invented names."""
    language = _one_of(request.args.get("language"), tuple(LANGUAGE_NAMES))
    return render_template(
        "screens/gallery.html",
        office=office,
        states=gallery.every_state(),
        language=language,
        languages=LANGUAGE_NAMES,
        shape=_one_of(request.args.get("shape"), SHAPES),
    )


@blueprint.get("/offices/<office_code>/screens/gallery/<state_name>")
@requires("screens.view")
def gallery_picture(office: Office, state_name: str) -> Response:
    """One state of the gallery as a screen."""
    language = _one_of(request.args.get("language"), tuple(LANGUAGE_NAMES))
    state = gallery.find_state(state_name, language)
    if state is None:
        abort(404)
    return _picture(gallery.sealed(state), state.at)


def _picture(envelope: str, at: dt.datetime) -> Response:
    g.frame_ancestors = "'self'"  # shown in a frame of our own pages
    response = player_page(envelope, mode="preview", at=now_ms(at))
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(text: str, read: Callable[[str], Value], otherwise: Value) -> Value:
    """The value in the address; the other one for none and for nonsense."""
    try:
        return read(text)
    except ValueError:
        return otherwise


def _one_of(asked: str | None, choices: tuple[str, ...]) -> str:
    return asked if asked in choices else choices[0]
