"""What may stand in an address: numbers the database can hold, pages that can exist."""

from typing import Any

from flask import Flask, request
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # of an integer column in PostgreSQL
LAST_PAGE = 100_000


class DatabaseInteger(IntegerConverter):
    """`<int:…>` that does not match what no id can be, so such an address is simply not found."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST, **options})


def asked_page() -> int:
    """The page of a list asked for with `?page=`, from 1; nonsense is page 1."""
    return min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)


def install(app: Flask) -> None:
    """Use it for every route registered from here on."""
    app.url_map.converters["int"] = DatabaseInteger
