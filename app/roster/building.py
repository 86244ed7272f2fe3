"""What people ask of builds: begin a draft, stop it, build it again. What a builder does with it is in `claims`.

A build runs in a process of its own (`flask roster build`) or in a worker, so it survives a restart of the web process.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.directory.models import Office
from app.roster import freezing, queries
from app.roster.background import begin_build
from app.roster.claims import NO_ROSTER, RUNNING, fail, is_stopped
from app.roster.errors import BadRange, DraftChanged, DraftNotEditable
from app.roster.models import Draft
from app.roster.problems import roster_of

WEB_TIME_LIMIT = 20.0  # seconds: a valid, even roster is there within three, the rest is spacing
MOST_DAYS = 732


def start(
    office: Office,
    first: dt.date,
    last: dt.date,
    by: str,
    time_limit: float = WEB_TIME_LIMIT,
    freeze_days: int = 0,
    keep_invited: bool = True,
) -> Draft:
    """A new draft whose build begins, in a process of its own, once the transaction is committed. Raises BadRange."""
    draft = create(office, first, last, by, time_limit, freeze_days, keep_invited=keep_invited)
    begin_build(draft.id)
    return draft


def create(
    office: Office,
    first: dt.date,
    last: dt.date,
    by: str,
    time_limit: float = WEB_TIME_LIMIT,
    freeze_days: int = 0,
    run_key: str | None = None,
    keep_invited: bool = True,
) -> Draft:
    """A new draft that waits for its build. Raises BadRange.

    `freeze_days`: published seats of so many days from today on stay; `keep_invited`: so do those of sessions to which
    people are invited. `run_key`: the run over several offices it is of.
    """
    check_freeze(freeze_days)
    if last < first:
        raise BadRange(
            f"结束日期 {last} 早于开始日期 {first}，请检查。",
            f"The last day {last} is before the first day {first}. Check the dates.",
        )
    if (last - first).days >= MOST_DAYS:
        raise BadRange(
            "一次最多排两年，请缩短日期范围。", "A draft covers two years at most. Shorten the range."
        )
    draft = Draft(
        office_id=office.id,
        first_day=first,
        last_day=last,
        state="queued",
        based_on=queries.current_number(office.id),
        created_at=clock.now(),
        created_by=by,
        heartbeat_at=clock.now(),
        progress={"time_limit": time_limit},
        cancel_requested=False,
        freeze_days=freeze_days,
        keep_invited=keep_invited,
        run_key=run_key,
    )
    db.session.add(draft)
    db.session.flush()
    said = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "freeze_days": freeze_days,
        "keep_invited": keep_invited,
    }
    audit.record("draft.create", f"draft {draft.id}", office.id, after=said)
    return draft


def check_freeze(freeze_days: int) -> None:
    """Raises BadRange for a number of days that makes no sense."""
    if not 0 <= freeze_days <= freezing.LONGEST:
        raise BadRange(
            f"不调整的天数应为 0 到 {freezing.LONGEST}。",
            f"The number of days in which nothing moves is 0 to {freezing.LONGEST}.",
        )


def cancel(draft: Draft) -> None:
    """Ask the build to stop; the best roster so far becomes the draft. One that has stopped by itself is closed now."""
    was_stopped = is_stopped(draft)
    _swap(draft, RUNNING, cancel_requested=True)
    if was_stopped:
        fail(draft, NO_ROSTER)
    audit.record("draft.cancel", f"draft {draft.id}", draft.office_id)


def improve(
    draft: Draft,
    by: str,
    time_limit: float = WEB_TIME_LIMIT,
    freeze_days: int | None = None,
    keep_invited: bool | None = None,
) -> Draft:
    """Build the draft again from where it stands: locked seats stay, the best roster so far is the start.

    `freeze_days` and `keep_invited`: None keeps what was asked for before. Raises DraftNotEditable when it is
    published, discarded, or being built right now; BadRange.
    """
    queue_again(draft, by, time_limit, freeze_days, keep_invited)
    begin_build(draft.id)
    return draft


def queue_again(
    draft: Draft,
    by: str,
    time_limit: float = WEB_TIME_LIMIT,
    freeze_days: int | None = None,
    keep_invited: bool | None = None,
) -> None:
    """Make the draft wait for another build. Raises DraftNotEditable, BadRange."""
    freeze_days = draft.freeze_days if freeze_days is None else freeze_days
    keep_invited = draft.keep_invited if keep_invited is None else keep_invited
    check_freeze(freeze_days)
    states = ("ready", "failed", "impossible", *(RUNNING if is_stopped(draft) else ()))
    progress: dict[str, Any] = {"time_limit": time_limit}
    best = (draft.progress or {}).get("roster") or roster_of(queries.draft_duties(draft.id))
    if best:
        progress["roster"] = best
    _swap(
        draft,
        states,
        state="queued",
        version=Draft.version + 1,
        progress=progress,
        heartbeat_at=clock.now(),
        cancel_requested=False,
        builder=None,
        freeze_days=freeze_days,
        keep_invited=keep_invited,
    )
    after = {"by": by, "freeze_days": freeze_days, "keep_invited": keep_invited}
    audit.record("draft.rebuild", f"draft {draft.id}", draft.office_id, after=after)


def _swap(draft: Draft, states: Sequence[str], **values: Any) -> None:
    """Change the draft if it is in one of the states. Raises DraftNotEditable."""
    db.session.flush()
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(Draft)
        .where(Draft.id == draft.id, Draft.state.in_(states))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draft)
    if result.rowcount != 1:
        raise DraftNotEditable(draft.state) if draft.state not in states else DraftChanged
