"""A leader's own calendar as leave, by the leader: where the office allows it, and for nobody else."""

import io
import re

import pytest
from flask.testing import FlaskClient

from app.core.database import db, transaction
from app.roster.models import Leave
from tests.factories import make_user
from tests.integration.accounts.test_access import sign_in
from tests.integration.feeds.conftest import County
from tests.integration.feeds.test_calendar_import import NEXT, TRIP, URL, calendar

OWN = "/my/calendar-import"


@pytest.fixture
def leader(county: County, client: FlaskClient) -> FlaskClient:
    """Signed in as the first leader, whose office allows it."""
    with transaction():
        make_user("lee", "leader", county.office).leader_id = county.leaders[0].id
    sign_in(client, "anna")
    assert client.post(f"{URL}/policy", data={"own_leave": "on"}).status_code == 302
    client.post("/sign-out")
    sign_in(client, "lee")
    return client


def offered(client: FlaskClient, *events: str) -> list[str]:
    answer = client.post(OWN, data={"file": (io.BytesIO(calendar(*events)), "a.ics")})
    assert answer.status_code == 200
    return re.findall(r'value="(\d{4}-[^"]+)"', answer.get_data(as_text=True))


def leaves() -> list[tuple[int, str, str]]:
    db.session.rollback()
    rows = db.session.query(Leave).order_by(Leave.first_day)
    return [(row.leader_id, str(row.first_day), str(row.last_day)) for row in rows]


def test_a_leader_enters_the_own_calendar(county: County, leader: FlaskClient) -> None:
    own = county.leaders[0].id
    spans = offered(leader, TRIP)
    foreign = {"leader_id": county.leaders[1].id, "span": spans}
    answer = leader.post(f"{OWN}/confirm", data=foreign, follow_redirects=True)
    assert leaves() == [(own, "2026-03-09", "2026-03-11")], "own, whatever the form says"
    assert "已登记 1 条请假" in answer.get_data(as_text=True) or "请假" in answer.get_data(as_text=True)
    leader.post(f"{OWN}/confirm", data={"span": spans})
    assert len(leaves()) == 1, "twice changes nothing"


def test_a_longer_trip_adds_only_the_new_days(county: County, leader: FlaskClient) -> None:
    own = county.leaders[0].id
    leader.post(f"{OWN}/confirm", data={"span": offered(leader, TRIP)})
    longer = TRIP.replace("20260312", "20260314")
    leader.post(f"{OWN}/confirm", data={"span": offered(leader, longer)})
    assert leaves() == [(own, "2026-03-09", "2026-03-11"), (own, "2026-03-12", "2026-03-13")]
    assert offered(leader, NEXT)[0] == "2026-03-12/2026-03-12"


def test_only_where_the_office_allows_it(county: County, client: FlaskClient) -> None:
    with transaction():
        make_user("lee", "leader", county.office).leader_id = county.leaders[0].id
    sign_in(client, "lee")
    refused = client.get(OWN)
    assert refused.status_code == 403 and "0000-1234567" in refused.get_data(as_text=True)
    assert client.post(f"{OWN}/confirm", data={"span": "2026-03-09/2026-03-09"}).status_code == 403
    assert OWN not in client.get("/my/links").get_data(as_text=True)
    assert leaves() == []
    assert client.post(f"{URL}/policy", data={"own_leave": "on"}).status_code in (403, 404)


def test_the_way_there_is_on_the_page_of_links(leader: FlaskClient) -> None:
    assert OWN in leader.get("/my/links").get_data(as_text=True)
    page = leader.get(OWN).get_data(as_text=True)
    assert "leader_id" not in page and "/policy" not in page
    answer = leader.post(OWN, data={"url": "http://2130706433/a.ics"})
    assert answer.status_code == 400 and "http://2130706433/a.ics" in answer.get_data(as_text=True)
