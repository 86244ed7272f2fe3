"""Whose page it is: a leader who is signed in, or who holds a one-tap link of purpose "own"."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_security import current_user

from app.accounts import one_tap
from app.accounts.access import requires
from app.accounts.one_tap import OneTapLink
from app.core.database import db
from app.core.errors import NotFound
from app.directory.models import Leader

blueprint = Blueprint("own", "app.roster", template_folder="templates")


@dataclass(frozen=True, slots=True)
class Me:
    """The leader whose page it is, and how he came: with an account, or by a link."""

    leader: Leader
    link: OneTapLink | None

    @property
    def how(self) -> str:
        """What the history says of it."""
        return "link" if self.link else "page"

    def address(self, name: str, **values: Any) -> str:
        """The address of another view of this page for the same leader, kept with the link."""
        if self.link is None:
            return url_for(f"own.{name}", **values)
        return url_for(f"own.{name}_by_link", link=self.link.id, **values)


def both(
    rule: str, methods: tuple[str, ...] = ("GET",)
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a view for leaders who are signed in and for those who hold a one-tap link; it receives `me`."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @requires("own.view")
        def signed_in(**values: Any) -> Any:
            leader = db.session.get(Leader, current_user.leader_id) if current_user.leader_id else None
            if leader is None:
                return _belongs_to_nobody()
            return view(Me(leader, None), **values)

        @one_tap.required("own")
        def by_link(link: OneTapLink, **values: Any) -> Any:
            return view(Me(holder_of(link), link), **values)

        name = view.__name__
        blueprint.add_url_rule(f"/my{rule}", name, signed_in, methods=list(methods))
        blueprint.add_url_rule(f"/my/link{rule}", f"{name}_by_link", by_link, methods=list(methods))
        return view

    return decorate


def holder_of(link: OneTapLink) -> Leader:
    """The leader a link was given to. Raises NotFound."""
    leader = db.session.get(Leader, link.holder_id) if link.holder_kind == "leader" else None
    if leader is None:
        raise NotFound("没有这位领导。", "There is no such leader.")
    return leader


def _belongs_to_nobody() -> Any:
    page = render_template("roster/own.html", leader=None)
    return page if request.method == "GET" else (page, 404)
