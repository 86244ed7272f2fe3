"""Error pages that help: what happened, what to do next, and the request id to quote."""

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.core.database import db
from app.core.errors import RotaError
from app.web.language import in_language

log = structlog.get_logger("web")


def wants_json() -> bool:
    """Does the client ask for JSON rather than a page?"""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.path.endswith(".json") or best == "application/json"


def _explain(status: int) -> str:
    sentences = {
        400: _("The request could not be understood. Please go back and try again."),
        401: _("Please sign in to see this page."),
        403: _("Your account may not do this. Ask an administrator of your office for the role that may."),
        404: _("There is nothing at this address. It may have been moved or withdrawn."),
        405: _("This address cannot be used that way."),
        409: _("Somebody else changed this in the meantime. Please look again and decide."),
        413: _("The file is too large: 16 MB at most. Remove pictures or unused sheets and try again."),
        429: _("Too many tries in a short time. Please wait a minute and try again."),
    }
    return sentences.get(status, _("Something went wrong on our side. Nothing you entered was half-saved."))


def respond(status: int, sentence: str) -> tuple[Response | str, int]:
    """The error as a page or as JSON."""
    request_id = g.get("request_id", "")
    if wants_json():
        return jsonify(error=sentence, request_id=request_id), status
    return render_template(
        "errors/error.html", status=status, sentence=sentence, request_id=request_id
    ), status


def install(app: Flask) -> None:
    """Register the handlers."""

    @app.errorhandler(RotaError)
    def rota_error(error: RotaError) -> tuple[Response | str, int]:
        return respond(error.status, in_language(error.text))

    @app.errorhandler(CSRFError)
    def csrf_error(_error: CSRFError) -> tuple[Response | str, int]:
        return respond(
            400, _("This form was open too long or in another sign-in. Go back, reload, and send it again.")
        )

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        body, code = respond(status, _explain(status))
        return body, code

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> tuple[Response | str, int]:
        log.error("unexpected error", path=request.path, exc_info=error)
        db.session.rollback()
        return respond(500, _explain(500))
