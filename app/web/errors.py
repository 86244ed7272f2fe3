"""Error pages that help: what happened, what to do next, and the request id to quote."""

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from app.core.database import db
from app.core.errors import RotaError
from app.web.language import in_language

KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
log = structlog.get_logger("web")


def wants_json() -> bool:
    """Does the client ask for JSON rather than a page?"""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.path.endswith(".json") or request.path.startswith("/api/") or best == "application/json"


def explanation(status: int) -> str:
    """What a status means for the person who sees it, and what to do."""
    sentences = {
        400: _("The request could not be understood. Please go back and try again."),
        401: _("Please sign in to see this page."),
        403: _("Your account may not do this. Ask an administrator of your office for the role that may."),
        404: _("There is nothing at this address. It may have been moved or withdrawn."),
        405: _("This address cannot be used that way. Go back and use the buttons of the page."),
        409: _("Somebody else changed this in the meantime. Please look again and decide."),
        413: _("The file is too large: 16 MB at most. Remove pictures or unused sheets and try again."),
        429: _("Too many tries in a short time. Please wait a minute and try again."),
        503: _("The service is not available at this moment. Please try again in a minute."),
    }
    unknown = (
        _("Something went wrong on our side. Nothing you entered was half-saved.")
        if status >= 500
        else _("The request could not be understood. Please go back and try again.")
    )
    return str(sentences.get(status, unknown))


def respond(status: int, sentence: str) -> Response:
    """The error as a page, as JSON, or as one line of text where a calendar program asks.

    A failure of the program uses a page that needs neither the database nor the person signed in.
    """
    request_id = g.get("request_id", "")
    if wants_json():
        answer = jsonify(error=sentence, request_id=request_id)
    elif request.path.endswith((".ics", ".txt")):
        answer = Response(f"{sentence}\n", mimetype="text/plain")
    else:
        template = "errors/bare.html" if status >= 500 else "errors/error.html"
        answer = make_response(
            render_template(template, status=status, sentence=sentence, request_id=request_id)
        )
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def find_page_above() -> str | None:
    """The nearest page above the address of this request, with the same query; None where there is no page."""
    adapter = current_app.create_url_adapter(request)
    path = request.path
    while adapter is not None and (path := path.rpartition("/")[0]):
        try:
            adapter.match(path, method="GET")
        except (NotFound, MethodNotAllowed, RequestRedirect):
            continue
        query = request.query_string.decode("latin-1")
        return f"{path}?{query}" if query else path
    return None


def page_instead() -> BaseResponse | None:
    """Where a person's browser goes who reloads or types the address of a button: the page that has the button.

    A refused form leaves its own address in the browser. Programs (no `text/html` asked for by name) get None.
    """
    asks_for_page = "text/html" in request.accept_mimetypes.values() and not wants_json()
    if request.method not in ("GET", "HEAD") or not asks_for_page:
        return None
    above = find_page_above()
    return redirect(above, 303) if above else None


def install(app: Flask) -> None:
    """Register the handlers."""

    @app.errorhandler(RotaError)
    def rota_error(error: RotaError) -> Response:
        return respond(error.status, in_language(error.text))

    @app.errorhandler(CSRFError)
    def csrf_error(_error: CSRFError) -> Response:
        return respond(
            400, _("This form was open too long or in another sign-in. Go back, reload, and send it again.")
        )

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> BaseResponse | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        if status == 405 and (page := page_instead()):
            return page
        answer = respond(status, explanation(status))
        given = error.get_response().headers
        answer.headers.update({name: given[name] for name in KEPT_HEADERS if name in given})
        return answer

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.error("unexpected error", method=request.method, endpoint=request.endpoint, exc_info=error)
        db.session.rollback()
        return respond(500, explanation(500))
