"""Who hears of what: everybody affected once, nobody else, in words that are still true when they go out."""

import datetime as dt
import json
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from app.core import clock as clocks
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.events import emit
from app.directory.models import Leader, Office
from app.notifications import kinds
from app.notifications.models import Notice
from app.notifications.policy_models import InvitationWish
from app.notifications.reasons.links import samples
from app.notifications.sending import Sender
from app.roster.events import RosterPublished
from app.roster.models import Duty, Revision
from app.roster.substitution import jobs, service
from app.roster.substitution.models import SubstitutionAsk, SubstitutionPolicy, SubstitutionRequest
from app.roster.substitution.queries import default_policy
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, replace_leader, workdays

MARCH = workdays(dt.date(2026, 3, 2), dt.date(2026, 3, 31))
DAY = dt.date(2026, 3, 11)  # the duty of leader 7 % 5 = 2


@pytest.fixture
def office(app: Flask) -> Office:
    """Five leaders in turn on every weekday of March; published, and everybody told."""
    with transaction():
        office = make_office()
        office.phone = "0000-1234567"
        leaders = [make_leader(office, name) for name in ("示例甲", "示例乙", "示例丙", "示例丁", "示例戊")]
        told(publish_days(office, leaders, MARCH))
        make_user("anna", "scheduler", office)
    return office


def told(revision: Revision) -> None:
    """What publishing says."""
    emit(RosterPublished(revision.office_id, revision.id, revision.number, ()))


def leaders() -> list[Leader]:
    """In their order."""
    return list(db.session.scalars(select(Leader).order_by(Leader.id)))


def waiting() -> list[tuple[str, str]]:
    """Kind and name of the recipient of what waits, then sent; so the next call shows what is new."""
    db.session.rollback()
    names = {leader.id: leader.name for leader in leaders()}
    rows = db.session.scalars(select(Notice).where(Notice.state == "queued").order_by(Notice.id)).all()
    found = [
        (row.kind, names.get(row.recipient_id, "") if row.recipient_kind == "leader" else row.recipient_kind)
        for row in rows
    ]
    with transaction():
        for row in db.session.scalars(select(Notice).where(Notice.state == "queued")):
            row.state = "sent"
    return sorted(found)


def outbox_files(app: Flask) -> list[dict[str, str]]:
    """What went to the trial outbox."""
    folder = Path(app.extensions["settings"].data_dir) / "outbox"
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def duty_on(day: dt.date) -> Duty:
    """As published now."""
    return db.session.scalars(select(Duty).where(Duty.on_date == day, Duty.until_revision.is_(None))).one()


def cover(day: dt.date = DAY, candidates: tuple[int, ...] = (0,)) -> SubstitutionRequest:
    """The leader of that day asks for a substitute."""
    with transaction():
        duty = duty_on(day)
        chosen = [leaders()[n].id for n in candidates]
        office = db.session.scalars(select(Office)).one()
        return service.request_cover(
            office, duty.leader_id or 0, [duty.seat_key], "business", "staff", candidates=chosen
        )


def answer(yes: bool) -> None:
    """The one who is asked answers."""
    with transaction():
        ask = db.session.scalars(select(SubstitutionAsk).where(SubstitutionAsk.state == "waiting")).first()
        assert ask is not None
        if yes:
            service.accept(ask, "candidate")
        else:
            service.decline(ask, "candidate")


def set_policy(office: Office, **values: object) -> None:
    """How the office arranges substitutes."""
    with transaction():
        row = default_policy(office.id)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.merge(row)
    assert db.session.get(SubstitutionPolicy, office.id) is not None


def test_publishing_tells_each_leader_once_with_his_own_days(app: Flask, office: Office) -> None:
    """One notice each; the message lists the own sessions from today on."""
    assert waiting() == [
        ("duty.published", leader.name) for leader in sorted(leaders(), key=lambda x: x.name)
    ]


def test_a_correction_tells_only_those_whose_sessions_differ(app: Flask, office: Office) -> None:
    """The one who loses it and the one who gets it."""
    waiting()
    with transaction():
        told(replace_leader(office, DAY, leaders()[4], kind="correction"))
    assert waiting() == [("duty.changed", "示例丙"), ("duty.changed", "示例戊")]


@pytest.mark.parametrize(
    ("changes", "people"),
    [({"note": "更正说明"}, []), ({"phone": "0000-7654321"}, []), ({"room": "二号接待室"}, ["示例丙"]), ({"status": "suspended"}, ["示例丙"])],
)  # fmt: skip
def test_what_does_not_matter_to_a_leader_is_not_told(
    app: Flask, office: Office, changes: dict[str, str], people: list[str]
) -> None:
    """A remark or the office's number does not; another room or a suspension does."""
    waiting()
    with transaction():
        told(replace_leader(office, DAY, leaders()[2], kind="correction", **changes))
    assert waiting() == [("duty.changed", name) for name in people]


