"""What an enrolled screen asks for, known by its token (cookie `screen`, or a header). A wrong token is told apart
from a revoked one: only "revoked", said in so many words, sends a screen back to enrolment."""

from flask import Response, current_app, g, jsonify, request, url_for

from app.core import clock
from app.core.database import db, transaction
from app.screens import queries
from app.screens.models import Screen
from app.screens.nudges import ENDLESS, stream_to
from app.screens.routes.blueprint import blueprint, nudger, player_page, with_time, worker_address
from app.screens.service import contact, enrolment
from app.screens.state import shown_on, state_of
from app.web.access import View, public
from app.web.renderings import respond

COOKIE = "screen"
HEADER = "X-Screen-Token"
COOKIE_LIFE = 400 * 86_400  # seconds; the longest browsers keep one, renewed with every new snapshot
PLAYER_HEADER = "X-Player"  # only our own script sends it, so that no other site's form can ask for a code


@blueprint.get("/screen")
@public
def own() -> Response:
    """The player: the one address to set on every box. The script asks what to show."""
    response = player_page(
        "", state=url_for("screens.own_state"), mode="own", worker=worker_address(), key="own"
    )
    response.headers["Cache-Control"] = "no-cache"
    return with_time(response)


def by_token(view: View) -> View:
    """Mark a view that only a screen's token opens, whoever is signed in; it answers 401 to anything else."""
    view.access = "token"  # type: ignore[attr-defined]
    return view


@blueprint.get("/screen/own/state.json")
@by_token
def own_state() -> Response:
    """The sealed snapshot of this screen, 304 while nothing changed; 202 waiting, 401 unknown, 410 revoked."""
    token = _token()
    known = queries.find_by_token(token) if token else None
    if known is None:
        return _without_screen(token)
    if known.screen.revoked_at is not None:
        return _said("revoked", 410)
    state = state_of(shown_on(known.screen), known.zone, clock.now(), known.changes)
    response = respond(state, request, "no-cache")
    if response.status_code == 200 and COOKIE in request.cookies:
        _keep(response, token)
    return with_time(response)


def _without_screen(token: str) -> Response:
    code = queries.find_code_of_token(token) if token else None
    waiting = code is not None and code.expires_at > clock.now()
    return _said("waiting", 202) if waiting else _said("unknown", 401)


@blueprint.post("/screen/own/code")
@public
def own_code() -> tuple[Response, int] | Response:
    """A new code to show, with the token as a cookie; 409 for a screen that is enrolled."""
    if PLAYER_HEADER not in request.headers:
        return _said("not a player", 400)
    if _live_screen() is not None:
        return _said("enrolled", 409)
    with transaction():
        code, token, expires_at = enrolment.ask_for_code(request.remote_addr or "")
    response = jsonify(code=code, expires_at=int(expires_at.timestamp() * 1000))
    response.status_code = 201
    _keep(response, token)
    return with_time(response)


@blueprint.post("/screen/own/contact")
@by_token
def own_contact() -> Response:
    """What the player shows and how it fares, once a minute."""
    screen = _live_screen()
    if screen is None:
        return _said("unknown", 401)
    told = contact.read_contact(request.get_json(force=True, silent=True))
    with transaction():
        contact.note_contact(screen.id, told)
    return with_time(Response(status=204))


@blueprint.get("/screen/own/nudges")
@by_token
def own_nudges() -> Response:
    """The stream of nudges; 204 ends it where this server cannot stream."""
    screen = _live_screen()
    if screen is None or request.method != "GET":
        return _said("unknown", 401)
    wanted = queries.offices_with_ancestors(shown_on(screen).office_ids)
    if screen.group is not None:
        wanted |= {screen.group.office_id}
    db.session.remove()  # a stream may stay open for days: it holds no connection to the database
    body = stream_to(nudger(), request.environ, wanted)
    if body is None:
        return Response(status=204)
    response = Response(body, mimetype="text/event-stream", direct_passthrough=True)
    if "gunicorn.socket" in request.environ:
        response.headers["Content-Length"] = str(ENDLESS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _live_screen() -> Screen | None:
    known = queries.find_by_token(_token())
    return known.screen if known is not None and known.screen.revoked_at is None else None


def _token() -> str:
    g.no_cookies = True
    return request.headers.get(HEADER) or request.cookies.get(COOKIE, "")


def _keep(response: Response, token: str) -> None:
    secure: bool = current_app.extensions["settings"].secure_cookies
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_LIFE,
        path="/screen",
        httponly=True,
        samesite="Strict",
        secure=secure,
    )


def _said(word: str, status: int) -> Response:
    response = jsonify(screen=word)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return with_time(response)
