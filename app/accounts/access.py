"""Deny unless allowed: `@requires("roster.publish")` on a view, and a guard for views that say nothing.

A view under `/offices/<office_code>/…` receives the office itself as `office`.
"""

from collections.abc import Callable, Collection, Sequence
from functools import wraps
from typing import Any, Protocol

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.accounts.permissions import PERMISSIONS, may
from app.web.access import access_of
from app.web.preferences import page_address

# Views of packages, which cannot carry our mark: each is named, and each is safe for anybody.
PACKAGE_VIEWS = {"bootstrap.static"}
WITH_ONE_TIME_PASSWORD = {"accounts.change_password", "accounts.sign_out"}


class Office(Protocol):
    """What access needs to know of an office."""

    id: int
    code: str
    parent_id: int | None
    name: str
    name_en: str
    phone: str


class Department(Protocol):
    """What accounts need to know of a responsible unit."""

    id: int
    office_id: int
    name: str


class OfficeTree(Protocol):
    """How access finds offices; the directory provides it (`app.extensions["office_tree"]`)."""

    def find_office(self, code: str) -> Office | None:
        """The office with this code."""
        ...

    def path(self, office: Office) -> list[int]:
        """Ids of the office and everything above it."""
        ...

    def offices(self) -> Sequence[Office]:
        """Every office, in the order they are shown."""
        ...

    def leaders(self, office_id: int) -> list[tuple[int, str]]:
        """Id and name of the office's leaders."""
        ...

    def departments(self, office_ids: Collection[int]) -> Sequence[Department]:
        """The responsible units of these offices by name, closed ones too."""
        ...

    def is_open(self, department_id: int) -> bool:
        """Whether this responsible unit is not closed today."""
        ...


def allowed(permission: str, office: Office | None = None) -> bool:
    """May the signed-in person do this at the office (None: anywhere)?"""
    if not current_user.is_authenticated:
        return False
    tree: OfficeTree = current_app.extensions["office_tree"]
    grants = [
        grant
        for grant in current_user.grants
        if grant.department_id is None or tree.is_open(grant.department_id)
    ]
    return may(grants, permission, tree.path(office) if office else None)


def own_department_id() -> int:
    """The responsible unit the signed-in contact answers for, in a view that requires "unit.answer"."""
    found: int = next(grant.department_id for grant in current_user.grants if grant.department_id is not None)
    return found


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Anybody with an account."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if current_user.is_authenticated else _to_sign_in()

    guarded.access = "signed in"  # type: ignore[attr-defined]
    return guarded


def requires(permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Only people with `permission` at the office of the address (or anywhere, when it names none)."""
    if permission not in PERMISSIONS:
        raise ValueError(f"no such permission: {permission}")

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return _to_sign_in()
            if "office_code" in kwargs:
                office = current_app.extensions["office_tree"].find_office(kwargs.pop("office_code"))
                if office is None:
                    abort(404)
                if not allowed(permission, office):
                    abort(403)
                g.office = office
                kwargs["office"] = office
            elif not allowed(permission):
                abort(403)
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _to_sign_in() -> Response:
    if request.method not in ("GET", "HEAD"):
        abort(401)
    return redirect(url_for("accounts.sign_in", next=page_address()))


def _to_own_password(endpoint: str) -> Response | None:
    """Somebody with a one-time password chooses an own one before anything else."""
    if endpoint in WITH_ONE_TIME_PASSWORD or not current_user.is_authenticated:
        return None
    return redirect(url_for("accounts.change_password")) if current_user.must_change_password else None


def install(app: Flask) -> None:
    """Deny every view that states no access, and give templates `allowed` and `may_here`."""

    @app.before_request
    def deny_unmarked() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None or endpoint in PACKAGE_VIEWS or endpoint.endswith(".static"):
            return None
        access = access_of(app.view_functions[endpoint])
        if access is None:
            abort(403)
        return _to_own_password(endpoint) if access != "public" else None

    def may_here(permission: str) -> bool:
        return allowed(permission, g.get("office"))

    app.jinja_env.globals.update(allowed=allowed, may_here=may_here)
