"""What is said of a leader, a room and an office on the day of a duty: written into every published row."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.database import db
from app.directory.models import Leader, Office, Room
from app.roster.models import DraftDuty, Duty
from app.roster.states import FIELDS, SeatState

SEPARATOR = "、"


@dataclass(frozen=True, slots=True)
class Directory:
    """Leaders with their dated facts, and rooms, read once for a whole roster."""

    office: Office
    leaders: dict[int, Leader]
    rooms: dict[int, Room]

    def state_of(self, duty: DraftDuty) -> SeatState:
        """The seat of a draft as it would be published."""
        leader = self.leaders[duty.leader_id] if duty.leader_id is not None else None
        room = self.rooms.get(duty.room_id) if duty.room_id is not None else None
        return SeatState(
            seat_key=duty.seat_key,
            session_key=duty.session_key,
            on_date=duty.on_date,
            session=duty.session,
            starts=duty.starts,
            ends=duty.ends,
            seat=duty.seat,
            status=duty.status,
            leader_id=duty.leader_id,
            leader_name=leader.name if leader else "",
            role=leader.role if leader else "",
            post=facts(leader, "post", duty.on_date, 240),
            sectors=facts(leader, "sector", duty.on_date),
            townships=facts(leader, "township", duty.on_date),
            room=room.name if room else "",
            place=duty.place or (room.place if room else "") or self.office.address,
            phone=self.office.phone,
            note=duty.note,
        )


def read_directory(office: Office, leader_ids: Iterable[int]) -> Directory:
    """The leaders with all their facts, and the rooms of the office: two queries."""
    found = db.session.scalars(
        select(Leader).where(Leader.id.in_(set(leader_ids))).options(selectinload(Leader.facets))
    )
    rooms = db.session.scalars(select(Room).where(Room.office_id == office.id))
    return Directory(office, {leader.id: leader for leader in found}, {room.id: room for room in rooms})


def facts(leader: Leader | None, kind: str, day: dt.date, most: int | None = None) -> str:
    """The leader's posts, sectors or townships on a day, joined by 、."""
    if leader is None:
        return ""
    values = [facet.value for facet in leader.facets if facet.kind == kind and facet.days.contains(day)]
    return SEPARATOR.join(values)[:most]


def state_of_row(duty: Duty) -> SeatState:
    """A published row as a state."""
    return SeatState(**{name: getattr(duty, name) for name in FIELDS})


def current_states(office_id: int) -> dict[str, SeatState]:
    """Everything published now by seat, cancelled seats too; of a year's roster much faster than through its rows."""
    columns = [getattr(Duty, name) for name in FIELDS]
    published = select(*columns).where(Duty.office_id == office_id, Duty.until_revision.is_(None))
    return {state.seat_key: state for state in (SeatState(*row) for row in db.session.execute(published))}
