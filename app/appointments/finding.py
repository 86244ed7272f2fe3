"""Finding visits: the queue with its filters, search by blind index, and suggestions of the same request."""

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select, union

from app.appointments.codes import clean_reference
from app.appointments.models import Visit
from app.appointments.rules.people import Unreadable, clean_phone, same_name
from app.appointments.rules.similar import alike
from app.appointments.rules.states import ENDED, ON_THE_DAY, OPEN
from app.core.database import db
from app.core.encryption import blind_indexes

PAGE = 50
_COMPARED = 400  # newest visits whose text is compared
_COMPARED_FOR = dt.timedelta(days=366)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "to_decide": ("received", "expired"),
    "waiting": ("waiting", "offered", "consent_asked", "invited"),
    "confirmed": ("confirmed", *ON_THE_DAY),
    "ended": ENDED,
    "open": OPEN,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the queue is narrowed to; "" and None mean any."""

    group: str = "to_decide"
    words: str = ""
    channel: str = ""
    kind: str = ""
    first: dt.date | None = None  # of the session
    last: dt.date | None = None
    leader_id: int | None = None
    sector: str = ""
    township: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another visit that may be the same request. `same`: "document", "phone" or "text"; `percent` of likeness."""

    visit: Visit
    same: str
    percent: int = 100


def list_visits(office_id: int, wanted: Filter, page: int = 1) -> tuple[Sequence[Visit], bool]:
    """A page of visits and whether more follow. What waits for a decision: oldest first; the rest by session."""
    query = select(Visit).where(Visit.office_id == office_id, *_conditions(wanted))
    if wanted.words or wanted.group in ("ended", "all"):
        query = query.order_by(Visit.received_at.desc(), Visit.id.desc())
    elif wanted.group == "to_decide":
        query = query.order_by(Visit.received_at, Visit.id)
    else:
        query = query.order_by(Visit.on_date, Visit.id)
    rows = db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


def count_groups(office_id: int) -> dict[str, int]:
    """How many visits each group holds."""
    rows = db.session.execute(
        select(Visit.state, func.count()).where(Visit.office_id == office_id).group_by(Visit.state)
    )
    by_state = {row[0]: row[1] for row in rows}
    counts = {name: sum(by_state.get(state, 0) for state in states) for name, states in GROUPS.items()}
    counts["to_decide"] -= _purged_expired(office_id)
    return counts


def _purged_expired(office_id: int) -> int:
    """Requests that expired long ago: nobody can decide them any more."""
    gone = select(func.count()).where(
        Visit.office_id == office_id, Visit.state == "expired", Visit.purged_at.is_not(None)
    )
    return db.session.scalar(gone) or 0


def suggest_same(visit: Visit, least_percent: int) -> list[Suggestion]:
    """Visits of the same document, the same phone, or alike in text; each once, the surest reason first."""
    found: dict[int, Suggestion] = {}
    for same, column, value in (
        ("document", Visit.document_index, visit.document_number),
        ("phone", Visit.phone_index, visit.phone),
    ):
        if value:
            wanted = blind_indexes(value, f"visits.{'phone' if same == 'phone' else 'document_number'}")
            for other in db.session.scalars(_others(visit).where(column.in_(wanted))):
                found.setdefault(other.id, Suggestion(other, same))
    recent = _others(visit).where(Visit.received_at >= visit.received_at - _COMPARED_FOR)
    texts = {other.id: other for other in db.session.scalars(recent.limit(_COMPARED))}
    pairs = ((other.id, other.summary) for other in texts.values())
    for likeness in alike(visit.summary, pairs, least_percent):
        found.setdefault(likeness.visit_id, Suggestion(texts[likeness.visit_id], "text", likeness.percent))
    return list(found.values())


def _others(visit: Visit) -> Select[Visit]:
    return (
        select(Visit)
        .where(Visit.office_id == visit.office_id, Visit.id != visit.id, Visit.purged_at.is_(None))
        .order_by(Visit.id.desc())
    )


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """Everything the filter asks for."""
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        found.append(_named(wanted.words))
    elif wanted.group in GROUPS:
        found.append(Visit.state.in_(GROUPS[wanted.group]))
        if wanted.group == "to_decide":
            found.append(Visit.purged_at.is_(None))
    for column, value in (
        (Visit.channel, wanted.channel),
        (Visit.kind, wanted.kind),
        (Visit.sector, wanted.sector),
        (Visit.township, wanted.township),
    ):
        if value:
            found.append(column == value)
    if wanted.first:
        found.append(Visit.on_date >= wanted.first)
    if wanted.last:
        found.append(Visit.on_date <= wanted.last)
    if wanted.leader_id is not None:
        found.append(Visit.leader_id == wanted.leader_id)
    return found


def _named(words: str) -> ColumnElement[bool]:
    """The whole reference, name, phone or document number: encrypted fields are found only as a whole."""
    ways: list[ColumnElement[bool]] = [
        Visit.name_index.in_(blind_indexes(same_name(words), "visits.name")),
        Visit.document_index.in_(blind_indexes("".join(words.split()).upper(), "visits.document_number")),
    ]
    if reference := clean_reference(words):
        ways.append(Visit.reference == reference)
    with suppress(Unreadable):
        ways.append(Visit.phone_index.in_(blind_indexes(clean_phone(words), "visits.phone")))
    # One look-up an index: an OR over several would read the whole office.
    return Visit.id.in_(union(*(select(Visit.id).where(way) for way in ways)))
