"""Reminders as the scheduler queues them: at the hour, once, to whoever has the duty by then."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.notifications import policies
from app.notifications.models import Notice
from app.notifications.policy import Lead, Policy
from app.notifications.reminding import queue_due
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, replace_leader, workdays

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = workdays(dt.date(2026, 3, 2), dt.date(2026, 3, 31))


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """An instant of 2026 by the office's clock."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(dt.UTC)


def at(clock: FixedClock, moment: dt.datetime) -> int:
    """Let the scheduler tick at this moment."""
    clock.at = moment
    return queue_due()


def sent(*kinds: str) -> list[tuple[str, str, int, str]]:
    """What was queued of these kinds: kind, subject, recipient, lead; in the order of their moments."""
    db.session.rollback()
    rows = db.session.scalars(select(Notice).where(Notice.kind.in_(kinds)).order_by(Notice.due_at, Notice.id))
    return [(row.kind, row.subject, row.recipient_id, row.lead) for row in rows]


@pytest.fixture
def county(app: Flask, clock: FixedClock) -> tuple[Office, Sequence[Leader]]:
    """Three leaders in turn on every weekday of March, and a scheduler on the staff; marked at 1 March."""
    with transaction():
        office = make_office()
        leaders = [make_leader(office) for _ in range(3)]
        publish_days(office, leaders, MARCH)
        make_user("anna", "scheduler", office)
    at(clock, local(3, 1))
    return office, leaders


def test_the_day_before_at_four_the_leader_is_reminded(county, clock: FixedClock) -> None:  # type: ignore[no-untyped-def]
    """Not a minute earlier, and once."""
    office, leaders = county
    at(clock, local(3, 4, 15, 59))
    assert not [row for row in sent("duty.reminder") if row[3] == "eve" and "03-05" in row[1]]
    at(clock, local(3, 4, 16))
    at(clock, local(3, 4, 16, 1))
    eve = [row for row in sent("duty.reminder") if row[3] == "eve" and "03-05" in row[1]]
    assert eve == [("duty.reminder", f"day:{office.id}:2026-03-05", leaders[0].id, "eve")]


def test_a_substitution_a_minute_before_reminds_the_substitute(county, clock: FixedClock) -> None:  # type: ignore[no-untyped-def]
    """The state at 16:00 counts, not the one at 15:59."""
    office, leaders = county
    at(clock, local(3, 4, 15))
    with transaction():
        replace_leader(
            office, dt.date(2026, 3, 5), leaders[1], kind="substitution", published_at=local(3, 4, 15, 59)
        )
    at(clock, local(3, 4, 16))
    eve = [row for row in sent("duty.reminder") if row[3] == "eve" and "03-05" in row[1]]
    assert [row[2] for row in eve] == [leaders[1].id]


def test_who_learns_of_it_after_the_moment_is_not_reminded_of_it(county, clock: FixedClock) -> None:  # type: ignore[no-untyped-def]
    """The notice that told him at 16:20 was newer than the reminder would be."""
    office, leaders = county
    at(clock, local(3, 4, 16))
    with transaction():
        replace_leader(
            office, dt.date(2026, 3, 5), leaders[2], kind="substitution", published_at=local(3, 4, 16, 20)
        )
    at(clock, local(3, 4, 17))
    eve = [row for row in sent("duty.reminder") if row[3] == "eve" and "03-05" in row[1]]
    assert [row[2] for row in eve] == [leaders[0].id]


def test_after_a_week_of_downtime_everybody_hears_at_most_once_a_kind(county, clock: FixedClock) -> None:  # type: ignore[no-untyped-def]
    """One catch-up, never a burst; what is over is not mentioned."""
    _office, _leaders = county
    at(clock, local(3, 2, 6))
    before = len(sent("duty.reminder"))
    at(clock, local(3, 11, 11))
    found = sent("duty.reminder")[before:]
    assert len({row[2] for row in found}) == len(found)
    assert all(row[1] >= "day:1:2026-03-11" for row in found)


def test_an_office_that_wants_no_reminders_gets_none(county, clock: FixedClock) -> None:  # type: ignore[no-untyped-def]
    """Each can be switched off."""
    office, _leaders = county
    off = {name: Lead(False, lead.days, lead.working, lead.at) for name, lead in Policy().leads.items()}
    with transaction():
        policies.set_policy(office, Policy(leads=off))
    at(clock, local(3, 31))
    assert not db.session.scalars(select(Notice)).all()
