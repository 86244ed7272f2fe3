"""Residents, leaders and units hear of visits and matters; reminders go to whom they concern and name no matter."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from app.appointments.events import UnitTold
from app.appointments.models import ReadinessItem, Visit
from app.appointments.service import resident, screening
from app.appointments.service.booking import book, confirm
from app.core import clock as clocks
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.events import emit
from app.directory.models import Contact, Department
from app.followup.models import UnitPart
from app.followup.service.matters import Opening, open_matter
from app.notifications import kinds
from app.notifications.models import Notice
from app.notifications.reasons.common import day_words
from app.notifications.reasons.links import samples
from app.notifications.reasons.matters import values
from app.notifications.reminding import queue_due
from app.notifications.sending import Sender
from tests.factories import make_user
from tests.integration.followup.scenario import make_scene
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for

DAY = dt.date(2026, 3, 10)


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    """An office with sessions that take visits, and a department with two contacts, one of whom left."""
    with transaction():
        scenario = make_visit_scenario()
        unit = Department(office_id=scenario.office.id, name="示例县教育局")
        unit.contacts.append(Contact(name="联系人甲", phone="13900000001"))
        unit.contacts.append(Contact(name="联系人乙", phone="13900000002", last_day=dt.date(2026, 1, 31)))
        db.session.add(unit)
    return scenario


def confirmed(scenario: VisitScenario, **values: Any) -> Visit:
    """A visit whose place is promised."""
    with transaction():
        visit, _code = book(scenario.office, request_for(1, scenario.key(DAY), **values))
        confirm(visit, "clerk")
    return visit


def tell_unit(visit: Visit, answer: str = "open", nudge: bool = False) -> None:
    """The department is asked to attend."""
    unit = db.session.scalars(select(Department)).one()
    with transaction():
        found = db.session.scalars(select(ReadinessItem)).first()
        if found is None:
            now = clocks.now()
            item = ReadinessItem(
                visit_id=visit.id,
                kind="department",
                department_id=unit.id,
                asked_at=now,
                told_at=now,
                due_at=now,
            )
            db.session.add(item)
        else:
            found.answer, found.person = answer, "示例科长"
        db.session.flush()
        emit(UnitTold(visit.id, visit.office_id, unit.id, nudge))


def queued(prefix: str = "") -> list[str]:
    """Kinds of what was queued, in order."""
    db.session.rollback()
    rows = db.session.scalars(select(Notice).where(Notice.kind.startswith(prefix)).order_by(Notice.id))
    return [row.kind for row in rows]


def states() -> dict[str, str]:
    """By kind."""
    db.session.rollback()
    rows = db.session.scalars(select(Notice).execution_options(populate_existing=True))
    return {row.kind: row.state for row in rows}


def test_received_is_not_confirmed(scenario: VisitScenario) -> None:
    """Two messages with different words, the first overtaken when the second comes at once."""
    confirmed(scenario)
    assert queued("visit.") == ["visit.received", "visit.confirmed"]


def test_only_the_newest_word_goes_out(app: Flask, scenario: VisitScenario) -> None:
    """What is overtaken is not sent."""
    visit = confirmed(scenario)
    with transaction():
        resident.cancel(visit)
    Sender(lanes=1).run(app)
    found = states()
    assert found["visit.cancelled"] == "sent"
    assert {found["visit.received"], found["visit.confirmed"]} == {"superseded"}


def test_the_visitor_is_reminded_the_day_before(
    app: Flask, scenario: VisitScenario, clock: FixedClock
) -> None:
    """At 16:00, with time, place, leader and reference, and nothing of the matter or the name."""
    queue_due()
    visit = confirmed(scenario)
    Sender(lanes=1).run(app)
    clock.at = dt.datetime(2026, 3, 9, 7, 59, tzinfo=dt.UTC)
    queue_due()
    assert "visit.reminder" not in queued()
    clock.at = dt.datetime(2026, 3, 9, 8, 0, tzinfo=dt.UTC)
    queue_due()
    notice = db.session.scalars(select(Notice).where(Notice.kind == "visit.reminder")).one()
    kind = kinds.find_kind(notice.kind)
    assert kind is not None
    said = "".join(kind.values(notice).values())
    assert visit.reference in said
    assert visit.name not in said
    assert visit.summary not in said


def test_a_visitor_without_a_phone_gets_nothing(scenario: VisitScenario, clock: FixedClock) -> None:
    """Booked at the window: the slip is all there is."""
    queue_due()
    visit = confirmed(scenario)
    with transaction():
        db.session.get_one(Visit, visit.id).phone = ""
        for notice in db.session.scalars(select(Notice)):
            db.session.delete(notice)
    with transaction():
        resident.cancel(db.session.get_one(Visit, visit.id))
    clock.at = dt.datetime(2026, 3, 9, 8, 0, tzinfo=dt.UTC)
    queue_due()
    assert queued("visit.") == []


def test_a_unit_is_told_nudged_reminded_and_told_when_it_moves(
    app: Flask, scenario: VisitScenario, clock: FixedClock
) -> None:
    """Its contact in office, once for each step."""
    queue_due()
    visit = confirmed(scenario)
    tell_unit(visit)
    tell_unit(visit, nudge=True)
    clock.at = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)
    queue_due()
    with transaction():
        resident.cancel(db.session.get_one(Visit, visit.id))
    assert queued("visit.unit") == [
        "visit.unit_told", "visit.unit_nudge", "visit.unit_reminder", "visit.unit_cancelled"
    ]  # fmt: skip
    people = {
        row.recipient_id for row in db.session.scalars(select(Notice)) if row.recipient_kind == "contact"
    }
    assert len(people) == 1


def test_a_unit_that_answered_is_not_nudged(app: Flask, scenario: VisitScenario) -> None:
    """Looked at when it is sent."""
    visit = confirmed(scenario)
    tell_unit(visit)
    tell_unit(visit, answer="yes", nudge=True)
    Sender(lanes=1).run(app)
    assert states()["visit.unit_nudge"] == "superseded"
    assert states()["visit.unit_told"] == "sent"


def test_refused_goes_out_without_the_reason_in_it(app: Flask, scenario: VisitScenario) -> None:
    """A text message passes through another company: the answer is behind reference and code."""
    with transaction():
        visit, _code = book(scenario.office, request_for(1, scenario.key(DAY)))
    with transaction():
        screening.refuse(db.session.get_one(Visit, visit.id), "before_court", "您的事项正在法院审理", "clerk")
    notice = db.session.scalars(select(Notice).where(Notice.kind == "visit.refused")).one()
    kind = kinds.find_kind(notice.kind)
    assert kind is not None
    assert "法院" not in "".join(kind.values(notice).values())


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_notice_about_visits_can_be_written(scenario: VisitScenario, language: str) -> None:
    """No placeholder without a value."""
    visit = confirmed(scenario)
    tell_unit(visit)
    for kind in kinds.all_kinds():
        if not kind.name.startswith(("visit.", "staff.visit")):
            continue
        to = ("contact", 1) if "unit" in kind.name else ("visit", visit.id)
        notice = Notice(
            office_id=visit.office_id, kind=kind.name, subject=f"visit:{visit.id}",
            recipient_kind=to[0], recipient_id=to[1], lead=str(visit.on_date), revision=1, facts={},
        )  # fmt: skip
        with force_locale(language), samples():
            assert kind.values(notice).keys() >= kind.placeholders.keys(), kind.name


def test_a_reply_is_asked_for_reminded_of_and_missed(app: Flask, clock: FixedClock) -> None:
    """Five working days before, on the day, and the working day after; then staff hear too; a reply ends it."""
    with transaction():
        scene = make_scene()
        queue_due_mark = Opening(dt.date(2026, 3, 2), "道路照明", "taken_back", units=(scene.units[0].id,))
    queue_due()
    with transaction():
        open_matter(scene.office, queue_due_mark, "clerk")
    part = db.session.scalars(select(UnitPart)).one()
    while clock.at.date() <= part.due_on + dt.timedelta(days=5):
        clock.advance(dt.timedelta(hours=1))
        queue_due()
    db.session.rollback()
    rows = db.session.scalars(select(Notice).where(Notice.kind == "matter.reminder").order_by(Notice.id))
    assert [row.lead.partition(":")[0] for row in rows] == ["soon", "today", "overdue"]
    assert queued().count("matter.handed_over") == 1
    assert queued().count("staff.overdue_matters") == 1
    with transaction():
        db.session.get_one(UnitPart, part.id).state = "replied"
    Sender(lanes=1).run(app)
    assert states()["matter.reminder"] == "superseded"


def test_a_message_says_that_one_may_sign_in_where_the_unit_has_an_account(app: Flask) -> None:
    with transaction():
        scene = make_scene()
        opening = Opening(dt.date(2026, 3, 2), "道路照明", "taken_back", units=[u.id for u in scene.units])
        open_matter(scene.office, opening, "clerk")
        make_user("jia", "unit", scene.office, department_id=scene.units[0].id)
    said = {}
    with app.test_request_context(), force_locale("zh_CN"), samples():
        for notice in db.session.scalars(select(Notice).where(Notice.kind == "matter.handed_over")):
            found = values(notice)
            said[found["unit"]] = found["sign_in"]
    assert said["示例县住建局"].endswith("/sign-in")
    assert said["示例县民政局"] == ""


def test_a_day_of_another_year_says_which(app: Flask, clock: FixedClock) -> None:
    """A list that reaches into December of next year is not taken for this December."""
    with app.test_request_context(), force_locale("zh_CN"):
        assert day_words(dt.date(2026, 12, 8)) == "12月8日（星期二）"
        assert day_words(dt.date(2027, 12, 8)) == "2027年12月8日（星期三）"
        assert day_words(dt.date(2026, 12, 8), with_year=True) == "2026年12月8日（星期二）", (
            "the year stands once"
        )
