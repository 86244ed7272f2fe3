"""A draft in the hands of a builder: taken, told about, finished. Only one builder has it at any time.

A builder (a process of `flask roster build` or a worker, on any machine) takes a draft by one conditional UPDATE that
writes its own key, and every later write asks for that key. It writes a heartbeat; a draft whose heartbeat is old may
be taken by another builder, and the first one's writes then change nothing.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, and_, delete, insert, or_, select, update

from app.core import clock
from app.core.database import db
from app.core.dates import DateRange
from app.core.text import Text
from app.directory.models import Office
from app.roster import queries
from app.roster.engine import Solution, problem_to_json
from app.roster.errors import DraftNotEditable
from app.roster.joint import Together
from app.roster.models import Draft, DraftDuty, DraftEdit
from app.roster.problems import Planned, draft_rows, make_problem

SILENCE = dt.timedelta(seconds=20)
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


def is_stopped(draft: Draft) -> bool:
    """Whether a running build has fallen silent: its process is gone."""
    heard = draft.heartbeat_at or draft.created_at
    return draft.state in RUNNING and clock.now() - heard > SILENCE


def is_silent(heartbeat_at: dt.datetime | None) -> bool:
    """Whether the last sign of life is too old."""
    return heartbeat_at is None or clock.now() - heartbeat_at > SILENCE


def claim(draft: Draft, builder: str) -> Planned | None:
    """Take a draft that waits, or whose builder has fallen silent, and state its problem.

    None when it cannot be built (the draft says why). Raises DraftNotEditable when another builder has it.
    """
    silent = and_(Draft.state == "building", Draft.heartbeat_at < clock.now() - SILENCE)
    _write(
        draft,
        or_(Draft.state == "queued", silent),
        state="building",
        builder=builder,
        heartbeat_at=clock.now(),
    )
    planned = state_problem(draft)
    draft.based_on = queries.current_number(draft.office_id)
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


def state_problem(draft: Draft, apart: frozenset[int] = frozenset()) -> Planned:
    """The draft's problem, from everything known now. `apart`: offices whose duties are not taken as given."""
    office = db.session.get_one(Office, draft.office_id)
    within = DateRange.from_days(draft.first_day, draft.last_day)
    together = Together(draft.run_key, draft.reserved or {}, apart)
    return make_problem(
        office, within, _locked(draft), draft.freeze_days, draft.keep_invited, together=together
    )


def tell(draft_id: int, builder: str, progress: Mapping[str, Any]) -> bool:
    """Write progress and heartbeat; whether to stop: somebody asked for it, or the draft is in other hands."""
    mine = and_(Draft.id == draft_id, Draft.state == "building", Draft.builder == builder)
    db.session.execute(
        update(Draft)
        .where(mine)
        .values(progress=dict(progress), heartbeat_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return must_stop(draft_id, builder)


def must_stop(draft_id: int, builder: str) -> bool:
    """Whether somebody asked the build to stop, or the draft is in other hands."""
    mine = and_(Draft.id == draft_id, Draft.state == "building", Draft.builder == builder)
    asked = db.session.scalar(select(Draft.cancel_requested).where(mine))
    return asked is None or asked


def keep_waiting(draft_ids: Sequence[int]) -> None:
    """A sign of life of drafts that wait for their turn in a running process."""
    db.session.execute(
        update(Draft)
        .where(Draft.id.in_(draft_ids), Draft.state == "queued")
        .values(heartbeat_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def finish(draft: Draft, builder: str, planned: Planned, solution: Solution) -> str:
    """Write the roster into the draft; the state it is in now: ready, impossible or failed.

    Raises DraftNotEditable when it is in other hands by now.
    """
    report = solution.report()
    progress = {
        **(draft.progress or {}),
        "seconds": round(solution.seconds, 2),
        "levels": report["levels"],
        "warnings": [{"zh": text.zh, "en": text.en} for text in planned.warnings],
    }
    if solution.status == "infeasible":
        return _close(draft, "impossible", progress, report, builder)
    if not solution.roster:
        return _close(draft, "failed", {**progress, "error": _both(NO_ROSTER)}, report, builder)
    progress.pop("roster", None)
    progress["stopped_early"] = draft.cancel_requested and solution.status != "optimal"
    state = _close(draft, "ready", progress, report, builder)
    _write_seats(draft, draft_rows(draft.id, planned, solution.roster))
    return state


def fail(draft: Draft, why: Text, builder: str | None = None) -> None:
    """The build ended without a roster; the draft says why. Raises DraftNotEditable."""
    _close(draft, "failed", {**(draft.progress or {}), "error": _both(why)}, None, builder)


def give_back(draft: Draft, builder: str, reserved: Mapping[str, Any] | None = None) -> None:
    """The draft waits again: days were found that leave room for the other offices. Raises DraftNotEditable."""
    progress = {**(draft.progress or {}), "joint": True}
    _write(
        draft,
        and_(Draft.state == "building", Draft.builder == builder),
        state="queued",
        builder=None,
        progress=progress,
        reserved=dict(reserved) if reserved else None,
        heartbeat_at=clock.now(),
    )


def _close(
    draft: Draft,
    state: str,
    progress: Mapping[str, Any],
    report: Mapping[str, Any] | None,
    builder: str | None,
) -> str:
    held = Draft.state.in_(RUNNING) if builder is None else Draft.builder == builder
    _write(
        draft,
        and_(Draft.state.in_(RUNNING), held),
        state=state,
        progress=dict(progress),
        report=dict(report) if report else None,
        version=Draft.version + 1,
        cancel_requested=False,
        builder=None,
        reserved=None,
    )
    return state


def _write(draft: Draft, condition: Any, **values: Any) -> None:
    """Change the draft if the condition still holds. Raises DraftNotEditable."""
    db.session.flush()
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(Draft)
        .where(Draft.id == draft.id, condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draft)
    if result.rowcount != 1:
        raise DraftNotEditable(draft.state)


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


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
