"""Writes to offices and rooms."""

import datetime as dt
from dataclasses import asdict, dataclass

from app.accounts import audit
from app.core.database import db
from app.core.events import emit
from app.directory import queries
from app.directory.errors import AlreadyThere, OpenOfficesBelow, ParentClosed, WrongLevel
from app.directory.events import OfficeClosed, OfficeRenamed, RoomClosed
from app.directory.models import Office, Room
from app.directory.rules import KIND_ORDER
from app.directory.service.common import Snapshot, expect, fingerprint, flush_unique, hold, iso


@dataclass(frozen=True, slots=True)
class OfficeDetails:
    """What people may change of an office. Its code never changes: addresses and calendars are made of it."""

    name: str
    name_en: str = ""
    phone: str = ""
    address: str = ""
    scope: str = ""
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class RoomDetails:
    """What people may change of a room."""

    name: str
    place: str = ""


def _office_state(office: Office) -> Snapshot:
    names = (*OfficeDetails.__dataclass_fields__, "code", "kind")
    return {name: getattr(office, name) for name in names} | {"closed_on": iso(office.closed_on)}


def _names(office: Office) -> tuple[str, str, str]:
    return office.name, office.name_en, office.timezone


def office_fingerprint(office: Office) -> str:
    """What a form about the office was opened with."""
    return fingerprint(_office_state(office))


def add_office(code: str, kind: str, parent: Office | None, details: OfficeDetails) -> Office:
    """A new office under `parent` (None: a city of its own). Raises WrongLevel, ParentClosed, AlreadyThere."""
    if parent is not None and KIND_ORDER[kind] <= KIND_ORDER[parent.kind]:
        raise WrongLevel
    if parent is not None and parent.closed_on is not None:
        raise ParentClosed(parent.name)
    office = Office(code=code, kind=kind, parent=parent, **asdict(details))
    db.session.add(office)
    flush_unique(AlreadyThere("编号", "the code", code))
    audit.record("office.add", f"office:{office.id}", office.id, None, _office_state(office))
    return office


def edit_office(office: Office, details: OfficeDetails, expected: str | None = None) -> None:
    """Change an office. Raises ChangedMeanwhile when it is not as `expected` any more."""
    hold(office.id)
    expect(office_fingerprint(office), expected)
    before, names = _office_state(office), _names(office)
    for name, value in asdict(details).items():
        setattr(office, name, value)
    db.session.flush()
    if _names(office) != names:
        emit(OfficeRenamed(office.id, _names(office)))
    if _office_state(office) != before:
        audit.record("office.edit", f"office:{office.id}", office.id, before, _office_state(office))


def close_office(office: Office, day: dt.date) -> None:
    """The office receives nobody from `day` on. Raises OpenOfficesBelow."""
    hold(office.id)
    below = queries.offices_below(office.id)
    if below:
        raise OpenOfficesBelow("、".join(other.name for other in below[:5]))
    before, office.closed_on = _office_state(office), day
    db.session.flush()
    audit.record("office.close", f"office:{office.id}", office.id, before, _office_state(office))
    emit(OfficeClosed(office.id, day))


def reopen_office(office: Office) -> None:
    """The office receives again. Raises ParentClosed."""
    hold(office.id)
    if office.parent is not None and office.parent.closed_on is not None:
        raise ParentClosed(office.parent.name)
    before, office.closed_on = _office_state(office), None
    db.session.flush()
    audit.record("office.reopen", f"office:{office.id}", office.id, before, _office_state(office))


def _room_state(room: Room) -> Snapshot:
    return {"name": room.name, "place": room.place, "closed_on": iso(room.closed_on)}


def add_room(office: Office, details: RoomDetails) -> Room:
    """A new room. Raises AlreadyThere."""
    room = Room(office_id=office.id, **asdict(details))
    db.session.add(room)
    flush_unique(AlreadyThere("接待室", "the room", details.name))
    audit.record("room.add", f"room:{room.id}", office.id, None, _room_state(room))
    return room


def edit_room(room: Room, details: RoomDetails) -> None:
    """Change name or place. Raises AlreadyThere."""
    before = _room_state(room)
    room.name, room.place = details.name, details.place
    flush_unique(AlreadyThere("接待室", "the room", details.name))
    if _room_state(room) != before:
        audit.record("room.edit", f"room:{room.id}", room.office_id, before, _room_state(room))


def close_room(room: Room, day: dt.date) -> None:
    """The room is not used from `day` on."""
    before, room.closed_on = _room_state(room), day
    db.session.flush()
    audit.record("room.close", f"room:{room.id}", room.office_id, before, _room_state(room))
    emit(RoomClosed(room.id, room.office_id, day))


def reopen_room(room: Room) -> None:
    """The room is used again."""
    before, room.closed_on = _room_state(room), None
    db.session.flush()
    audit.record("room.reopen", f"room:{room.id}", room.office_id, before, _room_state(room))
