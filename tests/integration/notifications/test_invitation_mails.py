"""An invitation appears, moves and disappears: from the roster through the mail server into every parser installed."""

import datetime as dt
from collections.abc import Sequence

import icalendar
from flask import Flask

from app.core import clock as clocks
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.events import emit
from app.directory.models import Leader, Office
from app.notifications.policy_models import InvitationWish
from app.roster.events import RosterPublished
from app.roster.models import Revision
from tests.factories import make_leader
from tests.feed_consumers.installed import readers
from tests.feed_consumers.rows import CALLED_OFF, Row
from tests.integration.notifications import support
from tests.integration.notifications.sinks import MailSink, mail_sink
from tests.published import publish_days, replace_leader

DAY = dt.date(2026, 3, 11)


def scene(port: int) -> tuple[Office, Leader, Leader]:
    """An office with mail, and a leader who wants invitations, beside one who does not."""
    with transaction():
        office, leader = support.an_office_with_a_leader()
        support.set_up_mail(office, port)
        db.session.add(InvitationWish(leader_id=leader.id, since=clocks.now()))
        other = make_leader(office, "示例乙")
    return office, leader, other


def told(app: Flask, clock: FixedClock, revision: Revision) -> None:
    """The roster is published, and what is due is sent."""
    with transaction():
        emit(RosterPublished(revision.office_id, revision.id, revision.number, ()))
    support.send(app)
    clock.advance(dt.timedelta(hours=1))


def calendar_of(sink: MailSink) -> tuple[str, bytes]:
    """Method and bytes of the one invitation that has arrived since; the part to act on and the file are the same."""
    found = []
    for mail in sink.mails:
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                body = part.get_payload(decode=True)
                assert isinstance(body, bytes)
                (file,) = [one for one in mail.iter_attachments() if one.get_filename() == "invite.ics"]
                assert file.get_payload(decode=True) == body
                found.append((str(part.get_param("method")), body))
    sink.raw.clear()
    ((method, body),) = found
    assert str(icalendar.Calendar.from_ical(body)["METHOD"]) == method
    return method, body


def read(body: bytes) -> dict[str, Row]:
    """What each reader of this machine finds: one event. Our own strict one knows feeds only, which have no METHOD."""
    found: dict[str, Sequence[Row]] = {
        name: reader(body) for name, reader in readers().items() if not name.startswith("strict")
    }
    assert {name: len(rows) for name, rows in found.items()} == dict.fromkeys(found, 1)
    return {name: rows[0] for name, rows in found.items()}


def test_it_appears_moves_and_disappears(app: Flask, clock: FixedClock) -> None:
    """The same event throughout; each later mail has a higher sequence, and the last one takes it away."""
    sink = MailSink()
    with mail_sink(sink) as port:
        office, leader, other = scene(port)
        with transaction():
            revision = publish_days(office, [leader], [DAY])
        told(app, clock, revision)
        method, body = calendar_of(sink)
        appeared = read(body)
        assert method == "REQUEST"
        assert {row.start for row in appeared.values()} == {"20260311T0830"}
        with transaction():
            revision = replace_leader(office, DAY, leader, starts=dt.time(9, 30))
        told(app, clock, revision)
        method, body = calendar_of(sink)
        moved = read(body)
        assert method == "REQUEST"
        assert {row.start for row in moved.values()} == {"20260311T0930"}
        with transaction():
            revision = replace_leader(office, DAY, other)
        told(app, clock, revision)
        method, body = calendar_of(sink)
        gone = read(body)
        assert method == "CANCEL"
    for name, row in appeared.items():
        if row.status:  # calcurse tells no more than when and what
            assert row.uid == moved[name].uid == gone[name].uid
            assert row.sequence + 1 == moved[name].sequence < gone[name].sequence
            assert (row.status, gone[name].status) == ("CONFIRMED", "CANCELLED")
        assert gone[name].status == "CANCELLED" or gone[name].title.startswith(CALLED_OFF), name