def test_a_newer_change_overtakes_one_that_was_not_sent(app: Flask, office: Office) -> None:
    """Given to somebody and taken away again before anything went out: he hears nothing, the other neither."""
    waiting()
    with transaction():
        told(replace_leader(office, DAY, leaders()[4], kind="correction"))
    with transaction():
        told(replace_leader(office, DAY, leaders()[2], kind="correction"))
    counts = Sender(lanes=1).run(app)
    assert counts["sent"] == 0
    db.session.rollback()
    rows = db.session.scalars(select(Notice).where(Notice.kind == "duty.changed")).all()
    assert {row.state for row in rows} == {"superseded"}


def test_of_two_changes_the_last_notice_says_both(app: Flask, office: Office, clock: FixedClock) -> None:
    """One message lists what changed since the leader was told last."""
    waiting()
    for day in (DAY, DAY + dt.timedelta(days=1)):
        with transaction():
            told(replace_leader(office, day, leaders()[4], kind="correction"))
    Sender(lanes=1).run(app)
    (mine,) = [message for message in outbox_files(app) if "示例戊" in message["text"]]
    assert "3月11日" in mine["text"]
    assert "3月12日" in mine["text"]


def test_a_cover_from_the_question_to_the_revision(app: Flask, office: Office) -> None:
    """The one who is asked; then both sides, once; the revision itself tells nobody."""
    waiting()
    cover()
    assert waiting() == [("substitution.asked", "示例甲")]
    answer(yes=True)
    assert waiting() == [("substitution.replaced", "示例丙"), ("substitution.substitute", "示例甲")]


def test_who_is_not_needed_any_more_hears_it(app: Flask, office: Office) -> None:
    """Two are asked at once; the first yes settles it."""
    set_policy(office, ask="all")
    waiting()
    cover(candidates=(0, 1))
    assert waiting() == [("substitution.asked", "示例乙"), ("substitution.asked", "示例甲")]
    answer(yes=True)
    kinds_told = waiting()
    assert ("substitution.not_needed", "示例乙") in kinds_told
    assert len(kinds_told) == 3


def test_the_first_convener_is_told_and_staff_hear_of_the_deadline(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    """Told is not asked; at the deadline those decide who arrange substitutes."""
    set_policy(office, tell="notice", convener_id=leaders()[3].id, at_deadline="escalate")
    waiting()
    cover()
    assert waiting() == [("substitution.asked", "示例甲"), ("substitution.convener", "示例丁")]
    clock.advance(dt.timedelta(days=3))
    jobs.due_deadlines()
    assert waiting() == [("staff.substitution", "user")]
    request = db.session.scalars(select(SubstitutionRequest)).one()
    with transaction():
        service.ask_more(request, [leaders()[1].id], "staff")
    assert waiting() == [("substitution.asked", "示例乙")]
    clock.advance(dt.timedelta(days=3))
    jobs.due_deadlines()
    assert waiting() == [("staff.substitution", "user")]


def test_a_question_that_was_answered_is_not_sent(app: Flask, office: Office) -> None:
    """The outbox looks at the moment of sending."""
    waiting()
    cover()
    answer(yes=True)
    Sender(lanes=1).run(app)
    subjects = [message["subject"] for message in outbox_files(app)]
    assert not any("请您代为接访" in subject for subject in subjects)
    assert len(subjects) == 2


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_notice_of_a_busy_day_can_be_written(
    app: Flask, office: Office, clock: FixedClock, language: str
) -> None:
    """No placeholder without a value, in either language."""
    set_policy(office, tell="notice", convener_id=leaders()[3].id, at_deadline="escalate")
    cover()
    answer(yes=True)
    cover(dt.date(2026, 3, 12), (0,))
    clock.advance(dt.timedelta(days=3))
    jobs.due_deadlines()
    with transaction():
        told(replace_leader(office, dt.date(2026, 3, 20), leaders()[0], kind="correction"))
    for notice in db.session.scalars(select(Notice)).all():
        kind = kinds.find_kind(notice.kind)
        assert kind is not None
        with force_locale(language), samples():
            assert kind.values(notice).keys() >= kind.placeholders.keys(), notice.kind


def test_invitations_for_each_session_where_they_are_wished(app: Flask, office: Office) -> None:
    """Several at once: one invitation each. A single one goes along with the notice."""
    with transaction():
        db.session.add(InvitationWish(leader_id=leaders()[2].id, since=clocks.now()))
    waiting()
    with transaction():
        told(replace_leader(office, DAY, leaders()[4], kind="correction"))
    assert ("duty.invitation", "示例丙") not in waiting()
    with transaction():
        april = workdays(dt.date(2026, 4, 1), dt.date(2026, 4, 7))
        told(publish_days(office, [leaders()[2]], april))
    assert [kind for kind, _name in waiting()][1:] == ["duty.invitation"] * 5
