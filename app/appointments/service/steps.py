"""One step of a visit: compare-and-swap of its state, the line in its history, the audit trail, the event."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from app.accounts import audit
from app.appointments.errors import ChangedMeanwhile
from app.appointments.events import VisitChanged, What
from app.appointments.models import Visit, VisitStep
from app.appointments.rules.states import ENDED, STEPS
from app.core import clock
from app.core.database import db
from app.core.events import emit

RESIDENT = ""  # who did it, in the history: nobody of the staff


def hold(visit: Visit) -> None:
    """Nobody else acts on the visit until the transaction ends, and its columns are as they are now.

    Whoever changes a visit and its seat holds the visit first, so that two of them wait for each other in one order.
    """
    db.session.refresh(visit, with_for_update=True)


def hold_free(ids: Sequence[int]) -> Sequence[Visit]:
    """Hold these visits, without those somebody else acts on at this very moment: they are left for the next time.

    All are held before anything is written. Whoever writes holds the end of the audit trail, and must not wait for a
    visit then: its holder may wait for the trail.
    """
    free = select(Visit).where(Visit.id.in_(ids)).order_by(Visit.id)
    held = free.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return db.session.scalars(held).all()


def take(visit: Visit, what: What, by: str = RESIDENT, note: str = "", **values: Any) -> None:
    """Take a step; `values` are columns that change with it. Raises ChangedMeanwhile when the state does not allow it.

    `note` is for staff and may be personal: it is encrypted, and not in the audit trail.
    """
    step = STEPS[what]
    after = step.after or visit.state
    changes: dict[str, Any] = {"state": after, "version": Visit.version + 1, **_times(what, after), **values}
    before = {"state": visit.state}
    result = cast(
        CursorResult[Any],
        db.session.execute(
            update(Visit)
            .where(
                Visit.id == visit.id,
                Visit.state == visit.state,
                Visit.state.in_(step.before),
                Visit.purged_at.is_(None),
            )
            .values(**changes)
            .execution_options(synchronize_session=False)
        ),
    )
    if result.rowcount != 1:
        raise ChangedMeanwhile
    db.session.refresh(visit)
    tell(visit, what, by, note, before)


def tell(visit: Visit, what: What, by: str = RESIDENT, note: str = "", before: Any = None) -> None:
    """Write what happened into the history and the audit trail, and say it to whoever listens."""
    db.session.add(
        VisitStep(
            visit_id=visit.id, at=clock.now(), what=what, by=by[:64], session_key=visit.session_key, note=note
        )
    )
    db.session.flush()
    emit(VisitChanged(visit.id, visit.office_id, what))
    # Last, because whoever writes the audit trail holds up everybody else who does, until the end of the transaction.
    after = {"state": visit.state, "session": visit.session_key, "leader": visit.leader_id}
    audit.record(f"visit.{what}", f"visit {visit.reference}", visit.office_id, before=before, after=after)


def _times(what: What, after: str) -> dict[str, Any]:
    """The moments a step sets."""
    now = clock.now()
    found: dict[str, Any] = {}
    if what in ("confirmed", "checked_in", "received_by_leader"):
        found[{"received_by_leader": "met_at"}.get(what, f"{what}_at")] = now
    if after in ENDED:
        found["ended_at"] = now
    elif STEPS[what].after is not None:
        found["ended_at"] = None
    return found
