"""The public window: an office's days as a screen, for anybody, without a token; and the service worker."""

from flask import Response, abort, request, url_for

from app.accounts.access import allowed
from app.core import clock
from app.directory.queries import get_office
from app.screens import queries
from app.screens.player import TYPES, player_files, player_version, worker_source
from app.screens.routes.blueprint import (
    asked_moment,
    blueprint,
    file_address,
    now_ms,
    player_page,
    with_time,
    worker_address,
)
from app.screens.state import state_of, window_of
from app.web.access import public
from app.web.renderings import Rendering, respond


@blueprint.get("/screen/<office_code>")
@public
def window(office_code: str) -> Response:
    """The page. `?at=2026-03-02T10:00` shows another moment, to staff."""
    office = get_office(office_code)
    at = asked_moment(office)
    if at and not allowed("screens.view", office):
        abort(403)
    state = state_of(window_of(office), office.timezone, at or clock.now(), queries.changes())
    response = player_page(
        state.body.decode(),
        state=url_for("screens.window_state", office_code=office.code),
        mode="preview" if at else "window",
        at=now_ms(at) if at else "",
        worker="" if at else worker_address(),
        key=f"window:{office.code}",
    )
    response.headers["Cache-Control"] = "no-store" if at else "no-cache"
    return with_time(response, at)


@blueprint.get("/screen/<office_code>/state.json")
@public
def window_state(office_code: str) -> Response:
    """The sealed snapshot of the window: 304 while nothing changed."""
    office = get_office(office_code)
    at = asked_moment(office)
    if at and not allowed("screens.view", office):
        abort(403)
    state = state_of(window_of(office), office.timezone, at or clock.now(), queries.changes())
    return with_time(respond(state, request, "no-cache"), at)


@blueprint.get("/screen/worker.js")
@public
def worker() -> Response:
    """The service worker of players and windows."""
    script = Rendering(worker_source(file_address("")), TYPES[".js"])
    response = respond(script, request, "no-cache")
    response.headers["Service-Worker-Allowed"] = "/screen"
    return response


@blueprint.get("/screen/files/<version>/<file_name>")
@public
def player_file(version: str, file_name: str) -> Response:
    """One file of the player. An address of an older version gets the present file, which nobody keeps."""
    path = player_files().get(file_name)
    if path is None:
        abort(404)
    lasting = "public, max-age=31536000, immutable" if version == player_version() else "no-store"
    return respond(Rendering(path.read_bytes(), TYPES[path.suffix]), request, lasting)
