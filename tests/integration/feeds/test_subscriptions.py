"""What a subscription costs, its options, and the calendars of staff and departments."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, update

from app.appointments.events import UnitTold, VisitChanged
from app.appointments.models import ReadinessItem, Visit
from app.core import clock as the_clock
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.events import emit
from app.directory.models import Department, Office
from app.directory.service.offices import OfficeDetails, edit_office
from app.feeds import queries, service
from app.feeds.models import FeedLink, FeedSettings
from app.feeds.options import FeedOptions
from app.roster.models import Duty
from tests.integration.feeds.conftest import County
from tests.integration.feeds.test_calendars import by_uid, events, make_link
from tests.published import replace_leader

KEY = "r1:2026-03-05:day"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent to the database meanwhile, but for BEGIN and the like."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def visit(county: County, **values: object) -> int:
    """A confirmed visit on the session of 5 March."""
    row = Visit(
        **{
            "office_id": county.office.id,
            "reference": f"{db.session.query(Visit).count():04}-0001",
            "code_hash": "x" * 64,
            "channel": "window",
            "state": "confirmed",
            "session_key": KEY,
            "on_date": dt.date(2026, 3, 5),
            "leader_id": county.leaders[0].id,
            "name": "来访某",
            "headcount": 3,
            "sector": "教育",
            "received_at": the_clock.now(),
        }
        | values
    )
    db.session.add(row)
    db.session.flush()
    emit(VisitChanged(row.id, county.office.id, "confirmed"))
    return row.id


def staff_link(county: County) -> str:
    with transaction():
        return f"/calendar/{service.make_staff_link(county.office, '值班室')[1]}.ics"


def test_an_unchanged_secret_calendar_costs_one_read_and_304(county: County, client: FlaskClient) -> None:
    _, link = make_link(county)
    tag = client.get(link).headers["ETag"]
    with statements() as sent:
        answer = client.get(link, headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert len(sent) == 1, sent
    assert sent[0].startswith("SELECT feed_links")
    assert "Cookie" not in answer.headers.get("Vary", "")
    with transaction():
        replace_leader(county.office, dt.date(2026, 3, 5), county.leaders[2])
    assert client.get(link, headers={"If-None-Match": tag}).status_code == 200


def test_the_note_of_a_fetch_is_written_every_three_hours(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    _, link = make_link(county)
    tag = client.get(link).headers["ETag"]
    written = 0
    for _ in range(24):
        clock.advance(dt.timedelta(minutes=30))
        with statements() as sent:
            assert client.get(link, headers={"If-None-Match": tag}).status_code == 304
        written += len(sent) > 1
    assert written == 4, "a dozen hours"


def test_a_publication_while_a_calendar_is_rendered_is_not_forgotten(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, link = make_link(county)
    real = queries.publications_of_leader

    def published_meanwhile(leader: object) -> object:
        found = real(leader)  # type: ignore[arg-type]
        monkeypatch.setattr(queries, "publications_of_leader", real)
        with transaction():
            replace_leader(county.office, dt.date(2026, 3, 5), county.leaders[2])
        return found

    monkeypatch.setattr(queries, "publications_of_leader", published_meanwhile)
    old = client.get(link)
    assert b"STATUS:CANCELLED" not in old.data
    new = client.get(link, headers={"If-None-Match": old.headers["ETag"]})
    assert new.status_code == 200 and b"STATUS:CANCELLED" in new.data


def test_options_of_the_link_hold_and_can_be_changed(county: County, client: FlaskClient) -> None:
    with transaction():
        chosen = FeedOptions("en", 30, False, 366)
        link, secret = service.make_link(county.office, county.leaders[0].id, "phone", chosen)
    url = f"/calendar/{secret}.ics"
    body = client.get(url).data
    assert b"Reception duty" in body and b"TRIGGER:-PT30M" in body and b"TRANSP:OPAQUE" not in body
    assert b"TRIGGER:-PT5M" in client.get(url + "?alarm=5").data, "the address still decides for itself"
    tag = client.get(url).headers["ETag"]
    with transaction():
        service.change_link(county.office, db.session.get_one(FeedLink, link.id), "phone", FeedOptions("zh"))
    answer = client.get(url, headers={"If-None-Match": tag})
    assert answer.status_code == 200 and "接访：" in answer.get_data(as_text=True)
    assert b"TRIGGER" not in answer.data


def test_guessing_is_slowed_down_and_a_subscriber_never_is(county: County, client: FlaskClient) -> None:
    _, link = make_link(county)
    codes = {client.get(f"/calendar/{'x' * 40}{n:03}.ics").status_code for n in range(60)}
    assert codes == {404, 429}
    assert {client.get(link).status_code for _ in range(100)} == {200}


def test_the_staff_calendar_counts_visits_and_readiness(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    link = staff_link(county)
    (uid,) = [u for u, e in by_uid(client.get(link).data).items() if "20260305" in e.values("DTSTART")[0]]
    with transaction():
        unit = Department(office_id=county.office.id, name="示例县教育局")
        db.session.add(unit)
        db.session.flush()
        number = visit(county, kind="invited")
        visit(county, state="received")
        for answer in ("yes", "open"):
            item = ReadinessItem(
                visit_id=number, kind="material", asked_at=the_clock.now(), due_at=the_clock.now()
            )
            item.answer = answer
            db.session.add(item)
    first = client.get(link)
    text = by_uid(first.data)[uid].text("DESCRIPTION")
    assert "已确认 1 批（3 人次），待答复 1 批" in text and "约访1：已确认 1/2 项" in text
    assert by_uid(first.data)[uid].text("SUMMARY").endswith("（2批）")
    assert by_uid(first.data)[uid].values("SEQUENCE") == ["1"]
    assert client.get(link).data == first.data
    clock.advance(dt.timedelta(hours=1))
    with transaction():
        db.session.execute(update(Visit).values(state="cancelled"))
        emit(VisitChanged(number, county.office.id, "cancelled"))
    after = by_uid(client.get(link, headers={"If-None-Match": first.headers["ETag"]}).data)
    assert "来访" not in after[uid].text("DESCRIPTION") and after[uid].values("SEQUENCE") == ["2"]
    assert after[uid].values("LAST-MODIFIED") > by_uid(first.data)[uid].values("LAST-MODIFIED")
    others = {u: e.lines for u, e in by_uid(first.data).items() if u != uid}
    assert others == {u: e.lines for u, e in after.items() if u != uid}, "no other event moved"
    public = client.get("/o/county/calendar.ics").get_data(as_text=True)
    assert "来访" not in public and "约访" not in public


def test_a_leader_sees_accepted_visits_as_a_count_and_details_only_if_the_office_says_so(
    county: County, client: FlaskClient
) -> None:
    _, link = make_link(county)
    with transaction():
        visit(county)
        visit(county, state="received")
    text = client.get(link).get_data(as_text=True).replace("\r\n ", "")
    assert "已确认来访：1 批，3 人次" in text.replace("\\,", ",")
    assert "涉及" not in text and "来访某" not in text
    with transaction():
        db.session.add(FeedSettings(office_id=county.office.id, visit_details=True))
        emit(VisitChanged(1, county.office.id, "confirmed"))
    text = client.get(link).get_data(as_text=True).replace("\r\n ", "")
    assert "涉及：教育" in text and "来访某" not in text


def test_a_department_follows_its_visit_from_session_to_session(county: County, client: FlaskClient) -> None:
    with transaction():
        unit = Department(office_id=county.office.id, name="示例县教育局")
        db.session.add(unit)
        db.session.flush()
        _, secret = service.make_department_link(county.office, unit.id, "教育局")
        number = visit(county, kind="invited")
        db.session.add(
            ReadinessItem(
                visit_id=number,
                kind="department",
                department_id=unit.id,
                asked_at=the_clock.now(),
                due_at=the_clock.now(),
                person="某同志",
            )
        )
        emit(UnitTold(number, county.office.id, unit.id))
    link = f"/calendar/{secret}.ics"
    (before,) = events(client.get(link).data)
    assert before.values("DTSTART") == ["20260305T083000"] and before.text("SUMMARY").startswith("参加接访")
    with transaction():
        other = db.session.query(Duty).filter_by(on_date=dt.date(2026, 3, 9)).one()
        db.session.execute(update(Visit).values(session_key=other.session_key, on_date=other.on_date))
        emit(VisitChanged(number, county.office.id, "moved"))
    (after,) = events(client.get(link).data)
    assert after.values("UID") == before.values("UID"), "the same event, moved"
    assert (before.values("SEQUENCE"), after.values("SEQUENCE")) == (["0"], ["1"])
    assert after.values("DTSTART") == ["20260309T083000"]
    with transaction():
        db.session.execute(update(Visit).values(state="cancelled"))
        emit(VisitChanged(number, county.office.id, "cancelled"))
    (gone,) = events(client.get(link).data)
    assert (gone.values("STATUS"), gone.values("SEQUENCE")) == (["CANCELLED"], ["2"])
    assert "某" not in client.get(link).get_data(as_text=True)


def test_programs_believe_what_a_new_name_or_option_changes(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    _link, url = make_link(county)
    before = by_uid(client.get(url).data)
    clock.advance(dt.timedelta(hours=1))
    with transaction():
        office = db.session.get_one(Office, county.office.id)
        edit_office(
            office, OfficeDetails("新名称", office.name_en, office.phone, office.address, office.scope)
        )
    renamed = by_uid(client.get(url).data)
    assert all("新名称" in event.text("SUMMARY") for event in renamed.values())
    assert {event.values("DTSTAMP")[0] for event in renamed.values()} == {"20260302T050000Z"}
    clock.advance(dt.timedelta(hours=1))
    with transaction():
        row = db.session.query(FeedLink).one()
        service.change_link(county.office, row, "another name", FeedOptions())
    assert client.get(url).data.count(b"DTSTAMP:20260302T050000Z") == len(renamed), (
        "a link's name is in no event"
    )
    with transaction():
        service.change_link(county.office, db.session.query(FeedLink).one(), "x", FeedOptions(alarm=30))
    with statements() as sent:
        rung = by_uid(client.get(url).data)
    assert {event.values("DTSTAMP")[0] for event in rung.values()} == {"20260302T060000Z"}
    assert rung.keys() == before.keys() and sent
    tag = client.get(url).headers["ETag"]
    with statements() as sent:
        assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    assert len(sent) == 1
