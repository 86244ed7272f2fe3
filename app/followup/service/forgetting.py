"""What a matter holds of people goes when its visit is purged; dates and figures stay."""

from sqlalchemy import update

from app.accounts import audit
from app.appointments.events import VisitChanged
from app.core import clock
from app.core.database import db
from app.followup import queries
from app.followup.models import Letter, Matter, MatterEntry, Pause, UnitPart
from app.followup.service.papers import forget_paper

NOTHING = ""


def forget_with_visit(event: VisitChanged) -> None:
    """Listen for visits whose personal data was removed."""
    if event.what != "purged":
        return
    matter = queries.find_matter_of_visit(event.visit_id)
    if matter is not None and matter.purged_at is None:
        forget(matter)


def forget(matter: Matter) -> None:
    """Empty every text that tells of people, and delete the papers."""
    matter.account = matter.instruction = matter.result = matter.extension_reason = NOTHING
    matter.purged_at = clock.now()
    for file in queries.files(matter.id):
        forget_paper(file)
    for table, values in (
        (UnitPart, {"reason": NOTHING, "reply": NOTHING}),
        (Pause, {"reason": NOTHING}),
        (MatterEntry, {"text": NOTHING}),
        (Letter, {"text": NOTHING}),
    ):
        db.session.execute(
            update(table)
            .where(table.matter_id == matter.id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    db.session.flush()
    audit.record("matter.purge", f"matter:{matter.id}", matter.office_id)
