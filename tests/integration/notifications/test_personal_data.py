"""What is personal stays out of channels of other companies, in every kind and every such channel, until the office opts in."""

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.core import clock
from app.core.database import db, transaction
from app.core.text import Text
from app.directory.models import Leader, Office
from app.notifications import kinds
from app.notifications.channels.base import Message
from app.notifications.composing import compose
from app.notifications.delivery import Delivery, Reach, Way
from app.notifications.delivery_rules import CHANNELS, THIRD_PARTY
from app.notifications.kinds import Kind
from app.notifications.models import Notice
from app.notifications.recipients import Person
from app.roster.models import Duty
from app.roster.substitution import service
from app.roster.substitution.models import SubstitutionAsk
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, replace_leader, workdays

MARCH = workdays(dt.date(2026, 3, 2), dt.date(2026, 3, 31))
NAMES = ("密名甲", "密名乙", "密名丙")
REASON = "住院秘密"


def reach(channel: str, language: str, open_to_third: bool = False) -> tuple[Reach, Way]:
    """Somebody who can be reached by this channel alone."""
    way = Way(channel, "13800000000", None)
    nobody = (None, None)
    return Reach(Person("", 1), [way], language, "Asia/Shanghai", nobody, open_to_third), way


def everything(message: Message) -> str:
    """All that leaves the house."""
    return f"{message.subject}{message.text}{message.short}{message.html}{dict(message.values)}"


def said(notice: Notice, channel: str, language: str, open_to_third: bool = False) -> str:
    """A notice as it leaves by a channel."""
    kind = kinds.find_kind(notice.kind)
    assert kind is not None
    return everything(compose([(notice, kind)], *reach(channel, language, open_to_third)))


@pytest.fixture
def planted(app: Flask) -> list[Kind]:
    """Every kind of the program with a secret of its own in every personal placeholder, and all of them used."""
    every = [kind for kind in kinds.all_kinds() if not kind.name.startswith(("test", "chaos"))]
    names = {name for kind in every for name in kind.placeholders}
    body = "".join(f"{{{name}}}" for name in names)

    def values(kind: Kind) -> dict[str, str]:
        return {name: f"SECRET-{name}" if name in kind.personal else "fine" for name in kind.placeholders}

    def with_secrets(kind: Kind) -> Kind:
        return replace(kind, values=lambda _notice: values(kind), body=Text(body, body), calendar=None)

    return [with_secrets(kind) for kind in every]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_kind_by_every_channel(planted: list[Kind], channel: str, language: str) -> None:
    """Mail is the office's own; everything else is another company's."""
    office = make_office()
    for kind in planted:
        notice = Notice(
            id=1, kind=kind.name, office_id=office.id, message_id="<1@x>", subject="a:1", facts={}
        )
        notice.recipient_kind, notice.recipient_id, notice.revision = "user", 1, 0
        for opted_in in (False, True):
            found = everything(compose([(notice, kind)], *reach(channel, language, opted_in)))
            hidden = channel in THIRD_PARTY and not opted_in
            assert ("SECRET-" in found) == (bool(kind.personal & kind.placeholders.keys()) and not hidden), (
                kind.name,
                found,
            )


def test_kinds_about_people_say_which_placeholders_are_personal(app: Flask) -> None:
    """Names of those who serve, refuse or are asked; a leader beside a public session is on the public roster."""
    for kind in kinds.all_kinds():
        if kind.name.startswith(("duty.", "substitution.", "visit.consent", "staff.substitution")):
            told = {"leader", "other", "reason"} & kind.placeholders.keys()
            assert told and told <= kind.personal, kind.name


@pytest.fixture
def office(app: Flask) -> Office:
    """Three leaders with names nobody outside may read, and a correction for a private reason."""
    with transaction():
        office = make_office()
        leaders = [make_leader(office, name) for name in NAMES]
        publish_days(office, leaders, MARCH)
        replace_leader(office, MARCH[6], leaders[1], kind="correction", reason=REASON)
        make_user("anna", "scheduler", office)
    return office


def made(office: Office, kind: str, subject: str, recipient: tuple[str, int], **facts: str | int) -> Notice:
    """A notice that waits in no outbox."""
    notice = Notice(id=1, kind=kind, office_id=office.id, message_id="<1@x>", subject=subject, facts=facts)
    notice.recipient_kind, notice.recipient_id = recipient
    notice.lead, notice.revision = "", 2
    return notice


@pytest.mark.parametrize("channel", sorted(THIRD_PARTY))
def test_names_and_reasons_of_real_rows(office: Office, channel: str) -> None:
    """A change for a reason, a list of silent leaders, and a swap whose lines say who takes what."""
    leaders = db.session.scalars(select(Leader).order_by(Leader.id)).all()
    duties = db.session.scalars(
        select(Duty).where(Duty.until_revision.is_(None)).order_by(Duty.on_date)
    ).all()
    mine = next(duty for duty in duties if duty.leader_id == leaders[0].id and duty.on_date > MARCH[8])
    theirs = next(duty for duty in duties if duty.leader_id == leaders[2].id and duty.on_date > MARCH[8])
    with transaction():
        service.request_swap(office, leaders[0].id, mine.seat_key, theirs.seat_key, "anna")
    ask = db.session.scalars(select(SubstitutionAsk)).one()
    day = f"day:{office.id}:{mine.on_date}"
    notices = [
        made(office, "duty.changed", f"roster:{office.id}", ("leader", leaders[1].id), base=1),
        made(office, "duty.reminder", day, ("leader", leaders[0].id)),
        made(office, "staff.unacknowledged", f"on:{office.id}:{clock.today()}", ("user", 1)),
        made(office, "substitution.asked", f"ask:{ask.id}", ("leader", leaders[2].id)),
    ]
    for language in ("zh_CN", "en"):
        for notice in notices:
            with force_locale(language), transaction():
                hidden, shown = said(notice, channel, language), said(notice, "mail", language)
                opted_in = said(notice, channel, language, open_to_third=True)
            secrets = [secret for secret in (*NAMES, REASON) if secret in shown]
            assert secrets and all(secret in opted_in for secret in secrets)
            assert not [secret for secret in (*NAMES, REASON) if secret in hidden], (notice.kind, hidden)


def test_opting_in_is_the_office_s_and_is_recorded(app: Flask, client: FlaskClient) -> None:
    """The office below follows; the audit says when."""
    with transaction():
        county = make_office()
        town = make_office("town-01", "township", county)
        make_user("anna", "administrator", county)
        leader = make_leader(town)
    notice = made(town, "duty.reminder", "a", ("leader", leader.id))
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    for typed, opted_in in (({"personal_in_third_party": "y"}, True), ({}, False)):
        form = {"own": "y", "first": "sms", "language": "zh_CN", **typed}
        assert client.post("/offices/county/notices/channels", data=form).status_code == 303
        db.session.rollback()
        found = Delivery().find_reach(notice)
        assert found is not None and found.personal_in_third_party is opted_in
        newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert newest is not None and newest.after is not None
        assert newest.after["personal data in third-party channels"] is opted_in
