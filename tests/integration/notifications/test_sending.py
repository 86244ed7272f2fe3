"""A notice goes out once, is true when it does, and whatever happens to it can be seen."""

import datetime as dt
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.notifications import calendar_part, outbox
from app.notifications.models import Notice, OfficeDelivery
from app.notifications.sending import recover
from tests.integration.notifications import support
from tests.integration.notifications.sinks import Gateway, MailSink, gateway, mail_sink
from tests.integration.notifications.support import attempts, minutes, note, only, send

LEASE = dt.timedelta(seconds=90)


@pytest.fixture(autouse=True)
def _kind() -> None:
    support.use()


def test_queueing_twice_is_once(app: Flask) -> None:
    with transaction():
        office, leader = support.an_office_with_a_leader()
        assert outbox.queue("test.note", "a", ("leader", leader.id), office_id=office.id)
        assert not outbox.queue("test.note", "a", ("leader", leader.id), office_id=office.id)
        assert outbox.queue("test.note", "a", ("leader", leader.id), office_id=office.id, lead="eve")


def test_without_channels_it_is_written_to_a_file(app: Flask, tmp_path: Path) -> None:
    with transaction():
        office, leader = support.an_office_with_a_leader()
    note(office, leader)
    assert send(app) == {"sent": 1}
    notice = only()
    assert (notice.state, notice.channel, notice.receipt) == (
        "sent",
        "file",
        f"notice-{notice.id}-" + notice.receipt[-21:],
    )
    written = json.loads((tmp_path / "outbox" / notice.receipt).read_text())
    assert written["subject"] == "提醒：事项 a" and written["to"] == "one@example.org"
    assert send(app) == {}


def test_overtaken_notices_are_superseded(app: Flask) -> None:
    with transaction():
        office, leader = support.an_office_with_a_leader()
    note(office, leader)
    support.ANSWERS["a"] = False
    send(app)
    assert (only().state, only().reason, attempts()) == ("superseded", "no longer true", [])


def test_not_before_it_is_due(app: Flask, clock: FixedClock) -> None:
    with transaction():
        office, leader = support.an_office_with_a_leader()
    note(office, leader, due_at=clock.now() + minutes(5))
    assert send(app) == {}
    clock.advance(minutes(5))
    assert send(app) == {"sent": 1}


def test_mail_is_read_by_a_parser(app: Flask) -> None:
    calendar = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    calendar_part.provide("test", lambda notice: calendar)
    support.use(calendar=calendar_part.of("test"))
    sink = MailSink()
    with mail_sink(sink) as port:
        with transaction():
            office, leader = support.an_office_with_a_leader()
            support.set_up_mail(office, port)
        note(office, leader)
        send(app)
    (mail,) = sink.mails
    assert mail["Subject"] == "提醒：事项 a" and mail["From"] == "示例县信访局 <rota@example.org>"
    assert mail["Message-ID"] == only().message_id and mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    parts = list(mail.walk())
    assert "事项 a" in parts[2].get_content() and "<p>" in parts[3].get_content()
    assert parts[4].get_param("method") == "REQUEST" and "METHOD:REQUEST" in parts[4].get_content()
    assert parts[5].get_payload(decode=True) == calendar and parts[5].get_filename() == "invite.ics"


def test_a_busy_mail_server_is_tried_again_later(app: Flask, clock: FixedClock) -> None:
    sink = MailSink(say=lambda number, _to: "451 4.3.0 busy" if number < 3 else None)
    with mail_sink(sink) as port:
        with transaction():
            office, leader = support.an_office_with_a_leader()
            support.set_up_mail(office, port)
        note(office, leader)
        assert send(app) == {"temporary": 1}
        notice = only()
        assert notice.state == "queued" and notice.last_error == "mail: SMTP 451 after DATA"
        assert clock.now() < notice.next_try_at <= clock.now() + dt.timedelta(seconds=15)
        assert send(app) == {}
        clock.advance(minutes(1))
        send(app)
        clock.advance(minutes(1))
        send(app)
    assert only().state == "sent" and attempts() == [("mail", "temporary")] * 2 + [("mail", "sent")]
    assert len(sink.ids) == 1


def test_an_address_that_is_refused_falls_back_to_the_next_channel(app: Flask) -> None:
    state = Gateway(lambda *_: (200, b'{"code": 0}'))
    with mail_sink(MailSink()) as port, gateway(state) as url:
        with transaction():
            office, leader = support.an_office_with_a_leader("gone@example.org")
            support.set_up_mail(office, port)
            support.set_up(office, "sms", {"provider": "gateway", "url": url}, {"secret": "s"})
        note(office, leader)
        send(app)
        send(app)
    assert attempts() == [("mail", "permanent"), ("sms", "sent")]
    assert state.bodies[0]["phone"] == "13800000000" and state.bodies[0]["text"] == "事项 a"


