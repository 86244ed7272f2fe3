"""A leader who is asked for much hears of it in one message: questions, their nudges, and nudges after a downtime."""

import datetime as dt

from flask import Flask
from sqlalchemy import select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.notifications.models import Notice
from app.notifications.reminding import queue_due
from app.roster.models import Duty
from app.roster.substitution import service
from tests.factories import make_leader
from tests.integration.notifications import support
from tests.integration.notifications.sinks import MailSink, mail_sink
from tests.published import publish_days, workdays

DAYS = workdays(dt.date(2026, 3, 16), dt.date(2026, 3, 20))


def scene(port: int) -> tuple[Office, Leader]:
    """An office whose leaders are on duty all week, one of whom is asked by all; and the mark of the scheduler."""
    with transaction():
        office, asked = support.an_office_with_a_leader()
        publish_days(office, [make_leader(office) for _ in DAYS], DAYS)
        support.set_up_mail(office, port)
    queue_due()
    return office, asked


def ask_for_each(office: Office, asked: Leader) -> None:
    """Each leader asks the same colleague to take his duty: five requests."""
    with transaction():
        for duty in db.session.scalars(select(Duty).order_by(Duty.on_date)).all():
            service.request_cover(
                office, duty.leader_id or 0, [duty.seat_key], "business", "staff", candidates=[asked.id]
            )


def queued(kind: str) -> int:
    """How many wait."""
    db.session.rollback()
    return len(db.session.scalars(select(Notice).where(Notice.kind == kind, Notice.state == "queued")).all())


def only_to(sink: MailSink, to: str) -> str:
    """The text of the one mail he got."""
    (mail,) = [mail for mail in sink.mails if mail["To"] == to]
    text = mail.get_body(("plain",))
    assert text is not None
    return str(text.get_content())


def test_five_questions_at_once_are_one_message_and_so_are_their_nudges(
    app: Flask, clock: FixedClock
) -> None:
    """Each question with its own link; the next working day at ten one nudge, of what was not answered."""
    sink = MailSink()
    with mail_sink(sink) as port:
        office, asked = scene(port)
        ask_for_each(office, asked)
        assert queued("substitution.asked") == 5
        support.send(app)
        assert only_to(sink, "one@example.org").count("http") == 5
        sink.raw.clear()
        clock.at = dt.datetime(2026, 3, 3, 2, tzinfo=dt.UTC)
        queue_due()
        assert queued("substitution.nudge") == 5
        support.send(app)
        assert only_to(sink, "one@example.org").count("http") == 5


def test_after_a_downtime_there_is_one_nudge(app: Flask, clock: FixedClock) -> None:
    """Hours later the questions still wait: the most urgent is named, once."""
    sink = MailSink()
    with mail_sink(sink) as port:
        office, asked = scene(port)
        ask_for_each(office, asked)
        support.send(app)
        sink.raw.clear()
        clock.at = dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC)
        queue_due()
        queue_due()
        assert queued("substitution.nudge") == 1
        support.send(app)
        assert only_to(sink, "one@example.org").count("http") == 1


def test_unacknowledged_duties_of_a_whole_week_are_one_message(app: Flask, clock: FixedClock) -> None:
    """Nudges of several days that fall on one hour, because a holiday lies between, or the period was given at once."""
    sink = MailSink()
    with mail_sink(sink) as port:
        with transaction():
            office, leader = support.an_office_with_a_leader()
            publish_days(office, [leader], [dt.date(2026, 3, 14), dt.date(2026, 3, 15), DAYS[0]])
            support.set_up_mail(office, port)
        queue_due()
        clock.at = dt.datetime(2026, 3, 9, 2, tzinfo=dt.UTC)
        queue_due()
        nudges = queued("duty.nudge")
        support.send(app)
    assert nudges == 3
    mails = [mail for mail in sink.mails if "确认" in mail["Subject"]]
    assert len(mails) == 1 and "3" in mails[0]["Subject"]
