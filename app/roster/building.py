"""A draft's way from "queued" to "ready": its states, progress and results. The solving itself is in `solving`.

A build runs in a process of its own (`flask roster build`), so it survives a restart of the web process. It writes
a heartbeat; a draft whose heartbeat is old is shown as stopped and can be continued from the best roster so far.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, delete, insert, update

from app.accounts import audit
from app.core import clock
from app.core.database import after_commit, db
from app.core.dates import DateRange
from app.core.text import Text
from app.directory.models import Office
from app.roster import freezing, queries
from app.roster.background import spawn_build
from app.roster.engine import Solution, problem_to_json
from app.roster.errors import BadRange, DraftChanged, DraftNotEditable
from app.roster.models import Draft, DraftDuty, DraftEdit
from app.roster.problems import Planned, draft_rows, make_problem, roster_of

WEB_TIME_LIMIT = 20.0  # seconds: a valid, even roster is there within three, the rest is spacing
MOST_DAYS = 732
SILENCE = dt.timedelta(seconds=30)
RUNNING = ("queued", "building")
NO_RULES = Text(
    "这段时间没有排班规则，请先在“规则”中添加一条接访规则。",
    "No coverage rule holds in this period. Add one on the Rules page first.",
)
NO_LEADERS = Text(
    "这段时间没有在任的领导，请先在通讯录中添加领导。",
    "No leader is in office in this period. Add leaders to the directory first.",
)
NO_ROSTER = Text(
    "限定时间内没有排出日程，请延长时间后继续。",
    "No roster was found in the time given. Continue with more time.",
)


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
    after_commit(lambda: spawn_build(draft.id))
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
    after_commit(lambda: spawn_build(draft.id))
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


def is_stopped(draft: Draft) -> bool:
    """Whether a running build has fallen silent: its process is gone."""
    heard = draft.heartbeat_at or draft.created_at
    return draft.state in RUNNING and clock.now() - heard > SILENCE


def begin(draft: Draft) -> Planned | None:
    """Take the draft for building and state its problem; None when it cannot be built (the draft says why).

    Raises DraftNotEditable when another process has it already.
    """
    _swap(draft, ("queued",), state="building", heartbeat_at=clock.now())
    office = db.session.get_one(Office, draft.office_id)
    within = DateRange.from_days(draft.first_day, draft.last_day)
    planned = make_problem(office, within, _locked(draft), draft.freeze_days, draft.keep_invited)
    draft.based_on = queries.current_number(office.id)
    draft.provisional = planned.provisional
    draft.problem = problem_to_json(planned.problem)
    if not planned.seats and not planned.facts:
        fail(draft, NO_RULES)
        return None
    if not planned.problem.leaders:
        fail(draft, NO_LEADERS)
        return None
    db.session.flush()
    return planned


def tell(draft: Draft, progress: Mapping[str, Any]) -> bool:
    """Write progress and heartbeat; whether somebody asked to stop, or took the draft away."""
    db.session.execute(
        update(Draft)
        .where(Draft.id == draft.id, Draft.state == "building")
        .values(progress=dict(progress), heartbeat_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draft)
    return draft.cancel_requested or draft.state != "building"


def keep_waiting(draft_ids: Sequence[int]) -> None:
    """A sign of life of drafts that wait for their turn in a running process."""
    db.session.execute(
        update(Draft)
        .where(Draft.id.in_(draft_ids), Draft.state == "queued")
        .values(heartbeat_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def finish(draft: Draft, planned: Planned, solution: Solution) -> str:
    """Write the roster into the draft; the state it is in now: ready, impossible or failed."""
    report = solution.report()
    progress = {
        **(draft.progress or {}),
        "seconds": round(solution.seconds, 2),
        "levels": report["levels"],
        "warnings": [{"zh": text.zh, "en": text.en} for text in planned.warnings],
    }
    if solution.status == "infeasible":
        return _close(draft, "impossible", progress, report)
    if not solution.roster:
        return _close(draft, "failed", {**progress, "error": _both(NO_ROSTER)}, report)
    progress.pop("roster", None)
    _write_seats(draft, draft_rows(draft.id, planned, solution.roster))
    return _close(draft, "ready", progress, report)


def fail(draft: Draft, why: Text) -> None:
    """The build ended without a roster; the draft says why."""
    _close(draft, "failed", {**(draft.progress or {}), "error": _both(why)}, None)


def _close(draft: Draft, state: str, progress: Mapping[str, Any], report: Mapping[str, Any] | None) -> str:
    values: dict[str, Any] = {"state": state, "progress": dict(progress), "version": Draft.version + 1}
    _swap(draft, RUNNING, report=dict(report) if report else None, cancel_requested=False, **values)
    return state


def _write_seats(draft: Draft, rows: Sequence[dict[str, Any]]) -> None:
    locked = _locked(draft)
    db.session.execute(delete(DraftDuty).where(DraftDuty.draft_id == draft.id))
    db.session.execute(delete(DraftEdit).where(DraftEdit.draft_id == draft.id))
    if rows:
        db.session.execute(
            insert(DraftDuty), [{**row, "locked": row["locked"] or row["seat_key"] in locked} for row in rows]
        )


def _locked(draft: Draft) -> dict[str, int]:
    """Seats locked by hand in an earlier build, with their leaders."""
    return {
        duty.seat_key: duty.leader_id
        for duty in queries.draft_duties(draft.id)
        if duty.locked and duty.leader_id is not None
    }


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


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
