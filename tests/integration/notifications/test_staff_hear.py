"""What staff hear by themselves: sessions nobody holds, a roster that runs out, a provisional year that was announced."""

import datetime as dt

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from app.calendar import models as calendar
from app.calendar.service import set_day
from app.core import clock as clocks
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.events import emit
from app.directory.models import Leader, Office
from app.notifications import kinds
from app.notifications.models import Notice
from app.notifications.policies import policy_of
from app.notifications.reasons.own_duties import change_lines, changes_for
from app.notifications.reminder_state import staff_of
from app.notifications.reminding import queue_due
from app.roster.events import RosterPublished
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, replace_leader, workdays


@pytest.fixture
def office(app: Flask) -> Office:
    """Two leaders, duties until 31 March, a scheduler; marked now."""
    with transaction():
        office = make_office()
        leaders = [make_leader(office, name) for name in ("示例甲", "示例乙")]
        publish_days(office, leaders, workdays(dt.date(2026, 3, 2), dt.date(2026, 3, 31)))
        make_user("anna", "scheduler", office)
    queue_due()
    return office


def tick_until(clock: FixedClock, at: dt.datetime) -> None:
    """Hour by hour, as a scheduler would."""
    while clock.at < at:
        clock.advance(dt.timedelta(hours=1))
        queue_due()
    db.session.rollback()


def notices(kind: str) -> list[Notice]:
    """Of a kind, in order."""
    return list(db.session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))


def said(notice: Notice, language: str = "zh_CN") -> dict[str, str]:
    """What it would say now."""
    kind = kinds.find_kind(notice.kind)
    assert kind is not None
    with force_locale(language):
        return kind.values(notice)


def test_a_roster_that_runs_out_is_told_twice_and_no_more(office: Office, clock: FixedClock) -> None:
    """Ten and three working days before; publishing the next month makes both untrue."""
    tick_until(clock, dt.datetime(2026, 4, 2, tzinfo=dt.UTC))
    found = notices("staff.roster_ending")
    assert [notice.lead for notice in found] == ["ending", "last_call"]
    assert "2026年3月31日" in said(found[0])["last_day"]
    with transaction():
        publish_days(office, list(db.session.scalars(select(Leader))), [dt.date(2026, 4, 20)])
    kind = kinds.find_kind("staff.roster_ending")
    assert kind is not None
    assert not kind.still_true(found[0])


def test_a_leader_who_left_leaves_sessions_behind(office: Office, clock: FixedClock) -> None:
    """They are listed until somebody takes them."""
    leader = db.session.scalars(select(Leader)).first()
    assert leader is not None
    with transaction():
        db.session.get_one(Leader, leader.id).last_day = dt.date(2026, 3, 8)
    tick_until(clock, dt.datetime(2026, 3, 9, 2, tzinfo=dt.UTC))
    found = notices("staff.empty_session")
    assert found
    assert "3月" in said(found[-1])["list"]
    assert int(said(found[-1])["count"]) >= 1


def test_a_provisional_year_that_was_announced(app: Flask, clock: FixedClock) -> None:
    """The roster for 2027 was provisional; the notice comes; staff hear the next working morning, once."""
    with transaction():
        office = make_office()
        leader = make_leader(office)
        publish_days(office, [leader], workdays(dt.date(2027, 1, 4), dt.date(2027, 1, 29)), provisional=True)
        make_user("anna", "scheduler", office)
    queue_due()
    tick_until(clock, dt.datetime(2026, 3, 4, tzinfo=dt.UTC))
    assert notices("staff.year_announced") == []
    with transaction():
        db.session.add(
            calendar.Notice(
                office_id=office.id, year=2027, title="放假安排", content_hash="0" * 64, imported_by="anna",
                days=[{"date": "2027-01-01", "name": "元旦", "off": True}], imported_at=clocks.now(),
            )
        )  # fmt: skip
    tick_until(clock, dt.datetime(2026, 3, 11, tzinfo=dt.UTC))
    (notice,) = notices("staff.year_announced")
    assert said(notice)["year"] == "2027"
    kind = kinds.find_kind(notice.kind)
    assert kind is not None
    assert kind.still_true(notice)


def rest(office: Office, day: dt.date) -> None:
    """What a supplement to the holiday notice does to one day."""
    set_day(
        office,
        day,
        off=True,
        name="调休",
        local_holiday=False,
        reason="补充放假通知",
        document_number="示例1号",
    )


def test_a_second_notice_for_a_year_that_was_certain(office: Office, clock: FixedClock) -> None:
    """Staff hear at once which published sessions fall on a holiday now; nobody does when none does."""
    kind = "staff.holiday_changed"
    with transaction():
        rest(office, dt.date(2026, 4, 18))  # nothing is published there
    assert notices(kind) == []
    with transaction():
        rest(office, dt.date(2026, 3, 20))
    (notice,) = notices(kind)
    assert said(notice)["count"] == "1" and "3月20日" in said(notice)["list"]
    with transaction():
        rest(office, dt.date(2026, 3, 23))
    db.session.rollback()
    first, second = notices(kind)
    assert (first.state, second.state) == ("superseded", "queued")
    found = kinds.find_kind(kind)
    assert found is not None and found.still_true(second)
    with transaction():
        replace_leader(
            office, dt.date(2026, 3, 23), db.session.scalars(select(Leader)).all()[0], status="cancelled"
        )
    assert not found.still_true(second)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_notice_to_staff_can_be_written(office: Office, clock: FixedClock, language: str) -> None:
    """No placeholder without a value."""
    tick_until(clock, dt.datetime(2026, 3, 31, tzinfo=dt.UTC))
    found = db.session.scalars(select(Notice).where(Notice.kind.startswith("staff."))).all()
    assert found
    for notice in found:
        kind = kinds.find_kind(notice.kind)
        assert kind is not None
        assert said(notice, language).keys() >= kind.placeholders.keys()


def test_without_a_scheduler_the_administrators_hear_then_the_office_above(app: Flask) -> None:
    """Somebody always does."""
    with transaction():
        county = make_office()
        town = make_office("town", "township", county, "示例镇")
        above = make_user("above", "scheduler", county)
    assert staff_of(town, policy_of(town)) == [("user", above.id)]
    with transaction():
        own = make_user("own", "administrator", town)
    assert staff_of(town, policy_of(town)) == [("user", own.id)]


def test_a_session_called_off_is_not_said_to_be_somebody_elses(office: Office) -> None:
    """Suspended or cancelled: nobody receives then."""
    day = dt.date(2026, 3, 10)
    rows = workdays(dt.date(2026, 3, 2), dt.date(2026, 3, 31))
    leader = list(db.session.scalars(select(Leader).order_by(Leader.id)))[rows.index(day) % 2]
    with transaction():
        revision = replace_leader(office, day, leader, kind="suspension", status="suspended")
        emit(RosterPublished(office.id, revision.id, revision.number, ()))
    changes = changes_for(leader.id, office.id, 1, 2, dt.date(2026, 3, 2))
    with force_locale("en"):
        assert [line.partition(":")[0] for line in change_lines(changes)] == ["Called off"]
