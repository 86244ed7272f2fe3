"""Going back to where somebody came from, without leaving this site."""

from urllib.parse import urlsplit

FORBIDDEN = ("\\", "\n", "\r", "\t", "\x00")  # browsers drop or turn these into "/": "/\t/host" would leave


def safe_next(target: str | None, default: str) -> str:
    """`target` when it is a path on this site, else `default` (no scheme, no host, no protocol-relative `//`)."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    if any(character in target for character in FORBIDDEN):
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else target
