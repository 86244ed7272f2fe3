"""zh-CN first, English complete: chosen by `?lang=`, then the cookie, then Accept-Language."""

from collections.abc import Mapping

from babel import support
from flask import Blueprint, Flask, Response, g, redirect, request
from flask_babel import Babel, Domain, get_locale
from werkzeug.wrappers import Response as BaseResponse

from app.core.text import Text
from app.web.access import public
from app.web.preferences import remember
from app.web.redirects import safe_next

LOCALES = {"zh_CN": "中文", "en": "English"}
COOKIE = "lang"


def choose_locale() -> str:
    """The locale of this request: one of LOCALES."""
    if not request:
        return "zh_CN"
    for asked in (request.args.get("lang"), request.cookies.get(COOKIE)):
        locale = known_locale(asked)
        if locale:
            return locale
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh-CN")
    return "en" if best == "en" else "zh_CN"


def known_locale(asked: str | None) -> str | None:
    """The locale meant by "zh", "zh-CN", "zh_CN" or "en"; None for anything else."""
    name = (asked or "").replace("-", "_")
    return "zh_CN" if name == "zh" else name if name in LOCALES else None


def in_language(text: Text | Mapping[str, str] | str) -> str:
    """A Text in the locale of this request; a plain string as it is.

    A Text that was flashed comes back from the session as {"zh": …, "en": …}.
    """
    if isinstance(text, Mapping):
        text = Text(text["zh"], text["en"])
    return text.in_locale(current_locale()) if isinstance(text, Text) else str(text)


def current_locale() -> str:
    """ "zh_CN" or "en". Babel itself calls the first one zh_Hans_CN."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh_CN"


def html_lang() -> str:
    """The value of the `lang` attribute: "zh-CN" or "en"."""
    return current_locale().replace("_", "-")


class Catalogues(Domain):  # type: ignore[misc]
    """The messages of every feature in one catalogue per language.

    Babel's own look-up asks for folders named zh_Hans_CN; ours are named zh_CN, as everybody writes it.
    """

    def get_translations(self) -> support.Translations:
        """The catalogue of this request's language, read once."""
        locale = current_locale()
        found: support.Translations | None = self.cache.get(locale)
        if found is None:
            found = support.Translations()
            for folder in self.translation_directories:
                catalogue = support.Translations.load(folder, [locale], "messages")
                if isinstance(catalogue, support.Translations):  # English has none: the ids are English
                    found.merge(catalogue)
                    found.plural = (
                        catalogue.plural
                    )  # merging forgets it: Chinese has one form for every number
            self.cache[locale] = found
        return found


class OurBabel(Babel):  # type: ignore[misc]
    """Babel with our catalogues."""

    catalogues = Catalogues()

    @property
    def domain_instance(self) -> Catalogues:
        """Where messages come from."""
        return self.catalogues


def add_routes(blueprint: Blueprint) -> None:
    """The switch: remembers the language for a year and goes back to the page it came from."""

    @blueprint.post("/language/<locale>")
    @public
    def switch_language(locale: str) -> BaseResponse:
        response = redirect(safe_next(request.form.get("next"), "/"))
        if locale in LOCALES:
            remember(response, COOKIE, locale)
        return response


def install(app: Flask) -> None:
    """Set the locale selector and what templates need of it."""
    OurBabel(app, locale_selector=choose_locale)
    app.jinja_env.filters["in_language"] = in_language

    @app.context_processor
    def language_values() -> dict[str, object]:
        return {"locale": current_locale(), "locales": LOCALES, "html_lang": html_lang()}

    @app.after_request
    def tell_language(response: Response) -> Response:
        if response.mimetype != "text/html":
            return response
        response.vary.update(["Accept-Language", "Cookie"])
        response.content_language.add(html_lang())
        asked = known_locale(request.args.get("lang"))
        if asked and asked != request.cookies.get(COOKIE) and not g.get("no_cookies"):
            remember(response, COOKIE, asked)
        return response
