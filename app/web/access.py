"""Every route states who may use it. A route that says nothing is denied."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that anybody may use."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def access_of(view: Callable[..., Any]) -> str | None:
    """ "public", "signed in", a permission's name, or None for a view that states nothing."""
    return getattr(view, "access", None)
