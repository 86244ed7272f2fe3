"""Files for everybody neither read nor set a cookie, so that caches on the way may share them."""

from flask import Flask, Response, g
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class CookielessFiles(SecureCookieSessionInterface):
    """A view that sets `g.no_cookies` answers the same to everybody: no `Vary: Cookie`, no cookie."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leave such an answer alone."""
        if not g.get("no_cookies"):
            super().save_session(app, session, response)


def install(app: Flask) -> None:
    """Use it."""
    app.session_interface = CookielessFiles()
