"""Leave, shares, wishes and pins through the web."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import AuditEntry
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.roster import absences, publishing, queries
from app.roster.errors import AbsenceNotFound
from app.roster.models import Leave
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import days_from, make_draft, make_rule


@pytest.fixture
def office(app: Flask, client: FlaskClient) -> Office:
    """A county with two leaders; its scheduler is signed in, pages are English."""
    with transaction():
        office = make_office()
        make_leader(office, "甲")
        make_leader(office, "乙")
        make_user("anna", "scheduler", office)
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    client.set_cookie("lang", "en")
    return office


def leader(office: Office) -> Leader:
    """The first leader."""
    return db.session.query(Leader).filter_by(office_id=office.id).order_by(Leader.position).first()  # type: ignore[return-value]


def page_of(office: Office, path: str = "") -> str:
    """Where a leader's absences are."""
    return f"/offices/county/absences/{leader(office).id}{path}"


def test_a_leave_is_added_shown_changed_and_withdrawn(office: Office, client: FlaskClient) -> None:
    data = {"first_day": "2026-04-01", "last_day": "2026-04-10", "reason": "学习"}
    assert client.post(page_of(office, "/leave"), data=data).status_code == 302
    listed = client.get("/offices/county/absences?year=2026").get_data(as_text=True)
    assert "10 days of leave" in listed
    leave = db.session.query(Leave).one()
    data["last_day"] = "2026-04-12"
    assert client.post(f"/offices/county/absences/leave/{leave.id}", data=data).status_code == 302
    assert "12 days of leave" in client.get("/offices/county/absences?year=2026").get_data(as_text=True)
    assert client.post(f"/offices/county/absences/leave/{leave.id}/withdraw").status_code == 302
    assert queries.list_leaves([leader(office).id]) == []
    assert db.session.query(Leave).count() == 1
    actions = [
        entry.action for entry in db.session.query(AuditEntry).filter(AuditEntry.action.like("leave.%"))
    ]
    assert actions == ["leave.add", "leave.change", "leave.withdraw"]


def test_a_leave_over_published_duties_says_which(office: Office, client: FlaskClient) -> None:
    with transaction():
        draft = make_draft(office, days_from(dt.date(2026, 3, 9), 2), [leader(office)])
        publishing.publish(draft, "", "anna")
    data = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
    answer = client.post(page_of(office, "/leave"), data=data, follow_redirects=True)
    assert "2 published duties fall into this leave (9 Mar, 10 Mar)" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        ("/leave", {"first_day": "2026-04-10", "last_day": "2026-04-01"}, "is before the first day"),
        ("/leave", {"first_day": "2026-05-05", "last_day": "2026-05-20"}, "is on leave already: 2026-05-01"),
        ("/leave", {"first_day": "2020-01-01", "last_day": "2029-01-01"}, "three years at most"),
        ("/terms", {"share_percent": "900"}, "0 to 200 percent"),
        ("/terms", {"forbidden_weekdays": list("0123456")}, "set the share to 0"),
        ("/terms", {"month_min": "4", "month_max": "2"}, "cannot be below the least"),
        ("/wishes", {"kind": "avoid"}, "Give either a date or a weekday"),
        ("/wishes", {"kind": "avoid", "weekday": "1", "weight": "1000"}, "weight of a wish"),
        ("/pins", {"on_date": "2026-03-08"}, "no such session on 2026-03-08"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    office: Office, client: FlaskClient, path: str, data: dict[str, Any], said: str
) -> None:
    with transaction():
        make_rule(office)
        absences.add_leave(office, leader(office).id, dt.date(2026, 5, 1), dt.date(2026, 5, 10))
    answer = client.post(page_of(office, path), data=data)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_shares_wishes_and_pins(office: Office, client: FlaskClient) -> None:
    with transaction():
        rule = make_rule(office)
    terms = {"share_percent": "50", "forbidden_weekdays": ["0"], "month_max": "3"}
    assert client.post(page_of(office, "/terms"), data=terms).status_code == 302
    kept = queries.terms_of([leader(office).id])[leader(office).id]
    assert (kept.share_percent, kept.forbidden_weekdays, kept.month_max) == (50, [0], 3)
    assert client.post(page_of(office, "/wishes"), data={"kind": "prefer", "weekday": "2"}).status_code == 302
    assert client.post(page_of(office, "/pins"), data={"on_date": "2026-03-10"}).status_code == 302
    pin = queries.list_pins(office.id)[0]
    assert pin.seat_key == f"r{rule.id}:2026-03-10:day:1"
    assert client.post(page_of(office, "/pins"), data={"on_date": "2026-03-10"}).status_code == 422
    page = client.get("/offices/county/absences?entries=yes").get_data(as_text=True)
    assert "50 %" in page
    assert "gladly Wednesday" in page
    assert "乙" not in page
    wish = queries.list_wishes([leader(office).id])[0]
    assert client.post(page_of(office, f"/wishes/{wish.id}/withdraw")).status_code == 302
    assert client.post(page_of(office, f"/pins/{pin.id}/remove")).status_code == 302
    assert queries.list_pins(office.id) == []


def test_leaders_and_leaves_of_other_offices_are_not_found(office: Office, client: FlaskClient) -> None:
    with transaction():
        stranger = make_leader(make_office("other"))
        leave = Leave(leader_id=stranger.id, first_day=dt.date(2026, 4, 1), last_day=dt.date(2026, 4, 2))
        db.session.add(leave)
    assert client.get(f"/offices/county/absences/{stranger.id}").status_code == 404
    assert client.post(f"/offices/county/absences/leave/{leave.id}/withdraw").status_code == 404
    with pytest.raises(AbsenceNotFound):
        absences.get_leave(office, leave.id)
