"""Papers of a matter: written replies and what goes with them, inspected, kept encrypted outside the web root."""

from app.accounts import audit
from app.appointments import vault
from app.appointments.rules.files import MOST_FILES, Refused, inspect
from app.core import clock
from app.core.database import after_commit, db, lock
from app.directory.models import Office
from app.followup import queries
from app.followup.errors import FileRefused
from app.followup.models import Matter, MatterFile
from app.followup.service.history import note

FOLDER = "papers"


def add_paper(
    office: Office, matter: Matter, name: str, data: bytes, by: str, department_id: int | None = None
) -> MatterFile:
    """Keep a file. FileRefused. The bytes are written first: a row never points to nothing."""
    try:
        accepted = inspect(name, data)
    except Refused as error:
        raise FileRefused(error.text) from error
    lock(f"papers of matter {matter.id}")
    if len(queries.files(matter.id)) >= 2 * MOST_FILES:
        raise FileRefused.too_many(2 * MOST_FILES)
    file = MatterFile(
        matter_id=matter.id,
        department_id=department_id,
        name=accepted.name,
        media_type=accepted.media_type,
        size=len(accepted.data),
        stored_as=vault.store(accepted.data, FOLDER),
        added_at=clock.now(),
    )
    db.session.add(file)
    db.session.flush()
    note(matter, "file", by, accepted.name, department_id)
    audit.record("matter.file", f"matter:{matter.id}", office.id, after={"file": file.id, "bytes": file.size})
    return file


def read_paper(office: Office, file: MatterFile) -> bytes:
    """The bytes; that they were opened goes into the audit trail."""
    audit.record("matter.open_file", f"matter:{file.matter_id}", office.id, after={"file": file.id})
    return vault.read(file.stored_as, FOLDER)


def remove_paper(office: Office, file: MatterFile) -> None:
    """Take a paper away: the row stays without its name, the bytes go once this is committed."""
    forget_paper(file)
    audit.record("matter.remove_file", f"matter:{file.matter_id}", office.id, after={"file": file.id})


def forget_paper(file: MatterFile) -> None:
    """The name goes now, the bytes once this is committed."""
    key = file.stored_as
    file.removed_at, file.name = clock.now(), ""
    after_commit(lambda: vault.remove(key, FOLDER))
    db.session.flush()