def test_refused_everywhere_is_a_dead_letter(app: Flask) -> None:
    with mail_sink(MailSink()) as port:
        with transaction():
            office, leader = support.an_office_with_a_leader("gone@example.org")
            support.set_up_mail(office, port)
        note(office, leader)
        assert send(app) == {"permanent": 1}
    assert (only().state, only().last_error) == ("failed", "mail: SMTP 550 to RCPT")


def test_nobody_listening_is_temporary(app: Flask) -> None:
    with transaction():
        office, leader = support.an_office_with_a_leader()
        support.set_up_mail(office, 1)
    note(office, leader)
    assert send(app) == {"temporary": 1}
    assert only().last_error == "mail: not connected (ConnectionRefusedError)"


@pytest.mark.parametrize(
    ("policy", "state"), [("ask", "unknown"), ("repeat", "queued"), ("assume_sent", "sent")]
)
def test_a_gateway_that_hangs_up_leaves_it_unknown(app: Flask, policy: str, state: str) -> None:
    with gateway(Gateway(lambda *_: None)) as url:
        with transaction():
            office, leader = support.an_office_with_a_leader()
            support.set_up(
                office, "sms", {"provider": "gateway", "url": url}, {"secret": "s"}, on_unknown=policy
            )
        note(office, leader)
        send(app)
    assert only().state == state and attempts() == [("sms", "unknown")]


def _claim_and_begin() -> str:
    with transaction():
        token, _ids = outbox.claim(1, LEASE)
        notice = db.session.get_one(Notice, _ids[0], populate_existing=True)
        outbox.begin_attempt(notice, token, "sms", LEASE)
    return token


def test_a_sender_that_died_before_the_hand_over_leaves_it_queued(app: Flask, clock: FixedClock) -> None:
    with transaction():
        office, leader = support.an_office_with_a_leader()
    note(office, leader)
    with transaction():
        outbox.claim(1, LEASE)
    assert send(app) == {}
    clock.advance(minutes(2))
    assert send(app) == {"sent": 1}


def test_a_sender_that_died_in_the_middle_leaves_it_unknown(app: Flask, clock: FixedClock) -> None:
    with transaction():
        office, leader = support.an_office_with_a_leader()
        support.set_up(office, "sms", {"provider": "gateway", "url": "http://127.0.0.1:1"}, {"secret": "s"})
    note(office, leader)
    token = _claim_and_begin()
    clock.advance(minutes(2))
    with transaction():
        assert recover() == 1
    assert only().state == "unknown" and attempts() == [("sms", "unknown")]
    with transaction():  # the receipt comes late after all
        assert outbox.settle(only().id, token, "sent", "sent", "code 0", sent_at=clock.now())
    assert only().state == "sent" and attempts() == [("sms", "sent")]
    with transaction():  # committed, but the database fell silent before it said so: recorded once more
        outbox.settle(only().id, token, "sent", "sent", "code 0", sent_at=clock.now())
    assert only().state == "sent" and attempts() == [("sms", "sent")]


def test_the_same_by_mail_is_repeated_with_the_same_message_id(app: Flask, clock: FixedClock) -> None:
    sink = MailSink()
    with mail_sink(sink) as port:
        with transaction():
            office, leader = support.an_office_with_a_leader()
            support.set_up_mail(office, port)
        note(office, leader)
        send(app)
        with transaction():  # as if the record of the first had been lost
            db.session.execute(
                update(Notice).values(state="sending", lease_until=clock.now(), claimed_by="dead")
            )
        clock.advance(minutes(2))
        send(app)
    assert len(sink.ids) == 2 and len(set(sink.ids)) == 1 and only().state == "sent"


def test_a_receipt_after_the_repetition_does_not_hide_that_nobody_knew(app: Flask, clock: FixedClock) -> None:
    with mail_sink(MailSink()) as port:
        with transaction():
            office, leader = support.an_office_with_a_leader()
            support.set_up_mail(office, port)
        note(office, leader)
        with transaction():
            token, ids = outbox.claim(1, LEASE)
            outbox.begin_attempt(
                db.session.get_one(Notice, ids[0], populate_existing=True), token, "mail", LEASE
            )
        clock.advance(minutes(2))
        send(app)
        with transaction():
            assert not outbox.settle(ids[0], token, "sent", "sent", "250 taken", sent_at=clock.now())
    assert attempts() == [("mail", "unknown"), ("mail", "sent")] and only().state == "sent"


