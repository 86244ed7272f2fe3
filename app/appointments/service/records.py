"""The reception record: saved as a draft while somebody types, closed when it is final, corrected with a reason.

What a correction replaces is kept, encrypted, in the note of its step in the visit's history; it is deleted with it.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts import audit
from app.appointments.errors import ChangedMeanwhile, NothingCorrected
from app.appointments.models import ReceptionRecord, Visit
from app.appointments.rules.states import ON_THE_DAY
from app.appointments.service import steps
from app.core import clock
from app.core.database import db


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction of a final record: what stood there before, since when and by whom, and why it was changed."""

    at: dt.datetime
    by: str
    reason: str
    earlier: str
    earlier_at: dt.datetime
    earlier_by: str


def find(visit: Visit) -> ReceptionRecord | None:
    """The record of a visit."""
    return db.session.scalar(select(ReceptionRecord).where(ReceptionRecord.visit_id == visit.id))


def final_of(visits: Iterable[Visit]) -> Mapping[int, ReceptionRecord]:
    """The final records of visits, by visit."""
    ids = [visit.id for visit in visits]
    found = db.session.scalars(
        select(ReceptionRecord).where(ReceptionRecord.visit_id.in_(ids), ReceptionRecord.state == "final")
    )
    return {record.visit_id: record for record in found if record.visit_id is not None}


def corrections(visit: Visit) -> list[Correction]:
    """The corrections of a visit's record, oldest first; none once the personal data is removed."""
    return [
        _correction(step.at, step.by, json.loads(step.note))
        for step in visit.steps
        if step.what == "record_corrected" and step.note
    ]


def save_draft(visit: Visit, said: str, version: int, by: str) -> ReceptionRecord:
    """Keep what was typed so far. `version` is that of the draft the person saw, 0 for none.

    Raises ChangedMeanwhile when somebody else saved in between, the record is final, or the visit is purged.
    """
    if visit.session_key is None or visit.on_date is None or visit.state not in (*ON_THE_DAY, "closed"):
        raise ChangedMeanwhile
    if visit.purged_at is not None:
        raise ChangedMeanwhile
    record = find(visit)
    if record is None:
        record = ReceptionRecord(
            office_id=visit.office_id,
            session_key=visit.session_key,
            on_date=visit.on_date,
            leader_id=visit.leader_id,
            visit_id=visit.id,
            version=0,
            saved_at=clock.now(),
            saved_by=by[:64],
        )
        db.session.add(record)
    if record.version != version or record.state == "final":
        raise ChangedMeanwhile
    record.said, record.version = said, version + 1
    record.saved_at, record.saved_by = clock.now(), by[:64]
    db.session.flush()
    return record


def finish(visit: Visit, said: str, version: int, by: str) -> ReceptionRecord:
    """The record is complete. Raises ChangedMeanwhile."""
    record = save_draft(visit, said, version, by)
    record.state = "final"
    db.session.flush()
    audit.record("visit.record", f"visit {visit.reference}", visit.office_id)
    return record


def correct(visit: Visit, said: str, reason: str, version: int, by: str) -> ReceptionRecord:
    """Replace the text of a final record; the earlier one stays readable. `version` is what the person saw.

    Raises NothingCorrected, and ChangedMeanwhile when it is a draft still, somebody else corrected it, or it is purged.
    """
    steps.hold(visit)
    record = find(visit)
    if record is None or record.state != "final" or record.version != version or visit.purged_at is not None:
        raise ChangedMeanwhile
    if said.split() == record.said.split():
        raise NothingCorrected
    kept = {
        "reason": reason,
        "earlier": record.said,
        "earlier_at": record.saved_at.isoformat(),
        "earlier_by": record.saved_by,
    }
    record.said, record.version = said, version + 1
    record.saved_at, record.saved_by = clock.now(), by[:64]
    steps.tell(visit, "record_corrected", by, json.dumps(kept, ensure_ascii=False))
    return record


def note_look(visit: Visit) -> None:
    """Somebody reads a final record: it goes into the audit trail."""
    audit.record("visit.read_record", f"visit {visit.reference}", visit.office_id)


def _correction(at: dt.datetime, by: str, kept: Mapping[str, str]) -> Correction:
    earlier_at = dt.datetime.fromisoformat(kept["earlier_at"])
    return Correction(at, by, kept["reason"], kept["earlier"], earlier_at, kept["earlier_by"])
