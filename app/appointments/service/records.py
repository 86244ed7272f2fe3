"""The reception record: saved as a draft while somebody types, closed when it is final."""

from sqlalchemy import select

from app.accounts import audit
from app.appointments.errors import ChangedMeanwhile
from app.appointments.models import ReceptionRecord, Visit
from app.appointments.rules.states import ON_THE_DAY
from app.core import clock
from app.core.database import db


def find(visit: Visit) -> ReceptionRecord | None:
    """The record of a visit."""
    return db.session.scalar(select(ReceptionRecord).where(ReceptionRecord.visit_id == visit.id))


def save_draft(visit: Visit, said: str, version: int, by: str) -> ReceptionRecord:
    """Keep what was typed so far. `version` is that of the draft the person saw, 0 for none.

    Raises ChangedMeanwhile when somebody else saved in between, or the record is final.
    """
    if visit.session_key is None or visit.on_date is None or visit.state not in (*ON_THE_DAY, "closed"):
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
