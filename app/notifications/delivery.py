"""How a notice can reach its recipient: the office's channels, the recipient's wishes, the addresses known.

An office without a set-up of its own uses the one of the office above. Without any, what would have been sent is
written to files (a trial). A `Delivery` reads each office's set-up and each person once: make a new one for a batch.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import Row, select, tuple_

from app.core.database import db
from app.directory.models import Office
from app.directory.queries import office_path
from app.notifications.channels import registry
from app.notifications.channels.base import Channel
from app.notifications.delivery_rules import BOTS, ORDER
from app.notifications.models import ChannelSetup, Notice, OfficeDelivery, RecipientSettings
from app.notifications.recipients import Person, find_people, with_settings
from config import Settings

SETTINGS = (
    "recipient_kind",
    "recipient_id",
    "channels",
    "language",
    "quiet_from",
    "quiet_until",
    "mail",
    "mobile",
)


@dataclass(frozen=True, slots=True)
class Setup:
    """A channel that is ready to use. `key` changes with the set-up, so a kept connection is not used too long."""

    key: str
    options: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    on_unknown: str = "ask"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the recipient: the channel, the address there ("" where none is needed), the set-up (None: files)."""

    channel: str
    to: str
    setup: Setup | None


@dataclass(frozen=True, slots=True)
class Reach:
    """A recipient and the ways to reach him, preferred first, with quiet hours and language."""

    person: Person
    ways: list[Way]
    language: str
    zone: str
    quiet: tuple[dt.time | None, dt.time | None]
    personal_in_third_party: bool


@dataclass(frozen=True, slots=True)
class _Common:
    """What an office set for everybody, apart from the database: it outlives the transaction that read it."""

    zone: str
    channels: tuple[str, ...]
    language: str
    quiet: tuple[dt.time | None, dt.time | None]
    personal_in_third_party: bool
    setups: Mapping[str, Setup | None]


class Delivery:
    """Set-ups of offices and how people are reached, each read once."""

    def __init__(self) -> None:
        self._offices: dict[int, _Common] = {}
        self._people: dict[tuple[str, int], tuple[Person | None, Row[Any] | None]] = {}

    def expect(self, notices: Iterable[Notice]) -> None:
        """Read the people of these notices at once: two queries instead of two for each."""
        keys = {(notice.recipient_kind, notice.recipient_id) for notice in notices}
        people, own = find_people(keys), _own_settings(keys)
        self._people |= {key: (people.get(key), own.get(key)) for key in keys}

    def find_setup(self, office_id: int, channel: str) -> Setup | None:
        """The channel's set-up for the office; None when there is none or it is switched off."""
        return self._office(office_id).setups.get(channel)

    def find_reach(self, notice: Notice) -> Reach | None:
        """How to reach the recipient now; None when he is gone."""
        key = (notice.recipient_kind, notice.recipient_id)
        if key not in self._people:
            self.expect([notice])
        person, own = self._people[key]
        if person is None:
            return None
        person = with_settings(person, own)
        common = self._office(notice.office_id)
        own_quiet = (own.quiet_from, own.quiet_until) if own and own.quiet_from is not None else None
        names = (own.channels if own else None) or common.channels or ORDER
        return Reach(
            person,
            _ways(list(names), common, person, notice.recipient_kind),
            person.language or common.language,
            common.zone,
            own_quiet or common.quiet,
            common.personal_in_third_party,
        )

    def _office(self, office_id: int) -> _Common:
        if office_id not in self._offices:
            office = db.session.get_one(Office, office_id)
            path = office_path(office)
            row = _settings_of(path)
            self._offices[office_id] = _Common(
                office.timezone,
                tuple(row.channels),
                row.language,
                (row.quiet_from, row.quiet_until),
                row.personal_in_third_party,
                _setups_of(path),
            )
        return self._offices[office_id]


def _own_settings(keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Row[Any]]:
    """Rows instead of objects: these outlive the transaction that read them."""
    columns = (getattr(RecipientSettings, name) for name in SETTINGS)
    key = tuple_(RecipientSettings.recipient_kind, RecipientSettings.recipient_id)
    rows = db.session.execute(select(*columns).where(key.in_(list(keys))))
    return {(row.recipient_kind, row.recipient_id): row for row in rows}


def nearest_settings(office: Office) -> OfficeDelivery:
    """What holds for the office: its own row, the nearest one above, or the defaults (not in the database)."""
    return _settings_of(office_path(office))


def _settings_of(path: list[int]) -> OfficeDelivery:
    rows = {
        row.office_id: row
        for row in db.session.scalars(select(OfficeDelivery).where(OfficeDelivery.office_id.in_(path)))
    }
    found = next((rows[office_id] for office_id in path if office_id in rows), None)
    return found or OfficeDelivery(
        office_id=path[0], channels=[], language="zh_CN", personal_in_third_party=False
    )


def _setups_of(path: list[int]) -> dict[str, Setup | None]:
    """By channel; None where the nearest one is switched off. The installation's own mail server comes last."""
    found: dict[str, Setup | None] = {}
    rows = list(db.session.scalars(select(ChannelSetup).where(ChannelSetup.office_id.in_(path))))
    for row in sorted(rows, key=lambda row: path.index(row.office_id)):
        if row.channel not in found:
            found[row.channel] = as_setup(row) if row.active else None
    installed = installed_mail()
    if installed is not None:
        found.setdefault("mail", installed)
    return found


def as_setup(row: ChannelSetup) -> Setup:
    """A row as it is used."""
    key = f"{row.id}:{row.changed_at.isoformat()}"
    return Setup(key, row.options, json.loads(row.secrets or "{}"), row.on_unknown)


def installed_mail() -> Setup | None:
    """The mail server of the installation (SMTP_URL)."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.smtp_url:
        return None
    options, secrets = registry.options_of_url(settings.smtp_url)
    return Setup("SMTP_URL", options, secrets, "repeat")


def _ways(names: list[str], common: _Common, person: Person, recipient_kind: str) -> list[Way]:
    setups, open_to_third = common.setups, common.personal_in_third_party
    if not any(setups.values()):
        names = ["file"]
    ways = []
    for name in names:
        setup = setups.get(name)
        to = _address(name, person, open_to_third)
        if name == "file" or (
            setup is not None and to is not None and not (name in BOTS and recipient_kind == "visit")
        ):
            ways.append(Way(name, to or "", setup))
    return ways


def _address(channel: str, person: Person, open_to_third: bool) -> str | None:
    """None: no address, so this channel cannot reach him. A bot writes to its group and may mention a number."""
    if channel == "file":
        return person.addresses.get("mail") or person.addresses.get("mobile") or person.name
    if channel in BOTS:
        return person.addresses.get("mobile", "") if open_to_third else ""
    return person.addresses.get("mail" if channel == "mail" else "mobile")


class Channels:
    """The channels one thread has open, by set-up."""

    def __init__(self) -> None:
        self._open: dict[str, Channel] = {}

    def get(self, way: Way) -> Channel:
        """The channel of this way. Raises BadSetup."""
        key = way.setup.key if way.setup else "files"
        if key not in self._open:
            settings: Settings = current_app.extensions["settings"]
            self._open[key] = (
                registry.build(way.setup.options, way.setup.secrets)
                if way.setup
                else registry.files(settings.data_dir)
            )
        return self._open[key]

    def close(self) -> None:
        """Close them all."""
        for channel in self._open.values():
            channel.close()
        self._open.clear()
