"""A kind of notice to test with, and an office whose channels are set up."""

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.database import db, transaction
from app.core.text import Text
from app.directory.models import Leader, Office
from app.notifications import kinds, outbox
from app.notifications.kinds import Kind
from app.notifications.models import Attempt, ChannelSetup, Notice, RecipientSettings
from app.notifications.sending import Sender
from tests.factories import make_leader, make_office

ANSWERS: dict[str, bool] = {}  # subject -> is it still true

NOTE = Kind(
    name="test.note",
    label=Text("测试", "Test"),
    subject=Text("提醒：{what}", "Reminder: {what}"),
    body=Text("{leader}同志：\n\n{what}", "Dear {leader},\n\n{what}"),
    short=Text("{what}", "{what}"),
    placeholders={"what": Text("事项", "what"), "leader": Text("领导", "leader")},
    personal=frozenset({"leader"}),
    still_true=lambda notice: ANSWERS.get(notice.subject, True),
    values=lambda notice: {"what": f"事项 {notice.subject}", "leader": "示例甲"},
)


def use(**changes: Any) -> None:
    """Register the test kind, with changes."""
    ANSWERS.clear()
    kinds.register(replace(NOTE, **changes))


def an_office_with_a_leader(
    mail: str = "one@example.org", mobile: str = "13800000000"
) -> tuple[Office, Leader]:
    """Inside a transaction."""
    office = make_office()
    return office, a_leader_with(office, mail, mobile)


def a_leader_with(office: Office, mail: str = "", mobile: str = "", **settings: Any) -> Leader:
    """A leader with addresses, inside a transaction."""
    leader = make_leader(office)
    db.session.add(
        RecipientSettings(
            recipient_kind="leader",
            recipient_id=leader.id,
            office_id=office.id,
            mail=mail or None,
            mobile=mobile or None,
            **settings,
        )
    )
    db.session.flush()
    return leader


def set_up(
    office: Office, channel: str, options: dict[str, str], secrets: dict[str, str], **more: Any
) -> None:
    """A channel of the office, inside a transaction."""
    row = ChannelSetup(
        office_id=office.id,
        channel=channel,
        options=options,
        secrets=json.dumps(secrets),
        changed_at=clock.now(),
        **more,
    )
    db.session.add(row)
    db.session.flush()


def set_up_mail(office: Office, port: int, **more: Any) -> None:
    """Mail through a sink on this port."""
    options = {
        "provider": "smtp",
        "host": "127.0.0.1",
        "port": str(port),
        "security": "none",
        "sender": "rota@example.org",
        "sender_name": "示例县信访局",
    }
    set_up(office, "mail", options, {}, **{"on_unknown": "repeat", **more})


def note(office: Office, leader: Leader, subject: str = "a", **more: Any) -> None:
    """Queue one."""
    with transaction():
        outbox.queue("test.note", subject, ("leader", leader.id), office_id=office.id, **more)


def send(app: Flask, lanes: int = 1, stopping: Callable[[], bool] = lambda: False) -> Counter[str]:
    """Send what is due."""
    return Sender(lanes=lanes, chance=random.Random(1), stopping=stopping).run(app)


def only() -> Notice:
    """The one notice there is."""
    db.session.rollback()
    return db.session.scalars(select(Notice).execution_options(populate_existing=True)).one()


def attempts() -> list[tuple[str, str]]:
    """Channel and outcome of every attempt."""
    db.session.rollback()
    rows = db.session.scalars(select(Attempt).order_by(Attempt.id).execution_options(populate_existing=True))
    return [(row.channel, row.outcome) for row in rows]


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)
