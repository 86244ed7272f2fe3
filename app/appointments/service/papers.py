"""Attachments of a visit: taken after inspection, kept encrypted, removed with their bytes."""

from sqlalchemy import func, select

from app.accounts import audit
from app.appointments import vault
from app.appointments.errors import FileNotHere, FileRefused
from app.appointments.models import Attachment, Visit
from app.appointments.rules.files import MOST_FILES, Refused, inspect
from app.core import clock
from app.core.database import after_commit, db, lock


def add(visit: Visit, name: str, data: bytes, by: str = "") -> Attachment:
    """Keep a file. Raises FileRefused. The bytes are written first: a row never points to nothing."""
    try:
        accepted = inspect(name, data)
    except Refused as error:
        raise FileRefused(error.text.zh, error.text.en) from error
    lock(f"papers of visit {visit.id}")
    held = db.session.scalar(
        select(func.count()).where(Attachment.visit_id == visit.id, Attachment.removed_at.is_(None))
    )
    if (held or 0) >= MOST_FILES:
        raise FileRefused(
            f"每件来访最多 {MOST_FILES} 个附件，请先删去一个，或把照片合成一个 PDF。",
            f"A visit has at most {MOST_FILES} files: remove one, or put the photographs into one PDF.",
        )
    attachment = Attachment(
        visit_id=visit.id,
        key=vault.store(accepted.data),
        name=accepted.name,
        media_type=accepted.media_type,
        size=len(accepted.data),
        added_at=clock.now(),
        added_by=by[:64],
    )
    db.session.add(attachment)
    db.session.flush()
    _note(visit, attachment, "add_file")
    return attachment


def get(visit: Visit, attachment_id: int) -> Attachment:
    """A file of this visit that is still there. Raises FileNotHere."""
    found = db.session.get(Attachment, attachment_id)
    if found is None or found.visit_id != visit.id or found.removed_at is not None:
        raise FileNotHere
    return found


def remove(visit: Visit, attachment: Attachment) -> None:
    """Take a file away: the row stays without its name, the bytes are deleted once this is committed."""
    if attachment.removed_at is not None:
        return
    attachment.removed_at, attachment.name = clock.now(), ""
    key = attachment.key
    after_commit(lambda: vault.remove(key))
    db.session.flush()
    _note(visit, attachment, "remove_file")


def open_file(visit: Visit, attachment: Attachment) -> bytes:
    """The bytes, for staff who may see them; that they were opened goes into the audit trail."""
    data = vault.read(attachment.key)
    _note(visit, attachment, "open_file")
    return data


def _note(visit: Visit, attachment: Attachment, verb: str) -> None:
    about = {"file": attachment.id, "type": attachment.media_type, "bytes": attachment.size}
    audit.record(f"visit.{verb}", f"visit {visit.reference}", visit.office_id, after=about)
