"""What a matter holds of people goes when its visit is purged, or in its own time; dates and figures stay."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import update

from app.accounts import audit
from app.appointments.bookable import policy_of
from app.appointments.events import CopyAsked, VisitChanged
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


def copy_for_resident(event: CopyAsked) -> None:
    """Listen for residents who ask what is kept about them."""
    matter = queries.find_matter_of_visit(event.visit_id)
    if matter is None:
        return
    event.more["matter_followed_up"] = {
        "reference": matter.reference,
        "state": matter.state,
        "received_on": matter.received_on.isoformat(),
        "due_on": matter.due_on.isoformat(),
        "leader_due_on": matter.leader_due_on.isoformat() if matter.leader_due_on else None,
        "account": matter.account,
        "result": matter.result,
        "rating": matter.rating,
        "replies": [{"unit": part.department.name, "reply": part.reply} for part in matter.parts],
        "files": [file.name for file in queries.files(matter.id)],
    }


def due(office_id: int) -> Sequence[Matter]:
    """Matters that no visit takes with it, ended as long ago as visits of people who were received are kept."""
    kept = dt.timedelta(days=30 * policy_of(office_id).months_received)
    return queries.ended_before(office_id, clock.now() - kept)


def purge(office_id: int) -> int:
    """Forget the people of the matters that are due; returns how many."""
    found = due(office_id)
    for matter in found:
        forget(matter)
    return len(found)


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
