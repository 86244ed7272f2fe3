"""What may stand in an address: numbers the database can hold, pages that can exist."""

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # of an integer column in PostgreSQL
LAST_PAGE = 100_000
NUL = "\x00"


class DatabaseInteger(IntegerConverter):
    """`<int:…>` that does not match what no id can be, so such an address is simply not found."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST, **options})


def asked_page() -> int:
    """The page of a list asked for with `?page=`, from 1; nonsense is page 1."""
    return min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)


def refuse_nul(app: Flask) -> None:
    """Answer 404 or 400 to the character NUL, which PostgreSQL keeps in no text and nobody types."""

    @app.before_request
    def look_for_nul() -> None:
        if NUL in request.path:
            abort(404)
        for values in (request.args, request.form):
            if any(NUL in key or NUL in value for key, value in values.items(multi=True)):
                abort(400)


def install(app: Flask) -> None:
    """Use it for every route registered from here on."""
    app.url_map.converters["int"] = DatabaseInteger