def test_quiet_hours_hold_it_back_unless_it_is_urgent(app: Flask, clock: FixedClock) -> None:
    with transaction():
        office, _ = support.an_office_with_a_leader()
        leader = support.a_leader_with(
            office, "two@example.org", quiet_from=dt.time(11), quiet_until=dt.time(14, 30)
        )
    note(office, leader)  # it is noon
    send(app)
    assert (only().state, only().reason) == ("queued", "quiet hours")
    assert only().next_try_at == dt.datetime(2026, 3, 2, 6, 30, tzinfo=dt.UTC)
    clock.advance(dt.timedelta(hours=2, minutes=30))
    assert send(app) == {"sent": 1} and only().reason == ""


def test_several_that_may_share_a_message_are_one(app: Flask) -> None:
    support.use(digest=True)
    sink = MailSink()
    with mail_sink(sink) as port:
        with transaction():
            office, leader = support.an_office_with_a_leader()
            other = support.a_leader_with(office, "two@example.org")
            support.set_up_mail(office, port)
        for subject in "abc":
            note(office, leader, subject)
        note(office, other, "d")
        support.ANSWERS["b"] = False
        send(app)
    assert len(sink.mails) == 2
    joint = sink.mails[0]
    assert joint["Subject"] == "提醒：事项 a等 2 项"
    text = joint.get_body(("plain",))
    assert text is not None and "事项 a" in text.get_content() and "事项 c" in text.get_content()
    states = dict(db.session.query(Notice.subject, Notice.state).all())
    assert states == {"a": "sent", "b": "superseded", "c": "sent", "d": "sent"}


def test_what_shared_a_message_shares_it_again(app: Flask, clock: FixedClock) -> None:
    support.use(digest=True)
    sink = MailSink()
    with mail_sink(sink) as port:
        with transaction():
            office, leader = support.an_office_with_a_leader()
            support.set_up_mail(office, port)
        for subject in "abc":
            note(office, leader, subject)
        send(app)
        with transaction():  # as if the record had been lost
            db.session.execute(
                update(Notice).values(state="sending", lease_until=clock.now(), claimed_by="dead")
            )
            # Whichever is claimed first.
            db.session.execute(
                update(Notice).where(Notice.subject == "c").values(due_at=clock.now() - minutes(9))
            )
        clock.advance(minutes(2))
        send(app)
    assert len(sink.ids) == 2 and len(set(sink.ids)) == 1
    assert {state for (state,) in db.session.query(Notice.state)} == {"sent"}


def test_personal_data_stays_out_of_other_companies_channels(app: Flask) -> None:
    state = Gateway(lambda *_: (200, b'{"errcode": 0}'))
    with gateway(state) as url:
        with transaction():
            office, leader = support.an_office_with_a_leader()
            support.set_up(office, "wecom", {"provider": "wecom", "url": url}, {"key": "k"})
        note(office, leader)
        send(app)
        with transaction():
            db.session.add(OfficeDelivery(office_id=office.id, channels=[], personal_in_third_party=True))
        note(office, leader, "b")
        send(app)
    assert "示例甲" not in json.dumps(state.bodies[0], ensure_ascii=False) and "13800000000" not in str(
        state.bodies[0]
    )
    assert "示例甲" in json.dumps(state.bodies[1], ensure_ascii=False)
    assert state.bodies[1]["text"]["mentioned_mobile_list"] == ["13800000000"]


def test_a_kind_with_a_mistake_does_not_hold_up_the_others(app: Flask, clock: FixedClock) -> None:
    def values(notice: Notice) -> dict[str, str]:
        return {"what": {"a": "x"}[notice.subject], "leader": "示例甲"}

    support.use(values=values)
    with transaction():
        office, leader = support.an_office_with_a_leader()
    note(office, leader, "b")
    note(office, leader, "a")
    send(app)
    states = {row.subject: (row.state, row.last_error) for row in db.session.query(Notice)}
    assert states == {"b": ("queued", "could not be written: KeyError"), "a": ("sent", "")}
    for _ in range(8):
        clock.advance(dt.timedelta(hours=2))
        send(app)
    db.session.rollback()
    assert db.session.query(Notice.state).filter_by(subject="b").scalar() == "failed"


def test_told_to_stop_it_gives_back_what_it_has_not_begun(app: Flask) -> None:
    with transaction():
        office, leader = support.an_office_with_a_leader()
    for subject in "abcdef":
        note(office, leader, subject)
    calls = iter([False, False, False, *[True] * 20])
    send(app, stopping=lambda: next(calls))
    states = sorted(state for (state,) in db.session.query(Notice.state))
    assert states == ["queued"] * 4 + ["sent"] * 2
