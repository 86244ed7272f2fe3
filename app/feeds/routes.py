"""Calendars and JSON: files that programs fetch."""

from flask import Blueprint, Response, request

from app.core import clock
from app.core.database import transaction
from app.directory.queries import get_office
from app.feeds import queries, service
from app.feeds.calendars import leader_calendar, office_calendar
from app.feeds.errors import BadOption
from app.feeds.options import parse_options, parse_range, window_start
from app.feeds.schedule import schedule_json
from app.web.access import public
from app.web.renderings import respond

blueprint = Blueprint(
    "feeds", "app.feeds", template_folder="templates", static_folder="static", static_url_path="/static/feeds"
)
PUBLIC_FILE = "public, max-age=300, stale-if-error=86400"
NO_SUCH_CALENDAR = "没有这个日历，链接可能已停用。\nThere is no such calendar; the link may be revoked.\n"


@blueprint.get("/o/<office_code>/calendar.ics")
@public
def office_feed(office_code: str) -> Response:
    """Every published session of an office."""
    try:
        options = parse_options(request.args)
    except BadOption as error:
        return _refused(error)
    office = get_office(office_code)
    today = clock.today(office.timezone)
    published = queries.publication(office)
    key = (queries.edition_key(published), options, window_start(today, options.past))
    rendering = queries.renderings("feeds").get(key, lambda: office_calendar(published, options, today))
    return _open_to_all(respond(rendering, request, PUBLIC_FILE))


@blueprint.get("/calendar/<secret>.ics")
@public
def leader_feed(secret: str) -> Response:
    """The sessions of one leader, for whoever holds the link. Wrong and revoked links look the same."""
    found = queries.find_live_link(secret)
    if found is None:
        return Response(
            NO_SUCH_CALENDAR,
            404,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store"},
        )
    try:
        options = parse_options(request.args)
    except BadOption as error:
        return _refused(error)
    link, leader = found
    today = clock.today(leader.office.timezone)
    home, others = queries.publications_of_leader(leader)
    key = (
        (leader.id, leader.name),
        tuple(queries.edition_key(at) for at in (home, *others)),
        options,
        window_start(today, options.past),
    )
    rendering = queries.renderings("leaders").get(
        key, lambda: leader_calendar(leader.id, leader.name, home, others, options, today)
    )
    client = request.headers.get("User-Agent", "")
    if service.fetch_is_news(link, client):
        with transaction():
            service.note_fetch(link.id, client)
    response = respond(rendering, request, "private, no-cache")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/o/<office_code>/schedule.json")
@public
def schedule(office_code: str) -> Response:
    """The published schedule as JSON, for other programs."""
    office = get_office(office_code)
    first, last = parse_range(request.args)
    published = queries.publication(office)
    key = ("schedule", queries.edition_key(published), first, last)
    rendering = queries.renderings("feeds").get(key, lambda: schedule_json(published, first, last))
    return _open_to_all(respond(rendering, request, "public, max-age=60, stale-if-error=86400"))


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
