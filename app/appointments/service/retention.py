"""Personal data has an end: purged by kind and age, exported, corrected and deleted on request. Figures stay."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, or_, select, update

from app.accounts import audit
from app.appointments import seats, vault
from app.appointments.bookable import policy_of
from app.appointments.errors import ChangedMeanwhile
from app.appointments.events import CopyAsked
from app.appointments.models import (
    Attachment,
    ReadinessItem,
    ReceptionRecord,
    Recusal,
    Visit,
    VisitPerson,
    VisitStep,
)
from app.appointments.rules.policy import Policy
from app.appointments.rules.states import ENDED, UNFINISHED
from app.appointments.service import records, steps
from app.appointments.service.booking import identity
from app.core import clock
from app.core.database import after_commit, db
from app.core.events import emit

_MONTH = dt.timedelta(days=30)
_RECEIVED = ("closed",)
_RETENTION = "retention"  # who did it, in the history


@dataclass(frozen=True, slots=True)
class Due:
    """What has come to its end at an office: ids of visits by how they ended, and of single files.

    Kinds: "received" by a leader, "unplaced" (refused, cancelled, expired …), "unfinished" (nobody said how it ended).
    """

    visits: tuple[int, ...]
    files: tuple[int, ...]
    kinds: Mapping[str, int] = field(default_factory=dict)


def due(office_id: int) -> Due:
    """What a purge would remove now."""
    policy, now = policy_of(office_id), clock.now()
    visits = {
        kind: db.session.scalars(_of_office(office_id).where(condition)).all()
        for kind, condition in _old_visits(policy, now).items()
    }
    files = db.session.scalars(
        select(Attachment.id)
        .join(Visit, Visit.id == Attachment.visit_id)
        .where(
            Visit.office_id == office_id,
            or_(
                Visit.ended_at <= now - policy.months_attachments * _MONTH,
                _unfinished_since(now - policy.months_attachments * _MONTH),
            ),
            Attachment.removed_at.is_(None),
        )
    ).all()
    kinds = {kind: len(found) for kind, found in visits.items() if found}
    return Due(tuple(one for found in visits.values() for one in found), tuple(files), kinds)


def purge(office_id: int) -> Due:
    """Remove what is due; returns what it was."""
    found = due(office_id)
    held = steps.hold_free(found.visits)
    for file in db.session.scalars(select(Attachment).where(Attachment.id.in_(found.files))).all():
        _remove_file(file)
    for visit in held:
        forget(visit, _RETENTION)
    if found.files:
        audit.record("visit.purge", "files", office_id, after={"files": len(found.files)})
    return found


def forget(visit: Visit, by: str) -> None:
    """Remove everything personal of a visit that has ended; state, days and figures stay. Raises ChangedMeanwhile."""
    if visit.state not in ENDED and by != _RETENTION:
        raise ChangedMeanwhile
    if visit.purged_at is not None:
        return
    if visit.state not in ENDED:
        _finish(visit)
    for file in visit.attachments:
        _remove_file(file)
    db.session.execute(delete(VisitPerson).where(VisitPerson.visit_id == visit.id))
    for table, values in (
        (VisitStep, {"note": ""}),
        (Recusal, {"reason": ""}),
        (ReadinessItem, {"person": "", "note": ""}),
        (ReceptionRecord, {"said": ""}),
    ):
        db.session.execute(update(table).where(table.visit_id == visit.id).values(**values))
    for name, value in _NOTHING.items():
        setattr(visit, name, value)
    visit.purged_at = clock.now()
    db.session.flush()
    db.session.expire(visit, ["people"])
    steps.tell(visit, "purged", by)


def export(visit: Visit) -> Mapping[str, Any]:
    """Everything kept about the resident, for a copy on request. Recorded in the audit trail."""
    audit.record("visit.export", f"visit {visit.reference}", visit.office_id)
    record, asked = records.find(visit), CopyAsked(visit.id)
    emit(asked)
    return {
        "reference": visit.reference,
        "state": visit.state,
        "received_at": visit.received_at.isoformat(),
        "day": visit.on_date.isoformat() if visit.on_date else None,
        "name": visit.name,
        "document": {"kind": visit.document_kind, "number": visit.document_number},
        "phone": visit.phone,
        "matter": {"township": visit.township, "sector": visit.sector, "project": visit.project},
        "account": visit.summary,
        "answer": visit.answer,
        "people": [{"part": p.part, "name": p.name, "note": p.note} for p in visit.people],
        "files": [f.name for f in visit.attachments if f.removed_at is None],
        "steps": [{"at": step.at.isoformat(), "what": step.what} for step in visit.steps],
        "reception_record": record.said if record else "",
        "reception_record_before_corrections": [c.earlier for c in records.corrections(visit)],
        **asked.more,
    }


def correct(visit: Visit, name: str, document_number: str, phone: str) -> None:
    """Put right who somebody is; the values are already in their one form. The audit trail says which fields changed."""
    before = (visit.name, visit.document_number, visit.phone)
    for column, value in identity(name, document_number, phone).items():
        setattr(visit, column, value)
    visit.version += 1
    db.session.flush()
    after = (visit.name, visit.document_number, visit.phone)
    changed = [f for f, one, other in zip(_FIELDS, before, after, strict=True) if one != other]
    audit.record("visit.correct", f"visit {visit.reference}", visit.office_id, after={"fields": changed})


_FIELDS: Sequence[str] = ("name", "document", "phone")
_NOTHING: Mapping[str, Any] = {
    "name": "",
    "name_index": None,
    "document_number": "",
    "document_index": None,
    "phone": "",
    "phone_index": None,
    "summary": "",
    "answer": "",
}


def _remove_file(file: Attachment) -> None:
    if file.removed_at is not None:
        return
    file.removed_at, file.name = clock.now(), ""
    key = file.key
    after_commit(lambda: vault.remove(key))


def _finish(visit: Visit) -> None:
    """A day long past that nobody closed: who was with the leader was received, of the others nothing is known."""
    visit.state, visit.ended_at = "closed" if visit.met_at else "expired", clock.now()
    seats.release(visit)


def _of_office(office_id: int) -> Select[int]:
    return select(Visit.id).where(Visit.office_id == office_id, Visit.purged_at.is_(None))


def _old_visits(policy: Policy, now: dt.datetime) -> Mapping[str, ColumnElement[bool]]:
    """Ended long enough ago: received ones and the others have times of their own."""
    long_ago = now - policy.months_received * _MONTH
    others = Visit.state.in_(set(ENDED) - set(_RECEIVED))
    return {
        "received": Visit.state.in_(_RECEIVED) & (Visit.ended_at <= long_ago),
        "unplaced": others & (Visit.ended_at <= now - policy.months_unplaced * _MONTH),
        "unfinished": _unfinished_since(long_ago),
    }


def _unfinished_since(moment: dt.datetime) -> ColumnElement[bool]:
    return Visit.state.in_(UNFINISHED) & (Visit.on_date <= moment.date())
