"""Structured logs; every line of a request carries its id, which error pages show too."""

import logging
import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

SECRET_PATH = re.compile(r"(?<=/)[A-Za-z0-9_-]{32,}")
log = structlog.get_logger("web")


def without_secrets(path: str) -> str:
    """A path fit for a log: long random parts (feed secrets, one-tap tokens) are cut out."""
    return SECRET_PATH.sub("…", path)


class _WithoutSecrets(logging.Filter):
    """Cuts secrets out of what the development server writes of each request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line stays, without them."""
        record.msg, record.args = without_secrets(record.getMessage()), ()
        return True


def install(app: Flask) -> None:
    """Configure structlog once and log each request with its time."""
    settings = app.extensions["settings"]
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level)),
        cache_logger_on_first_use=True,
    )

    server = logging.getLogger("werkzeug")
    if not any(isinstance(found, _WithoutSecrets) for found in server.filters):
        server.addFilter(_WithoutSecrets())

    @app.before_request
    def start() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if re.fullmatch(r"[A-Za-z0-9-]{8,36}", given) else str(uuid.uuid4())
        g.started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        response.headers["Server-Timing"] = f"app;dur={seconds * 1000:.1f}"
        if not request.path.startswith("/static/"):
            log.info(
                "request",
                method=request.method,
                path=without_secrets(request.path),
                status=response.status_code,
                ms=round(seconds * 1000, 1),
            )
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()
