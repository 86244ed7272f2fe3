"""Every address of the program, from its own map of routes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from app.web.access import access_of
from tests.whole_app.county import County

PLACEHOLDER = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
# Where a placeholder means something else than in other addresses.
NOTICE = {"kind": "announcement"}
OTHER_VALUES = {
    **dict.fromkeys(
        ("feeds.notice", "feeds.upload_template", "feeds.default_again", "feeds.download_template"), NOTICE
    ),
    "rules.new": {"kind": "coverage"},
}


@dataclass(frozen=True)
class Address:
    """One route and method, with sample values put in."""

    endpoint: str
    method: str
    path: str
    access: str | None
    office: bool  # the path names the office it belongs to
    one_tap: str | None = None  # the purpose of the link without which the page is not found

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint})"


def every_address(app: Flask, county: County) -> Iterator[Address]:
    """All of them but static files. Raises KeyError for a placeholder that has no sample value yet."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint.endswith(".static"):
            continue
        values = county.values | OTHER_VALUES.get(rule.endpoint, {})
        path = PLACEHOLDER.sub(lambda found, values=values: values[found[1]], rule.rule)  # type: ignore[misc]
        query = county.queries.get(rule.endpoint)
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield Address(
                rule.endpoint,
                method,
                f"{path}?{query}" if query and method == "GET" else path,
                access_of(app.view_functions[rule.endpoint]),
                rule.rule.startswith("/offices/<office_code>"),
                getattr(app.view_functions[rule.endpoint], "one_tap", None),
            )
