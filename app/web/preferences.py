"""What a browser remembers without JavaScript: language and light or dark, each in a cookie for a year."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, current_app, redirect, request
from werkzeug.wrappers import Response

from app.web.access import public
from app.web.redirects import safe_next

YEAR_SECONDS = 31_536_000
THEMES = ("auto", "light", "dark")
COOKIE = "theme"


def remember(response: Response, name: str, value: str) -> None:
    """Set a preference cookie: readable by the server only, sent over HTTPS when the site uses it."""
    secure: bool = current_app.extensions["settings"].secure_cookies
    response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)


def theme() -> str:
    """ "light" or "dark" when chosen, else "auto": as the device is set."""
    chosen = request.cookies.get(COOKIE, "") if request else ""
    return chosen if chosen in THEMES else "auto"


def here() -> str:
    """Path and query of this page without `lang`, for links that come back here.

    After a form was sent, the page it was sent from when the browser tells, else the start page.
    """
    if request.method not in ("GET", "HEAD"):
        return safe_next(_own_referrer(), "/")
    return page_address()


def page_address(**changes: Any) -> str:
    """This page's path and query with some values changed (None removes one); `lang` is always dropped."""
    arguments = request.args.copy()
    arguments.pop("lang", None)
    for name, value in changes.items():
        arguments.pop(name, None)
        if value is not None:
            arguments[name] = str(value)
    query = "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in arguments.items(multi=True))
    path = quote(request.path, safe="/~:@")
    return f"{path}?{query}" if query else path


def add_routes(blueprint: Blueprint) -> None:
    """The switch between light, dark and as the device is set."""

    @blueprint.post("/theme/<choice>")
    @public
    def switch_theme(choice: str) -> Response:
        response = redirect(safe_next(request.form.get("next"), "/"))
        if choice in THEMES:
            remember(response, COOKIE, choice)
        return response


def install(app: Flask) -> None:
    """Give templates `theme()`, `here()` and `page_address(…)`."""
    app.jinja_env.globals.update(theme=theme, here=here, page_address=page_address)


def _own_referrer() -> str | None:
    referrer = request.referrer or ""
    root = request.host_url
    return "/" + referrer.removeprefix(root) if referrer.startswith(root) else None


def _quoted(text: str) -> str:
    return quote(text, safe="")
