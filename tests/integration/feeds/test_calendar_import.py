"""A leader's own calendar as leave: read with limits, previewed, confirmed."""

import io
import re

import pytest
from flask.testing import FlaskClient

from app.core.database import db
from app.feeds.own_calendar import previewing
from app.roster.models import Leave
from tests.integration.accounts.test_access import sign_in
from tests.integration.feeds.conftest import County

URL = "/offices/county/calendar-import"


def calendar(*events: str) -> bytes:
    """A calendar of these events."""
    body = "".join(
        f"BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n{event}\r\nEND:VEVENT\r\n" for event in events
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}END:VCALENDAR\r\n".encode()


TRIP = "UID:1\r\nSUMMARY:省里开会出差\r\nDTSTART;VALUE=DATE:20260309\r\nDTEND;VALUE=DATE:20260312"
BIRTHDAY = "UID:2\r\nSUMMARY:生日\r\nRRULE:FREQ=YEARLY\r\nDTSTART;VALUE=DATE:19700401"
MEETING = "UID:3\r\nSUMMARY:例会\r\nDTSTART:20260310T010000Z\r\nDTEND:20260310T020000Z"
NEXT = "UID:4\r\nSUMMARY:学习\r\nDTSTART;VALUE=DATE:20260312\r\nDTEND;VALUE=DATE:20260313"


def preview(client: FlaskClient, county: County, content: bytes) -> tuple[int, str]:
    data = {"leader_id": str(county.leaders[0].id), "file": (io.BytesIO(content), "a.ics")}
    answer = client.post(URL, data=data)
    return answer.status_code, answer.get_data(as_text=True)


def test_previewed_and_confirmed(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    status, page = preview(client, county, calendar(TRIP, BIRTHDAY, MEETING, NEXT))
    assert status == 200
    boxes = re.findall(r'value="(\d{4}-[^"]+)"\s*(checked)?', page)
    assert boxes == [
        ("2026-03-09/2026-03-11", "checked"),
        ("2026-03-12/2026-03-12", "checked"),
        ("2026-04-01/2026-04-01", ""),
        ("2027-04-01/2027-04-01", ""),
    ]
    assert db.session.query(Leave).count() == 0, "nothing is written yet"
    chosen = {"leader_id": county.leaders[0].id, "span": [value for value, ticked in boxes if ticked]}
    assert client.post(f"{URL}/confirm", data=chosen).status_code == 302
    leave = db.session.query(Leave).one()
    assert (str(leave.first_day), str(leave.last_day)) == ("2026-03-09", "2026-03-12"), "joined"
    assert "出差" not in leave.reason
    assert "已请假" in preview(client, county, calendar(TRIP))[1]
    client.post(f"{URL}/confirm", data=chosen)
    assert db.session.query(Leave).count() == 1, "twice changes nothing"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"BEGIN:VCALENDAR\r\n" + b"x" * 3_000_000,
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 21_000 + b"END:VCALENDAR\r\n",
    ],
)
def test_what_is_no_calendar_gets_a_sentence(county: County, client: FlaskClient, content: bytes) -> None:
    sign_in(client, "anna")
    status, page = preview(client, county, content)
    assert status == 400 and 'role="alert"' in page


def test_rules_that_never_end_are_bounded(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "SECONDS", 8)
    sign_in(client, "anna")
    often = "UID:5\r\nSUMMARY:x\r\nRRULE:FREQ=SECONDLY\r\nDTSTART;VALUE=DATE:19700101"
    status, page = preview(client, county, calendar(often, TRIP))
    assert status == 200 and page.count('type="checkbox"') == 1
    daily = "UID:6\r\nSUMMARY:x\r\nRRULE:FREQ=DAILY\r\nDTSTART;VALUE=DATE:20200101"
    assert preview(client, county, calendar(daily))[0] == 200
    never = [
        f"UID:n{n}\r\nSUMMARY:x\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31\r\nDTSTART;VALUE=DATE:19000101"
        for n in range(200)
    ]
    assert preview(client, county, calendar(*never))[0] in (200, 400)


def test_an_address_inside_is_refused_and_stays_in_the_form(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    url = "http://169.254.169.254/latest/meta-data"
    answer = client.post(URL, data={"leader_id": county.leaders[0].id, "url": url})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400 and "内部网络" in page and url in page
    assert client.post(URL, data={"leader_id": county.leaders[0].id}).status_code == 400
