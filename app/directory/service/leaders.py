"""Writes to leaders: add, edit, end, restore, and the audited look at a phone number."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts import audit
from app.core.database import db
from app.core.events import emit
from app.directory.errors import EndBeforeStart
from app.directory.events import LeaderAdded, LeaderChanged, LeaderEnded, LeaderRestored
from app.directory.models import Leader, LeaderFacet, Office
from app.directory.pinyin import sort_key
from app.directory.service.common import Snapshot, expect, fingerprint, hold, iso


@dataclass(frozen=True, slots=True)
class LeaderDetails:
    """What people may change of a leader, besides the dated facts and the last day. Position None: at the end."""

    name: str
    role: str = "deputy"
    phone: str | None = None
    first_day: dt.date | None = None
    position: int | None = None
    note: str = ""


def leader_state(leader: Leader) -> Snapshot:
    """A leader as the audit trail keeps it: never the phone number, only whether there is one."""
    return {
        "name": leader.name,
        "role": leader.role,
        "has_phone": bool(leader.phone),
        "first_day": iso(leader.first_day),
        "last_day": iso(leader.last_day),
        "position": leader.position,
        "note": leader.note,
        "facts": [facet_state(facet) for facet in leader.facets],
    }


def facet_state(facet: LeaderFacet) -> Snapshot:
    """A dated fact as the audit trail keeps it."""
    return {
        "kind": facet.kind,
        "value": facet.value,
        "first_day": iso(facet.first_day),
        "last_day": iso(facet.last_day),
    }


def leader_fingerprint(leader: Leader) -> str:
    """What a form about the leader was opened with."""
    return fingerprint(leader_state(leader) | {"phone": leader.phone})


def add_leader(
    office: Office,
    details: LeaderDetails,
    facts: Mapping[str, Sequence[str]],
    townships: Mapping[str, int],
    last_day: dt.date | None = None,
) -> Leader:
    """A new leader with first facts by kind, all from the first day; `townships` are ids of offices by name."""
    hold(office.id)
    return create_leader(office, details, facts, townships, last_day)


@dataclass(frozen=True, slots=True)
class NewLeader:
    """A leader to be added: details, first facts by kind (all from the first day), and the last day in office."""

    details: LeaderDetails
    facts: Mapping[str, Sequence[str]]
    last_day: dt.date | None = None


def create_leader(
    office: Office,
    details: LeaderDetails,
    facts: Mapping[str, Sequence[str]],
    townships: Mapping[str, int],
    last_day: dt.date | None = None,
) -> Leader:
    """`add_leader` for a caller that already holds the office's directory."""
    (leader,) = create_leaders(office, [NewLeader(details, facts, last_day)], townships)
    return leader


def create_leaders(office: Office, wanted: Sequence[NewLeader], townships: Mapping[str, int]) -> list[Leader]:
    """New leaders, in this order, written together so that a long list does not hold the lock for long.

    The caller holds the office's directory. Raises EndBeforeStart.
    """
    leaders = [_new_leader(office, new, townships) for new in wanted]
    db.session.add_all(leaders)
    db.session.flush()
    for leader in leaders:
        audit.record("leader.add", f"leader:{leader.id}", office.id, None, leader_state(leader))
        emit(LeaderAdded(leader.id, office.id))
    return leaders


def _new_leader(office: Office, new: NewLeader, townships: Mapping[str, int]) -> Leader:
    details = new.details
    _check_days(details.first_day, new.last_day)
    return Leader(
        office_id=office.id,
        name=details.name,
        sort_key=sort_key(details.name),
        role=details.role,
        phone=details.phone or None,
        first_day=details.first_day,
        last_day=new.last_day,
        position=_next_position(office.id) if details.position is None else details.position,
        note=details.note,
        facets=[
            LeaderFacet(
                kind=kind,
                value=value,
                office_id=townships.get(value) if kind == "township" else None,
                position=place,
                first_day=details.first_day,
            )
            for kind, values in new.facts.items()
            for place, value in enumerate(dict.fromkeys(values))
        ],
    )


def _next_position(office_id: int) -> int:
    highest = db.session.scalar(select(func.max(Leader.position)).where(Leader.office_id == office_id))
    return (highest or 0) + 1


def _check_days(first_day: dt.date | None, last_day: dt.date | None) -> None:
    if first_day is not None and last_day is not None and last_day < first_day:
        raise EndBeforeStart(first_day)


def edit_leader(leader: Leader, details: LeaderDetails, expected: str | None = None) -> None:
    """Change a leader. Raises ChangedMeanwhile, EndBeforeStart."""
    hold(leader.office_id)
    expect(leader_fingerprint(leader), expected)
    _check_days(details.first_day, leader.last_day)
    before, old_phone = leader_state(leader), leader.phone
    leader.name, leader.sort_key = details.name, sort_key(details.name)
    leader.role, leader.note, leader.first_day = details.role, details.note, details.first_day
    leader.phone = details.phone or None
    leader.position = leader.position if details.position is None else details.position
    note_change(leader, before, old_phone)


def note_change(leader: Leader, before: Snapshot, old_phone: str | None) -> bool:
    """Flush, write the audit entry and tell the listeners, if anything differs from `before`."""
    db.session.flush()
    after = leader_state(leader) | {"phone_changed": leader.phone != old_phone}
    if after == before | {"phone_changed": False}:
        return False
    audit.record("leader.edit", f"leader:{leader.id}", leader.office_id, before, after)
    emit(LeaderChanged(leader.id, leader.office_id))
    return True


def end_leader(leader: Leader, last_day: dt.date) -> None:
    """The leader leaves office; `last_day` is the last day in it. Raises EndBeforeStart."""
    hold(leader.office_id)
    _check_days(leader.first_day, last_day)
    before, leader.last_day = leader_state(leader), last_day
    db.session.flush()
    audit.record("leader.end", f"leader:{leader.id}", leader.office_id, before, leader_state(leader))
    emit(LeaderEnded(leader.id, leader.office_id, last_day))


def restore_leader(leader: Leader) -> None:
    """Take the end of a leader's time in office back."""
    hold(leader.office_id)
    before, leader.last_day = leader_state(leader), None
    db.session.flush()
    audit.record("leader.restore", f"leader:{leader.id}", leader.office_id, before, leader_state(leader))
    emit(LeaderRestored(leader.id, leader.office_id))


def record_phone_export(office: Office) -> None:
    """Write down that somebody took the list with everybody's numbers."""
    audit.record("leaders.phones.export", f"office:{office.id}", office.id)


def reveal_phone(leader: Leader) -> str:
    """The full number, "" when there is none; who looked is written down."""
    audit.record("leader.phone.view", f"leader:{leader.id}", leader.office_id)
    return leader.phone or ""
