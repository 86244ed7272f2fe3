"""The OpenAPI 3.1 document, and the blueprint the resources register with."""

from typing import Any, NoReturn

from flask import Flask
from flask_smorest import Api, Blueprint
from webargs.flaskparser import FlaskParser

from app.core.errors import RotaError
from app.feeds.api.schemas import ErrorOut
from app.feeds.api.tokens import SCOPES

PREFIX = "/api/v1"


class BadRequest(RotaError):
    """What was asked for does not fit the description."""

    status = 422


class Parser(FlaskParser):
    """Wrong parameters become one sentence that names them."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"query": None}  # noqa: RUF012  # as the package has it; the schema decides

    def handle_error(self, error: Any, *_rest: Any, **_more: Any) -> NoReturn:
        """Raise BadRequest."""
        found = error.messages.get("query", error.messages)
        said = "; ".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in sorted(found.items()))
        raise BadRequest(f"参数有误（{said}）。", f"A parameter is wrong ({said}).") from error


class Resources(Blueprint):  # type: ignore[misc]
    """A blueprint whose parameters are read by our parser."""

    ARGUMENTS_PARSER = Parser()


class Description(Api):  # type: ignore[misc]
    """The document. Errors stay with the application's own handlers: they know 405's `Allow` and both languages."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ErrorOut

    def _register_error_handlers(self) -> None:
        """Nothing."""


def describe(app: Flask, resources: Resources) -> None:
    """Register the resources and make their document."""
    app.config.update(
        API_TITLE="Reception Rota", API_VERSION="1.0.0", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX=None
    )
    api = Description(app, spec_kwargs={"info": {"description": INTRODUCTION}})
    scopes = "; ".join(f"{name}: {text.en}" for name, text in SCOPES.items())
    api.spec.components.security_scheme(
        "key", {"type": "http", "scheme": "bearer", "description": f"A key of the office. Scopes: {scopes}"}
    )
    api.register_blueprint(resources)
    app.extensions["api description"] = api.spec


INTRODUCTION = """What is published, for other systems of the government. Resources without a lock need no key.

Times are local to the office's `timezone`, dates are ISO 8601. Errors are `{"error", "request_id"}`, in the language of
`Accept-Language`. 600 requests a minute for each key, 300 for each address without one; above it 429."""


def errors(*statuses: int) -> dict[int, dict[str, Any]]:
    """Descriptions of error answers."""
    words = {
        400: "An address with characters that mean nothing",
        401: "No key that works",
        403: "The key may not",
        404: "No such thing",
        422: "A parameter is wrong",
        429: "Too often",
    }
    return {status: {"description": words[status], "schema": ErrorOut} for status in statuses}
