"""Security headers: scripts and styles only from here, no framing, no sniffing; static files are kept by browsers."""

import secrets

from flask import Flask, Response, g, request

YEAR_SECONDS = 31_536_000


def csp_nonce() -> str:
    """A nonce for this response, for a view that cannot do without an inline script. The layout needs none."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def content_security_policy() -> str:
    """The policy of this response."""
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    ancestors = g.get("frame_ancestors", "'none'")
    return (
        f"default-src 'self'; script-src 'self'{nonce}; style-src 'self'{nonce}; img-src 'self' data:; "
        f"font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )


def install(app: Flask) -> None:
    """Send the headers with every response. A view that may be embedded sets `g.frame_ancestors`."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.config.setdefault("SEND_FILE_MAX_AGE_DEFAULT", 3600)

    @app.after_request
    def protect(response: Response) -> Response:
        headers = {
            "Content-Security-Policy": content_security_policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        }
        if app.extensions["settings"].secure_cookies:
            headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        _keep_static(response)
        return response


def _keep_static(response: Response) -> None:
    if not (request.endpoint or "").endswith(".static") or response.status_code not in (200, 304):
        return
    if "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
