"""Setting up an office's channels and how it reaches people. Secrets go in, and never come out again."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.errors import Conflict, NotFound, RotaError
from app.core.ids import new_token
from app.directory.models import Office
from app.directory.queries import office_path
from app.notifications.channels import registry
from app.notifications.channels.base import Message
from app.notifications.channels.registry import OPTIONAL, PROVIDERS, BadSetup
from app.notifications.delivery import as_setup, installed_mail
from app.notifications.delivery_rules import ORDER
from app.notifications.models import ChannelSetup, OfficeDelivery
from app.notifications.rendering import as_html
from config import Settings


class UnknownProvider(NotFound):
    """There is no such kind of channel."""

    def __init__(self) -> None:
        super().__init__("没有这种发送渠道。", "There is no such kind of channel.")


class NotSetUp(Conflict):
    """The office has no set-up of its own to try or to remove."""

    def __init__(self) -> None:
        super().__init__(
            "本单位还没有设置这个渠道，请先填写并保存。",
            "This office has not set up this channel. Fill it in and save it first.",
        )


class Unusable(RotaError):
    """What was typed cannot work; the sentence says why."""

    def __init__(self, problem: BadSetup) -> None:
        super().__init__(problem.text.zh, problem.text.en)


@dataclass(frozen=True, slots=True)
class Line:
    """One channel of the list: what is used, and whose set-up it is ("" for the installation's own)."""

    channel: str
    setup: ChannelSetup | None
    owner: Office | None
    installed: bool = False

    @property
    def provider(self) -> str:
        """What is used."""
        return str(self.setup.options["provider"]) if self.setup else ""


def list_channels(office: Office) -> list[Line]:
    """Every channel with the set-up that holds for the office, its own or the nearest above."""
    path = office_path(office)
    owners = {row.id: row for row in db.session.scalars(select(Office).where(Office.id.in_(path)))}
    rows = db.session.scalars(select(ChannelSetup).where(ChannelSetup.office_id.in_(path))).all()
    found = []
    for channel in ORDER:
        own = sorted(
            (row for row in rows if row.channel == channel), key=lambda row: path.index(row.office_id)
        )
        row = own[0] if own else None
        installed = row is None and channel == "mail" and installed_mail() is not None
        found.append(Line(channel, row, owners[row.office_id] if row else None, installed))
    return found


def find_own(office: Office, provider: str) -> ChannelSetup | None:
    """The office's own set-up, if it uses this provider. Raises UnknownProvider."""
    if provider not in PROVIDERS:
        raise UnknownProvider
    row = _own_row(office, PROVIDERS[provider].channel)
    return row if row is not None and row.options["provider"] == provider else None


def kept_secrets(row: ChannelSetup | None) -> set[str]:
    """Which secrets are there already: names only."""
    return {name for name, value in json.loads((row and row.secrets) or "{}").items() if value}


def save(
    office: Office,
    provider: str,
    options: Mapping[str, str],
    secrets: Mapping[str, str],
    active: bool,
    on_unknown: str,
) -> ChannelSetup:
    """Write the office's set-up; an empty secret keeps the one that is there. Raises Unusable."""
    before = find_own(office, provider)
    channel = PROVIDERS[provider].channel
    known: dict[str, str] = json.loads((before and before.secrets) or "{}")
    known |= {name: value for name, value in secrets.items() if value}
    chosen = {"provider": provider, **options}
    _check(provider, chosen, known)
    row = _own_row(office, channel) or ChannelSetup(office_id=office.id, channel=channel)
    was = dict(row.options or {})
    row.options, row.secrets = chosen, json.dumps(known)
    row.active, row.on_unknown, row.changed_at = active, on_unknown, clock.now()
    db.session.add(row)
    db.session.flush()
    changed = sorted(name for name, value in secrets.items() if value)
    after = {**chosen, "active": active, "on_unknown": on_unknown, "secrets changed": changed}
    audit.record("channel.change", f"channel:{channel}", office.id, was, after)
    return row


def _check(provider: str, options: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    required = {*PROVIDERS[provider].options, *PROVIDERS[provider].secrets} - OPTIONAL
    if any(not (options.get(name) or secrets.get(name)) for name in required):
        raise Unusable(
            BadSetup(
                "还有必填的设置没有填写：没有它们，渠道无法使用。",
                "Some required settings are still empty: the channel cannot work without them.",
            )
        )
    if options.get("username") and not secrets.get("password"):
        raise Unusable(BadSetup("填了用户名就要填密码。", "A user name needs its password."))
    url = options.get("url", "https://")
    if not url.startswith(("https://", "http://")):
        raise Unusable(BadSetup("地址应以 https:// 开头。", "The address begins with https://."))
    try:
        registry.build(options, secrets).close()
    except BadSetup as problem:
        raise Unusable(problem) from problem


def remove(office: Office, provider: str) -> None:
    """The office uses the set-up of the one above again. Raises NotSetUp."""
    row = find_own(office, provider)
    if row is None:
        raise NotSetUp
    audit.record("channel.remove", f"channel:{row.channel}", office.id, dict(row.options), None)
    db.session.delete(row)
    db.session.flush()


def send_test(office: Office, provider: str, to: str, language: str) -> str:
    """Hand a test message over, outside any transaction: the receipt. Raises NotSetUp, SendFailed."""
    row = find_own(office, provider)
    if row is None:
        raise NotSetUp
    setup = as_setup(row)
    english = language.startswith("en")
    text = (
        f"A test from {office.name_en or office.name}: notices can arrive here."
        if english
        else f"{office.name}测试消息：通知可以送达。"
    )
    subject = "Reception Rota: test" if english else "接访日程：测试"
    settings: Settings = current_app.extensions["settings"]
    host = settings.public_url.partition("://")[2].partition(":")[0].partition("/")[0]
    channel = registry.build(setup.options, setup.secrets)
    db.session.rollback()  # no transaction stays open while the other side takes its time
    try:
        return channel.send(
            Message(
                to=to,
                subject=subject,
                text=text,
                short=text,
                message_id=f"<test-{new_token()[:16]}@{host}>",
                at=clock.now(),
                html=as_html(subject, text, language),
                language=language,
                values={"content": text},
            )
        )
    finally:
        channel.close()


def set_delivery(
    office: Office,
    channels: list[str],
    language: str,
    quiet: tuple[dt.time | None, dt.time | None],
    personal_in_third_party: bool,
) -> None:
    """How the office reaches people who set nothing themselves."""
    row = db.session.get(OfficeDelivery, office.id) or OfficeDelivery(office_id=office.id)
    before = _shown(row)
    row.channels, row.language = channels, language
    row.quiet_from, row.quiet_until = quiet
    row.personal_in_third_party = personal_in_third_party
    db.session.add(row)
    db.session.flush()
    audit.record("channel.settings", "delivery", office.id, before, _shown(row))


def follow_above(office: Office) -> None:
    """The office reaches people as the one above does."""
    row = db.session.get(OfficeDelivery, office.id)
    if row is None:
        return
    audit.record("channel.settings", "delivery", office.id, _shown(row), None)
    db.session.delete(row)
    db.session.flush()


def _shown(row: OfficeDelivery) -> dict[str, object]:
    return {
        "channels": list(row.channels or []),
        "language": row.language,
        "quiet": [str(row.quiet_from or ""), str(row.quiet_until or "")],
        "personal data in third-party channels": bool(row.personal_in_third_party),
    }


def _own_row(office: Office, channel: str) -> ChannelSetup | None:
    return db.session.scalar(
        select(ChannelSetup).where(ChannelSetup.office_id == office.id, ChannelSetup.channel == channel)
    )
