"""A suspension entered in the calendar shows everywhere at once, and goes again."""

import datetime as dt

from flask.testing import FlaskClient

from app.calendar import service as calendar_service
from app.core.database import db, transaction
from app.directory.models import Office
from app.roster.models import Revision
from tests.factories import make_office
from tests.integration.feeds.conftest import County
from tests.integration.feeds.test_calendars import FEED, by_uid
from tests.published import publish_days

FIRST, LAST = dt.date(2026, 3, 4), dt.date(2026, 3, 6)


def statuses(client: FlaskClient) -> dict[str, str]:
    """Status by date in the JSON, for the first two weeks."""
    answer = client.get("/o/county/schedule.json?to=2026-03-13").get_json()
    return {one["date"]: one["status"] for one in answer["sessions"]}


def suspend(county: County, last: dt.date | None = LAST, by_appointment_only: bool = False) -> int:
    with transaction():
        office = db.session.get_one(Office, county.office.id)
        return calendar_service.add_period(
            office,
            "suspension",
            "维修",
            FIRST,
            last,
            reason="接待大厅维修",
            by_appointment_only=by_appointment_only,
        ).id


def test_feeds_json_and_page_say_it_at_once(county: County, client: FlaskClient) -> None:
    before = by_uid(client.get(FEED).data)
    period = suspend(county)
    answer = client.get(FEED)
    after = by_uid(answer.data)
    gone = [event for event in after.values() if event.values("STATUS") == ["CANCELLED"]]
    assert sorted(event.values("DTSTART")[0][:8] for event in gone) == ["20260304", "20260305", "20260306"]
    assert all("暂停接待" in event.text("SUMMARY") for event in gone)
    assert before.keys() == after.keys()
    assert {day for day, status in statuses(client).items() if status == "suspended"} == {
        "2026-03-04",
        "2026-03-05",
        "2026-03-06",
    }
    page = client.get("/o/county?day=2026-03-05").get_data(as_text=True)
    assert "接待大厅维修" in page
    with transaction():
        calendar_service.withdraw_period(db.session.get_one(Office, county.office.id), period)
    assert set(statuses(client).values()) == {"held"}
    again = by_uid(client.get(FEED).data)
    for uid, event in again.items():
        moved = event.values("DTSTART")[0][:8] in {"20260304", "20260305", "20260306"}
        assert event.values("SEQUENCE") == ["2" if moved else "0"], uid
        assert event.values("STATUS") == ["CONFIRMED"]


def test_by_appointment_only_is_no_suspension_of_the_session(county: County, client: FlaskClient) -> None:
    suspend(county, by_appointment_only=True)
    assert set(statuses(client).values()) == {"held"}
    assert db.session.query(Revision).count() == 1


def test_an_open_end_and_the_offices_below(county: County, client: FlaskClient) -> None:
    with transaction():
        town = make_office("town-01", "township", county.office, "柳河镇")
        publish_days(town, county.leaders[:1], [dt.date(2026, 3, 7), dt.date(2026, 3, 2)])
        make_office("other", "county", name="邻县")
    period = suspend(county, last=None)
    assert sum(s == "held" for s in statuses(client).values()) == 2, "the 2nd and the 3rd"
    below = client.get("/o/town-01/schedule.json").get_json()["sessions"]
    assert [(s["date"], s["status"]) for s in below] == [("2026-03-02", "held"), ("2026-03-07", "suspended")]
    with transaction():
        office = db.session.get_one(Office, county.office.id)
        calendar_service.end_period(office, period, dt.date(2026, 3, 9))
    days = statuses(client)
    assert days["2026-03-09"] == "suspended" and days["2026-03-10"] == "held"


def test_a_leader_with_another_duty_meanwhile_is_not_put_in_two_places(
    county: County, client: FlaskClient
) -> None:
    period = suspend(county)
    leader = county.leaders[(5 - 2) % 3]  # whose turn the 5th is
    with transaction():
        town = make_office("town-01", "township", county.office, "柳河镇")
        publish_days(town, [leader], [dt.date(2026, 3, 5)])
    with transaction():
        calendar_service.withdraw_period(db.session.get_one(Office, county.office.id), period)
    assert statuses(client)["2026-03-05"] == "suspended"
    assert statuses(client)["2026-03-04"] == "held"
