"""Invitations by mail: the mail is parsed, and played in a mail program's calendar, beside the feed."""

import datetime as dt
import email
import email.policy
from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient

from app.appointments.events import VisitChanged
from app.core import clock as the_clock
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.events import emit
from app.feeds import invitations, service
from app.notifications.channels.base import Message
from app.notifications.channels.mail import Server, compose
from app.notifications.models import Notice, RecipientSettings
from app.notifications.policy_models import InvitationWish
from tests.integration.feeds.conftest import County
from tests.integration.feeds.test_calendars import by_uid, make_link
from tests.integration.feeds.test_subscriptions import visit
from tests.published import replace_leader
from tests.unit.feeds.ics_check import split_lines

DAY = dt.date(2026, 3, 5)
KEY = "r1:2026-03-05:day"


class MailCalendar:
    """A mail program's calendar: what RFC 5546 says of REQUEST and CANCEL, and nothing else."""

    def __init__(self) -> None:
        self.events: dict[str, Any] = {}

    def receive(self, mail: bytes) -> str:
        """Act on the calendar part; the method."""
        message = email.message_from_bytes(mail, policy=email.policy.default)
        (part,) = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
        calendar = icalendar.Calendar.from_ical(part.get_content())
        method = str(calendar["METHOD"])
        assert part.get_param("method") == method, "RFC 6047: the mail says the same"
        (event,) = calendar.walk("VEVENT")
        uid, sequence = str(event["UID"]), int(str(event["SEQUENCE"]))
        known = self.events.get(uid)
        if known is not None and int(known["SEQUENCE"]) > sequence:
            return "stale"
        if method == "CANCEL":
            self.events.pop(uid, None)
        else:
            self.events[uid] = event
        return method


@pytest.fixture
def wishes(county: County) -> County:
    """Every leader wants invitations and has an address."""
    with transaction():
        for number, leader in enumerate(county.leaders):
            db.session.add(InvitationWish(leader_id=leader.id, since=the_clock.now()))
            db.session.add(
                RecipientSettings(
                    recipient_kind="leader",
                    recipient_id=leader.id,
                    office_id=county.office.id,
                    channels=["file"],
                    mail=f"leader{number}@example.org",
                )
            )
    return county


def mail_to(county: County, number: int, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The mail a notice about the session of 5 March makes now."""
    notice = Notice(
        kind="duty.changed",
        subject=f"office:{county.office.id}",
        recipient_kind="leader",
        recipient_id=county.leaders[number].id,
        office_id=county.office.id,
        facts={"session_key": KEY},
    )
    with transaction():
        calendar = invitations.for_duty(notice)
    assert calendar is not None
    split_lines(calendar)
    message = Message(
        to=f"leader{number}@example.org",
        subject="接访安排",
        text="正文",
        short="",
        message_id="<1@example.org>",
        at=the_clock.now(),
        calendar=calendar,
    )
    return compose(message, Server("localhost", 25, "office@example.org", "示例县信访局")).as_bytes()


def test_request_update_and_cancel_as_in_the_feed(
    wishes: County, client: FlaskClient, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = MailCalendar()
    _, link = make_link(wishes, 0)
    assert program.receive(mail_to(wishes, 0, monkeypatch)) == "REQUEST"
    assert program.receive(mail_to(wishes, 0, monkeypatch)) == "REQUEST"
    ((uid, event),) = program.events.items()
    assert uid in by_uid(client.get(link).data), "the same event as in the feed"
    assert str(event["ATTENDEE"]) == "mailto:leader0@example.org"
    assert (int(event["SEQUENCE"]), event["DTSTART"].dt.hour) == (0, 8)
    with transaction():
        replace_leader(wishes.office, DAY, wishes.leaders[0], starts=dt.time(9))
    assert program.receive(mail_to(wishes, 0, monkeypatch)) == "REQUEST"
    assert len(program.events) == 1, "the same event, moved"
    assert (int(program.events[uid]["SEQUENCE"]), program.events[uid]["DTSTART"].dt.hour) == (1, 9)
    clock.advance(dt.timedelta(minutes=5))
    with transaction():
        emit(VisitChanged(visit(wishes), wishes.office.id, "confirmed"))
    assert program.receive(mail_to(wishes, 0, monkeypatch)) == "REQUEST"
    assert int(program.events[uid]["SEQUENCE"]) == 2
    assert by_uid(client.get(link).data)[uid].values("SEQUENCE") == ["2"], "the feed says the same"
    with transaction():
        replace_leader(wishes.office, DAY, wishes.leaders[2])
    late = mail_to(wishes, 0, monkeypatch)
    assert program.receive(late) == "CANCEL"
    assert program.events == {}
    other = MailCalendar()
    assert other.receive(mail_to(wishes, 2, monkeypatch)) == "REQUEST"
    assert other.events.keys() != {uid}, "the new holder's event is another one"


def test_nobody_is_invited_who_did_not_ask(county: County) -> None:
    with transaction():
        service.make_link(county.office, county.leaders[0].id, "x")
        notice = Notice(
            kind="duty.changed",
            subject="x",
            recipient_kind="leader",
            recipient_id=county.leaders[0].id,
            office_id=county.office.id,
            facts={"session_key": KEY},
        )
        assert invitations.for_duty(notice) is None
