"""The calendar through its pages, and what higher offices decide for lower ones."""

import datetime as dt
import io
import json
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.calendar import queries, service
from app.calendar.events import CalendarChanged, ChangeProposed, Effect
from app.core import events
from app.core.database import db, transaction
from app.directory.models import Office
from tests.factories import make_office, make_user

NOTICE = {
    "year": 2027,
    "papers": [],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-02", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-03", "isOffDay": True},
        {"name": "春节", "date": "2027-02-05", "isOffDay": True},
        {"name": "春节", "date": "2027-02-06", "isOffDay": True},
        {"name": "春节", "date": "2027-02-20", "isOffDay": False},
    ],
}


def offices() -> tuple[Office, Office]:
    """A county and one of its townships, and a scheduler of the county."""
    with transaction():
        county = make_office("county")
        township = make_office("town-01", "township", county)
        make_user("anna", "scheduler", county)
    return county, township


def sign_in(client: FlaskClient) -> None:
    """Sign the scheduler in."""
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})


def upload(client: FlaskClient, content: object, name: str = "2027.json") -> str:
    """Preview a notice file; the page."""
    data = {"file": (io.BytesIO(json.dumps(content).encode()), name), "title": "示例通知"}
    answer = client.post(
        "/offices/county/calendar/notices?lang=en", data=data, content_type="multipart/form-data"
    )
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_notice_is_previewed_then_confirmed_and_ends_the_provisional_state(
    app: Flask, client: FlaskClient
) -> None:
    county, township = offices()
    sign_in(client)
    assert "Provisional" in client.get("/offices/county/calendar?year=2027&lang=en").get_data(as_text=True)
    page = upload(client, NOTICE)
    assert queries.working_calendar(county).provisional(2027)  # nothing is written by a preview
    signed = re.search(r'name="notice"[^>]*value="([^"]+)"', page)
    assert signed
    answer = client.post("/offices/county/calendar/notices/confirm", data={"notice": signed[1]})
    assert answer.status_code == 302
    calendar = queries.working_calendar(township)
    assert not calendar.provisional(2027)
    assert calendar.is_working(dt.date(2027, 2, 20))
    assert not calendar.is_working(dt.date(2027, 2, 5))
    again = client.post(
        "/offices/county/calendar/notices/confirm", data={"notice": signed[1]}, follow_redirects=True
    )
    assert "nothing was changed" in again.get_data(as_text=True)


def test_a_notice_of_a_year_not_announced_is_refused_in_a_sentence(app: Flask, client: FlaskClient) -> None:
    offices()
    sign_in(client)
    assert "not announced" in upload(client, {"year": 2028, "papers": [], "days": []})


def test_a_tampered_preview_is_refused(app: Flask, client: FlaskClient) -> None:
    offices()
    sign_in(client)
    assert client.post("/offices/county/calendar/notices/confirm", data={"notice": "x.y"}).status_code == 400


def test_a_lower_office_follows_a_higher_one_and_may_differ(app: Flask) -> None:
    county, township = offices()
    day = dt.date(2026, 4, 20)
    facts: dict[str, Any] = {"name": "示例", "local_holiday": True, "reason": "县庆", "document_number": ""}
    with transaction():
        service.set_day(county, day, off=True, **facts)
    assert not queries.working_calendar(township).is_working(day)
    with transaction():
        service.set_day(township, day, off=False, **facts)
    assert queries.working_calendar(township).is_working(day)
    assert not queries.working_calendar(county).is_working(day)


def test_an_open_suspension_ends_when_told(app: Flask) -> None:
    county, _ = offices()
    with transaction():
        period = service.add_period(county, "suspension", "装修", dt.date(2026, 5, 1), None)
    assert queries.working_calendar(county).suspended(dt.date(2026, 12, 1))
    with transaction():
        service.end_period(county, period.id, dt.date(2026, 5, 31))
    assert queries.working_calendar(county).suspended(dt.date(2026, 5, 31))
    assert not queries.working_calendar(county).suspended(dt.date(2026, 6, 1))


def test_listeners_are_asked_before_and_told_after(app: Flask) -> None:
    county, _ = offices()
    told: list[CalendarChanged] = []

    def answer(question: ChangeProposed) -> None:
        question.effects.append(Effect("x", "y", dt.date(2027, 1, 1), None))

    events.subscribe(ChangeProposed, answer)
    events.subscribe(CalendarChanged, told.append)
    try:
        from app.calendar.importing import parse_notice

        notice = parse_notice(json.dumps(NOTICE).encode(), "n.json").as_notice()
        assert Effect("x", "y", dt.date(2027, 1, 1), None) in service.effects_of_notice(county, notice)
        with transaction():
            service.import_notice(county, notice, "test")
        assert told[0].office_id == county.id
    finally:
        events._listeners[ChangeProposed].remove(answer)
        events._listeners[CalendarChanged].clear()
    db.session.rollback()


def test_the_year_is_a_page_for_every_year_of_the_notices(app: Flask, client: FlaskClient) -> None:
    offices()
    sign_in(client)
    for year, text in ((2004, "元旦"), (2026, "国办发明电"), (2031, "尚未公布")):
        page = client.get(f"/offices/county/calendar?year={year}").get_data(as_text=True)
        assert text in page
    assert client.get("/offices/county/calendar?year=1999").status_code == 404
