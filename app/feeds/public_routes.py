"""Public pages: no sign-in, no script, no cookie but the language one asks for."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import segno
from flask import Response, abort, render_template, request

from app.core import clock
from app.core.dates import DateRange
from app.directory.models import Office
from app.directory.queries import list_offices
from app.feeds import pages, queries
from app.feeds.errors import NotOnRoster
from app.feeds.options import parse_day
from app.feeds.public_state import PublicState, get_state
from app.feeds.routes import blueprint
from app.feeds.spreadsheet import year_table
from app.web.access import public
from app.web.language import current_locale
from app.web.renderings import Rendering, respond

PAGE = "public, max-age=30, stale-if-error=86400"
HTML = "text/html; charset=utf-8"
_LONGEST_SEARCH = 40


@blueprint.get("/")
@public
def start() -> Response:
    """All offices, and which of them a search finds."""
    words = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    offices = [office for office in list_offices() if not _closed(office)]
    found = set(queries.offices_with(words)) if words else None
    shown = [office for office in offices if found is None or office.id in found]
    days = {office.id: clock.today(office.timezone) for office in shown}
    body = render_template(
        "feeds/start.html",
        offices=shown,
        words=words,
        today=clock.today(),
        receiving=queries.receiving_on(days),
    )
    return respond(Rendering(body.encode(), HTML), request, PAGE, "Accept-Language, Cookie")


@blueprint.get("/o/<office_code>")
@public
def office_page(office_code: str) -> Response:
    """Who receives today, this week and this year; find a leader; how to come and to subscribe."""
    state = get_state(office_code)
    asked, words = parse_day(request.args, "day"), request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    roll, now = state.published.roll, state.now
    held = [s for s in roll.on(now.date()) if s.held] if roll else []
    standing = {session.key: pages.standing(session, now.time()) for session in held}
    key = ("office", *state.basis, tuple(standing.items()), asked, words)
    return page(key, lambda: _office_body(state, standing, asked, words))


@blueprint.get("/o/<office_code>/year/<int:year>")
@public
def office_year(office_code: str, year: int) -> Response:
    """The roster of a year in the columns of the official table, to read or to print."""
    state = get_state(office_code)
    office, roll = state.office, state.published.roll
    if year not in pages.published_years(roll):
        abort(404)
    excel = queries.settings_of(office).public_excel
    key = ("year", *state.basis, year, excel)
    return page(
        key,
        lambda: render_template(
            "feeds/year.html",
            office=office,
            roll=roll,
            year=year,
            months=pages.view_months(roll, state.calendar, year),
            years=pages.published_years(roll),
            excel=excel,
        ),
    )


@blueprint.get("/o/<office_code>/year/<int:year>.xlsx")
@public
def year_spreadsheet(office_code: str, year: int) -> Response:
    """The year as an Excel table, where the office lets residents download it."""
    state = get_state(office_code)
    office, published, roll = state.office, state.published, state.published.roll
    if (
        roll is None
        or year not in pages.published_years(roll)
        or not queries.settings_of(office).public_excel
    ):
        abort(404)
    language = "en" if current_locale() == "en" else "zh"
    key = ("excel", queries.edition_key(published), year, language)
    made = queries.renderings("pages").get(key, lambda: year_table(published, roll, year, language))
    response = respond(made, request, PAGE, "Accept-Language, Cookie")
    name = f"{office.code}-{year}-r{roll.newest.number}.xlsx"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


@blueprint.get("/o/<office_code>/leaders/<int:leader_id>")
@public
def leader_page(office_code: str, leader_id: int) -> Response:
    """The next sessions of one leader."""
    state = get_state(office_code)
    roll = state.published.roll
    seat, sessions = pages.sessions_of(roll, leader_id, state.now.date()) if roll else (None, [])
    if seat is None:
        raise NotOnRoster
    return page(
        ("leader", *state.basis, leader_id),
        lambda: render_template(
            "feeds/leader.html", office=state.office, roll=roll, seat=seat, sessions=sessions
        ),
    )


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Public pages may be found by search engines; the rest has nothing for them."""
    return Response(
        "User-agent: *\nDisallow: /offices\nDisallow: /calendar/\nDisallow: /screen/\n",
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "public, max-age=86400"},
    )


def _office_body(state: PublicState, standing: Mapping[str, str], asked: dt.date | None, words: str) -> str:
    office, calendar, now = state.office, state.calendar, state.now
    roll, today = state.published.roll, now.date()
    today_view = pages.view_day(roll, calendar, today)
    focus = asked or today
    years = pages.published_years(roll)
    year = focus.year if focus.year in years else next((y for y in years if y >= focus.year), focus.year)
    feed = f"{state.published.place.site}/o/{office.code}/calendar.ics"
    return render_template(
        "feeds/office.html",
        office=office,
        roll=roll,
        today=today_view,
        standing=standing,
        over=today_view.closed or all(state == "after" for state in standing.values()),
        asked=pages.view_day(roll, calendar, asked) if asked and asked != today else None,
        next_sessions=pages.next_sessions(roll, calendar, today, now.time()),
        week=pages.view_days(roll, calendar, DateRange.of_week(focus)),
        focus=focus,
        year=year,
        years=years,
        months=pages.view_months(roll, calendar, year),
        changes=pages.recent_changes(roll, today, now),
        most_changes=pages.CHANGES_SHOWN,
        words=words,
        found=pages.find_leaders(roll, calendar, words, today, now.time()),
        feed=feed,
        webcal=as_webcal(feed),
        code=qr_code(as_webcal(feed)),
        one_week=dt.timedelta(days=7),
    )


def as_webcal(address: str) -> str:
    """The address by which phones offer to subscribe instead of downloading once."""
    return "webcal://" + address.partition("://")[2]


def qr_code(text: str) -> str:
    """A QR code as an SVG element without styles, dark on white, as large as its place."""
    code: str = segno.make(text, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return code


def page(key: tuple[Any, ...], make: Any) -> Response:
    """The finished page of this process for the key, made when it is not there."""
    rendering = queries.renderings("pages").get(
        (*key, current_locale()), lambda: Rendering(make().encode(), HTML)
    )
    return respond(rendering, request, PAGE, "Accept-Language, Cookie")


def _closed(office: Office) -> bool:
    return office.closed_on is not None and office.closed_on < clock.today(office.timezone)
