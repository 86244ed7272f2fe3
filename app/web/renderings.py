"""Finished bytes that clients may keep: strong ETag, Last-Modified, 304, HEAD, gzip made once.

Compression happens here and not in Flask-Compress, because it takes `gzip;q=0` for a wish and would compress again
for every request. Its ETags end in ":gzip"; a tag of either form finds the same rendering.
"""

import datetime as dt
import gzip
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from flask import Request, Response
from werkzeug.http import quote_etag

_WORTH_COMPRESSING = 600


@dataclass(frozen=True)
class Rendering:
    """Finished bytes. `modified` is an aware instant, None where it has no meaning (pages)."""

    body: bytes
    content_type: str
    modified: dt.datetime | None = None
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "etag", hashlib.sha256(self.body).hexdigest()[:32])

    @cached_property
    def compressed(self) -> bytes:
        """The body with gzip, the same bytes every time."""
        return gzip.compress(self.body, compresslevel=6, mtime=0)


class Validators(Protocol):
    """What tells whether a client's copy is still good; a finished rendering has it, and so may a remembered one."""

    @property
    def etag(self) -> str:
        """The tag without an encoding's ending."""
        ...

    @property
    def modified(self) -> dt.datetime | None:
        """When it changed last, None where that has no meaning."""
        ...


def respond(rendering: Rendering, request: Request, cache_control: str, vary: str = "") -> Response:
    """The rendering, or 304 when the client has it. `vary` names request headers besides Accept-Encoding."""
    zipped = accepts_gzip(request) and len(rendering.body) >= _WORTH_COMPRESSING
    if is_known(rendering, request):
        response = Response(status=304, content_type=rendering.content_type)
    else:
        body = rendering.compressed if zipped else rendering.body
        # An iterator, so that no later hook compresses it again or takes "q=0" for a wish.
        response = Response(iter((body,)), content_type=rendering.content_type)
        response.headers["Content-Length"] = str(len(body))
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
    return _with_validators(response, rendering, zipped, cache_control, vary)


def not_modified(known: Validators, content_type: str, request: Request, cache_control: str) -> Response:
    """304 for a client that has it, without the bytes at hand. Ask `is_known` first."""
    response = Response(status=304, content_type=content_type)
    return _with_validators(response, known, accepts_gzip(request), cache_control, "")


def _with_validators(
    response: Response, known: Validators, zipped: bool, cache_control: str, vary: str
) -> Response:
    response.headers["ETag"] = quote_etag(f"{known.etag}:gzip" if zipped else known.etag)
    response.headers["Cache-Control"] = cache_control
    response.headers["Vary"] = ", ".join(part for part in (vary, "Accept-Encoding") if part)
    if known.modified is not None:
        response.last_modified = known.modified
    return response


def accepts_gzip(request: Request) -> bool:
    """Does the client want gzip? A quality of 0 is "no"."""
    return bool(request.accept_encodings["gzip"] > 0)


def is_known(rendering: Validators, request: Request) -> bool:
    """Does the client hold this rendering already (RFC 9110: If-None-Match goes before If-Modified-Since)?"""
    if "If-None-Match" in request.headers:
        tags = request.if_none_match
        return bool(
            tags.star_tag
            or any(
                tags.contains_weak(tag)
                for tag in (rendering.etag, f"{rendering.etag}:gzip", f"{rendering.etag}:br")
            )
        )
    since = request.if_modified_since
    return since is not None and rendering.modified is not None and rendering.modified <= since
