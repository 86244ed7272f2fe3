"""zh-CN first, English complete: chosen by `?lang=`, then the cookie, then Accept-Language."""

from flask import Blueprint, Flask, Response, g, redirect, request
from flask_babel import Babel, get_locale

from app.core.text import Text
from app.web.access import public
from app.web.redirects import safe_next

LOCALES = {"zh_CN": "中文", "en": "English"}
COOKIE = "lang"


def choose_locale() -> str:
    """The locale of this request: one of LOCALES."""
    if not request:
        return "zh_CN"
    for asked in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if asked and asked.replace("-", "_") in LOCALES:
            return asked.replace("-", "_")
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh-CN")
    return "en" if best == "en" else "zh_CN"


def in_language(text: Text | str) -> str:
    """A Text in the locale of this request; a plain string as it is."""
    return text.in_locale(current_locale()) if isinstance(text, Text) else text


def current_locale() -> str:
    """ "zh_CN" or "en"."""
    return str(get_locale() or "zh_CN")


def add_routes(blueprint: Blueprint) -> None:
    """The switch: remembers the language for a year and goes back to the page it came from."""

    @blueprint.post("/language/<locale>")
    @public
    def switch_language(locale: str) -> Response:
        response = redirect(safe_next(request.form.get("next"), "/"))
        if locale in LOCALES:
            response.set_cookie(COOKIE, locale, max_age=31_536_000, samesite="Lax", httponly=True)
        return response  # type: ignore[return-value]


def install(app: Flask) -> None:
    """Set the locale selector and what templates need of it."""
    Babel(app, locale_selector=choose_locale)
    app.jinja_env.filters["in_language"] = in_language

    @app.context_processor
    def language_values() -> dict[str, object]:
        return {
            "locale": current_locale(),
            "locales": LOCALES,
            "html_lang": current_locale().replace("_", "-"),
        }

    @app.after_request
    def vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.update(["Accept-Language", "Cookie"])
            response.content_language.add(current_locale().replace("_", "-"))
        asked = request.args.get("lang", "").replace("-", "_")
        if asked in LOCALES and response.mimetype == "text/html" and not g.get("no_cookies"):
            response.set_cookie(COOKIE, asked, max_age=31_536_000, samesite="Lax", httponly=True)
        return response
