"""What the browser session remembers of links, and the guard of the pages they open."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, g, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.accounts.access import Office, OfficeTree
from app.accounts.one_tap import queries
from app.accounts.one_tap.models import OneTapLink
from app.accounts.one_tap.registry import purpose_of

OPENED = "one_tap"  # in the session: {"<link id>": the digits were right}
KEPT = 8


def remember(link: OneTapLink, proved: bool) -> None:
    """This browser holds the link; the ones opened longest ago are forgotten."""
    opened: dict[str, bool] = dict(session.get(OPENED) or {})
    opened.pop(str(link.id), None)
    opened[str(link.id)] = proved
    session[OPENED] = dict(list(opened.items())[-KEPT:])


def is_proved(link: OneTapLink) -> bool:
    """Whether the holder has proved in this browser who he is, or need not."""
    opened: dict[str, bool] = session.get(OPENED) or {}
    return not asks_digits(link) or bool(opened.get(str(link.id)))


def asks_digits(link: OneTapLink) -> bool:
    """Whether the page of this link opens only after the digits."""
    return purpose_of(link.purpose).second_factor and link.confirmed_at is None


def find_opened(purpose: str | None = None) -> OneTapLink | None:
    """The usable link this request means: `?link=<id>`, else the one of the purpose opened last in this browser."""
    opened = [int(number) for number in session.get(OPENED) or {}]
    wanted = request.args.get("link", type=int)
    numbers = [wanted] if wanted in opened else [] if wanted is not None else reversed(opened)
    for number in numbers:
        link = queries.find_usable(number)
        if link is not None and purpose in (None, link.purpose):
            return link
    return None


def required(purpose: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Only the holder of a usable link of this purpose, proved by digits; the view receives it as `link`."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            link = find_opened(purpose)
            if link is None:
                return refused()
            if not is_proved(link):
                return redirect(url_for("one_tap.prove", link=link.id), 303)
            g.one_tap_link = link
            return private(make_response(view(*args, link=link, **kwargs)))

        guarded.access = "public"  # type: ignore[attr-defined]
        guarded.one_tap = purpose  # type: ignore[attr-defined]
        return guarded

    return decorate


def private(response: Response) -> Response:
    """Kept by nobody on the way, and never a source address for others."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def refused() -> Response:
    """One page for a link that is wrong, expired, revoked or used up: it says whom to call, not which it was."""
    page = render_template("accounts/one_tap/refused.html", offices=offices_to_call())
    return private(make_response(page, 404))


def offices_to_call() -> list[Office]:
    """The offices that have a number to call: those whose links this browser has opened, else all of them."""
    tree: OfficeTree = current_app.extensions["office_tree"]
    known = queries.offices_of(int(number) for number in session.get(OPENED) or {})
    return [office for office in tree.offices() if office.phone and (not known or office.id in known)]
