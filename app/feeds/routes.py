"""Calendars and JSON: files that programs fetch."""

import datetime as dt

from flask import Blueprint, Response, g, request

from app.core import clock
from app.core.database import transaction
from app.directory.queries import get_office
from app.feeds import event_states, limits, public_files, queries, subscriptions
from app.feeds.calendars import CONTENT_TYPE, office_calendar
from app.feeds.errors import BadOption
from app.feeds.options import FeedOptions, parse_options, parse_range, window_start
from app.feeds.schedule import schedule_json
from app.feeds.subscriptions import Subscription
from app.web.access import public
from app.web.renderings import Rendering, is_known, not_modified, respond

blueprint = Blueprint(
    "feeds", "app.feeds", template_folder="templates", static_folder="static", static_url_path="/static/feeds"
)
PUBLIC_FILE = "public, max-age=300, stale-if-error=86400"
PUBLIC_JSON = "public, max-age=60, stale-if-error=86400"
PRIVATE_FILE = "private, no-cache"
NO_SUCH_CALENDAR = "没有这个日历，链接可能已停用。\nThere is no such calendar; the link may be revoked.\n"


@blueprint.get("/o/<office_code>/calendar.ics")
@public
def office_feed(office_code: str) -> Response:
    """Every published session of an office."""
    g.no_cookies = True
    try:
        options = parse_options(request.args)
    except BadOption as error:
        return _refused(error)
    for name, usual in public_files.OPTIONS.items():
        if options == usual:
            return public_file(office_code, name, PUBLIC_FILE)
    office = get_office(office_code)
    today = clock.today(office.timezone)
    published = queries.dated(office)
    key = (queries.edition_key(published), options, window_start(today, options.past))
    rendering = queries.renderings("feeds").get(key, lambda: office_calendar(published, options, today))
    return _open_to_all(respond(rendering, request, PUBLIC_FILE))


def public_file(office_code: str, name: str, cache_control: str) -> Response:
    """A finished file: 304 from the index alone, the bytes from memory or disk, made when they do not hold."""
    found = public_files.find(office_code, name)
    fresh = public_files.known(found)
    if fresh is not None and is_known(fresh, request):
        return _open_to_all(not_modified(fresh, fresh.content_type, request, cache_control))
    rendering = public_files.stored(fresh) if fresh is not None else None
    if rendering is None:
        rendering = public_files.render(found)
        with transaction():
            public_files.store(found, rendering)
    return _open_to_all(respond(rendering, request, cache_control))


@blueprint.get("/o/<office_code>/changes.atom")
@public
def changes_feed(office_code: str) -> Response:
    """Publications and corrections, for feed readers and other sites."""
    g.no_cookies = True
    return public_file(office_code, "changes.atom", PUBLIC_FILE)


@blueprint.get("/calendar/<secret>.ics")
@public
def secret_feed(secret: str) -> Response:
    """The calendar of whoever holds the link. Wrong and revoked links look the same.

    An unchanged one is answered from the link's own row: one read, no rendering.
    """
    g.no_cookies = True
    found = subscriptions.find_subscription(secret)
    if found is None:
        return _no_such_calendar()
    try:
        options = parse_options(request.args, found.options())
    except BadOption as error:
        return _refused(error)
    today = clock.today(found.office.timezone)
    basis = subscriptions.basis_of(found, options, today)
    known = subscriptions.remembered(found, basis)
    if known is not None and is_known(known, request):
        response = not_modified(known, CONTENT_TYPE, request, PRIVATE_FILE)
    else:
        rendering = _rendered(found, options, today, basis)
        response = respond(rendering, request, PRIVATE_FILE)
    client = request.headers.get("User-Agent", "")
    if subscriptions.fetch_is_news(found.link, client):
        with transaction():
            subscriptions.note_fetch(found.link.id, client)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _rendered(found: Subscription, options: FeedOptions, today: dt.date, basis: str) -> Rendering:
    """The calendar as it is now; what it says of visits, and its validators, are kept for the next time."""
    scope, facts = subscriptions.says(found)
    states = event_states.states_of(scope)
    if event_states.differ(states, facts):
        with transaction():
            states = event_states.settle(scope, facts)
    rendering = subscriptions.render(found, options, today, states)
    if options == found.options() and subscriptions.remembered(found, basis) is None:
        with transaction():
            subscriptions.remember(found, basis, rendering)
    return rendering


def _no_such_calendar() -> Response:
    """Only wrong secrets are counted: a calendar program that knows its address is never turned away."""
    status = 404 if limits.allow("wrong calendar", request.remote_addr or "") else 429
    return Response(
        NO_SUCH_CALENDAR,
        status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


@blueprint.get("/o/<office_code>/schedule.json")
@public
def schedule(office_code: str) -> Response:
    """The published schedule as JSON, for other programs."""
    g.no_cookies = True
    first, last = parse_range(request.args)
    if first is None and last is None:
        return public_file(office_code, "schedule.json", PUBLIC_JSON)
    office = get_office(office_code)
    published = queries.publication(office)
    key = ("schedule", queries.edition_key(published), first, last)
    rendering = queries.renderings("feeds").get(key, lambda: schedule_json(published, first, last))
    return _open_to_all(respond(rendering, request, PUBLIC_JSON))


def _refused(error: BadOption) -> Response:
    """A calendar program shows plain text at best."""
    return Response(
        f"{error.text.zh}\n{error.text.en}\n", error.status, content_type="text/plain; charset=utf-8"
    )


def _open_to_all(response: Response) -> Response:
    """Published data: any page of the government's own sites may read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified"
    return response
