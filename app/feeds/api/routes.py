"""The resources of the API."""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, g, jsonify, request

from app.core import clock
from app.core.errors import NotFound
from app.directory.models import Office
from app.directory.queries import get_office, list_offices
from app.feeds import limits, pages, queries, routes
from app.feeds.api import schemas
from app.feeds.api.description import PREFIX, Resources, errors
from app.feeds.api.tokens import TooOften, token_required
from app.feeds.visits import facts_of_sessions
from app.roster.published.sessions import Edition, Roll, Session
from app.web.access import public

View = TypeVar("View", bound=Callable[..., Any])
resources = Resources("api", __name__, url_prefix=PREFIX, description="Published data and counts")
AHEAD = dt.timedelta(days=62)
KEY = [{"key": []}]  # type: list[dict[str, list[str]]]


class NoSuchRevision(NotFound):
    """The office has published no revision with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有第 {number} 版。", f"There is no revision {number}.")


def documented(*statuses: int) -> Callable[[View], View]:
    """Say which error answers a resource has."""

    def decorate(view: View) -> View:
        for status, said in errors(400, *statuses, 429).items():
            view = resources.alt_response(status, **said)(view)
        return view

    return decorate


@resources.route("/offices")
@public
@resources.arguments(schemas.NoQuery, location="query")
@resources.response(200, schemas.OfficeOut(many=True))
@documented(422)
def offices(_query: dict[str, Any]) -> list[dict[str, Any]]:
    """Offices that receive the public"""
    _count_open()
    found = list_offices()
    codes = {office.id: office.code for office in found}
    return [_office(office, codes) for office in found]


@resources.route("/offices/<string:office_code>/sessions")
@public
@resources.arguments(schemas.DaysQuery, location="query")
@resources.response(200, schemas.SessionsOut)
@documented(404, 422)
def sessions(query: dict[str, dt.date], office_code: str) -> dict[str, Any]:
    """Published sessions of an office"""
    _count_open()
    office = get_office(office_code)
    roll = queries.publication(office).roll
    first, last = _range(office, query)
    return {
        "office": office.code,
        "revision": roll.newest.number if roll else 0,
        "timezone": office.timezone,
        "sessions": [_session(roll, one) for one in roll.between(first, last)] if roll else [],
    }


@resources.route("/offices/<string:office_code>/revisions")
@public
@resources.arguments(schemas.NoQuery, location="query")
@resources.response(200, schemas.RevisionOut(many=True))
@documented(404, 422)
def revisions(_query: dict[str, Any], office_code: str) -> list[dict[str, Any]]:
    """Publications and corrections, newest first"""
    _count_open()
    roll = queries.publication(get_office(office_code)).roll
    return [_revision(roll, edition) for edition in reversed(roll.editions)] if roll else []


@resources.route("/offices/<string:office_code>/revisions/<int:number>")
@public
@resources.arguments(schemas.NoQuery, location="query")
@resources.response(200, schemas.RevisionDetailOut)
@documented(404, 422)
def revision(_query: dict[str, Any], office_code: str, number: int) -> dict[str, Any]:
    """One revision with what it changed"""
    _count_open()
    roll = queries.publication(get_office(office_code)).roll
    if roll is None or not 1 <= number <= roll.newest.number:
        raise NoSuchRevision(number)
    changes = [
        {"before": _maybe(roll, change.before), "after": _maybe(roll, change.after)}
        for change in pages.changes_of(roll, number)
    ]
    return _revision(roll, roll.edition(number)) | {"changes": changes}


@resources.route("/offices/<string:office_code>/visits")
@token_required("visits.counts")
@resources.doc(security=KEY)
@resources.arguments(schemas.DaysQuery, location="query")
@resources.response(200, schemas.VisitsOut(many=True))
@documented(401, 403, 404, 422)
def visits(query: dict[str, dt.date], office: Office) -> list[dict[str, Any]]:
    """How many visits each session has"""
    roll = queries.publication(office).roll
    first, last = _range(office, query)
    facts = facts_of_sessions(office.id, details=False)
    return [
        {
            "key": one.key,
            "date": one.on_date,
            **dict(zip(("pending", "confirmed", "waiting", "people"), facts[one.key], strict=False)),
        }
        for one in (roll.between(first, last) if roll else [])
        if one.key in facts
    ]


@resources.route("/offices/<string:office_code>/leaders")
@token_required("leaders.read")
@resources.doc(security=KEY)
@resources.arguments(schemas.NoQuery, location="query")
@resources.response(200, schemas.MemberOut(many=True))
@documented(401, 403, 404, 422)
def leaders(_query: dict[str, Any], office: Office) -> list[dict[str, Any]]:
    """Leaders in office today"""
    today = clock.today(office.timezone)
    return [
        _member(office, leader, today)
        for leader in queries.leaders_for_links(office)
        if leader.term.contains(today)
    ]


@routes.blueprint.get(f"{PREFIX}/openapi.json")
@public
def openapi() -> Response:
    """The description of the API."""
    g.no_cookies = True
    answer = jsonify(current_app.extensions["api description"].to_dict())
    answer.headers["Cache-Control"] = "public, max-age=3600"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _count_open() -> None:
    g.no_cookies = True
    if not limits.allow("api without a token", request.remote_addr or ""):
        raise TooOften


def _range(office: Office, query: dict[str, dt.date]) -> tuple[dt.date, dt.date]:
    first = query.get("first") or min(clock.today(office.timezone), query.get("last", dt.date.max))
    last = query.get("last") or first + min(AHEAD, dt.date.max - first)
    return first, last


def _office(office: Office, codes: dict[int, str]) -> dict[str, Any]:
    names = ("code", "name", "name_en", "kind", "timezone", "phone", "address")
    return {name: getattr(office, name) for name in names} | {"parent": codes.get(office.parent_id or 0)}


def _maybe(roll: Roll, session: Session | None) -> dict[str, Any] | None:
    return _session(roll, session) if session else None


def _session(roll: Roll, session: Session) -> dict[str, Any]:
    return {
        "key": session.key,
        "date": session.on_date,
        "session": session.session,
        "start": f"{session.starts:%H:%M}",
        "end": f"{session.ends:%H:%M}",
        "status": session.status,
        "room": session.room,
        "place": session.place,
        "phone": session.phone,
        "provisional": roll.provisional(session.on_date),
        "leaders": [
            {
                "id": seat.leader_id,
                "name": seat.name,
                "post": seat.post,
                "role": seat.role,
                "sectors": seat.sectors,
                "townships": seat.townships,
            }
            for seat in session.seats
        ],
    }


def _revision(roll: Roll, edition: Edition) -> dict[str, Any]:
    successor = pages.superseded_by(roll, edition.number)
    return {
        "number": edition.number,
        "kind": edition.kind,
        "first_day": edition.first_day,
        "last_day": edition.last_day,
        "published_at": edition.published_at,
        "reason": edition.reason,
        "provisional": edition.provisional,
        "superseded_by": successor.number if successor else None,
    }


def _member(office: Office, leader: Any, today: dt.date) -> dict[str, Any]:
    def held(kind: str) -> str:
        return "、".join(
            facet.value for facet in leader.facets if facet.kind == kind and facet.days.contains(today)
        )

    return {
        "id": leader.id,
        "name": leader.name,
        "role": leader.role,
        "post": held("post"),
        "sectors": held("sector"),
        "townships": held("township"),
        "projects": held("project"),
        "office": office.code,
    }
