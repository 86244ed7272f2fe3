"""Going back to where somebody came from, without leaving this site."""

from urllib.parse import urlsplit


def safe_next(target: str | None, default: str) -> str:
    """`target` when it is a path on this site, else `default` (no scheme, no host, no protocol-relative `//`)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc or "\n" in target or "\r" in target else target
