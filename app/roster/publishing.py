"""Publishing: compare with what is published, check what may never be, make the next revision."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import CursorResult, insert, update
from sqlalchemy.exc import IntegrityError

from app.accounts import audit
from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import db, lock
from app.core.dates import DateRange
from app.core.events import emit
from app.directory.models import Office
from app.roster import queries
from app.roster.backup_rule import backup_obstacles
from app.roster.errors import (
    CannotPublish,
    DraftChanged,
    DraftNotEditable,
    NothingToPublish,
    Obstacle,
    PublishedMeanwhile,
    ReasonRequired,
)
from app.roster.events import RosterPublished
from app.roster.models import Draft, DraftDuty, Duty, Revision
from app.roster.obstacles import hard_obstacles, lock_leaders, soft_obstacles
from app.roster.snapshots import read_directory, state_of_row
from app.roster.states import Differences, SeatState, compare_states, content_hash


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing a draft would do. `rows`: all current rows by seat key; `before`/`after`: those it touches."""

    office: Office
    rows: Mapping[str, Duty]
    before: Mapping[str, SeatState]
    after: Mapping[str, SeatState]
    seats: Sequence[DraftDuty]
    empty: Sequence[DraftDuty]
    correction: bool

    @property
    def differences(self) -> Differences:
        """What it would change."""
        return compare_states(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Review:
    """What a person sees before publishing, from one reading of the database."""

    differences: Differences
    obstacles: tuple[Obstacle, ...]
    correction: bool


def review(draft: Draft) -> Review:
    """What publishing would change, what stands against it, and whether it would be a correction."""
    plan = _plan(draft)
    return Review(plan.differences, _obstacles(draft, plan), plan.correction)


def compare(draft: Draft) -> Differences:
    """What publishing the draft would change of what is published now. Published days before today stay."""
    return _plan(draft).differences


def is_correction(draft: Draft) -> bool:
    """Whether days of the draft are published already, so that a reason is required."""
    return _plan(draft).correction


def find_obstacles(draft: Draft) -> tuple[Obstacle, ...]:
    """What stands against publishing the draft, hard ones first."""
    return _obstacles(draft, _plan(draft))


def compare_revisions(office_id: int, a: int, b: int) -> Differences:
    """What changed from revision `a` to revision `b` of an office. Raises RevisionNotFound."""
    states = []
    for number in (a, b):
        queries.get_revision(office_id, number)
        states.append({duty.seat_key: state_of_row(duty) for duty in queries.duties_at(office_id, number)})
    return compare_states(states[0], states[1])


def publish(
    draft: Draft,
    reason: str,
    by: str,
    accept_conflicts: bool = False,
    expected_version: int | None = None,
) -> Revision:
    """Make the draft the next revision of its office, in the caller's transaction.

    Raises PublishedMeanwhile when another revision came since the draft was made, DraftNotEditable unless it is
    ready, DraftChanged when it is not at `expected_version`, ReasonRequired for a correction without a reason,
    CannotPublish listing what stands against it (softer rules pass with `accept_conflicts`), NothingToPublish.
    """
    lock(f"roster of office {draft.office_id}")
    number = _claim(draft, expected_version)
    plan = _plan(draft)
    differences = plan.differences
    if differences.empty:
        raise NothingToPublish
    if plan.correction and not reason.strip():
        raise ReasonRequired
    lock_leaders(state.leader_id for state in plan.after.values() if state.leader_id is not None)
    obstacles = _obstacles(draft, plan)
    if any(obstacle.hard or not accept_conflicts for obstacle in obstacles):
        raise CannotPublish(obstacles)
    revision = _add_revision(draft, plan, differences, number, reason.strip(), by)
    write_changes(revision, plan.rows, differences)
    accepted = [obstacle.text.en for obstacle in obstacles]
    audit.record(
        "roster.publish",
        f"revision {number}",
        draft.office_id,
        after=_summary(revision, differences, accepted),
    )
    emit(RosterPublished(draft.office_id, revision.id, number, differences.session_keys))
    return revision


def write_changes(revision: Revision, rows: Mapping[str, Duty], differences: Differences) -> None:
    """Close the rows that differ and add their next versions; sessions that do not differ keep every row."""
    sequences = _next_sequences(rows)
    old_rows = [rows[change.seat_key] for change in differences.all_changes if change.seat_key in rows]
    if old_rows:
        result: CursorResult[object] = db.session.execute(  # type: ignore[assignment]
            update(Duty)
            .where(Duty.id.in_([row.id for row in old_rows]), Duty.until_revision.is_(None))
            .values(until_revision=revision.number)
            .execution_options(synchronize_session=False)
        )
        if result.rowcount != len(old_rows):
            raise PublishedMeanwhile(revision.number)
    added = [
        {
            **asdict(change.published),
            "office_id": revision.office_id,
            "since_revision": revision.number,
            "sequence": sequences.get(change.state.session_key, 0),
            "changed_at": revision.published_at,
        }
        for change in differences.all_changes
    ]
    db.session.execute(insert(Duty), added)
    for row in old_rows:
        db.session.expire(row)


def frozen_days(office: Office) -> list[DateRange]:
    """The published days before today: they stay as they were."""
    today = clock.today(office.timezone)
    past = DateRange(dt.date.min, today)
    shared = (published.intersection(past) for published in queries.published_ranges(office.id))
    return [days for days in shared if days is not None]


def _claim(draft: Draft, expected_version: int | None) -> int:
    """The number of the next revision; the draft is `published` from here on, or nothing at all happens."""
    db.session.refresh(draft)
    number = queries.current_number(draft.office_id)
    if draft.based_on != number:
        raise PublishedMeanwhile(number)
    if expected_version is not None and draft.version != expected_version:
        raise DraftChanged
    result: CursorResult[object] = db.session.execute(  # type: ignore[assignment]
        update(Draft)
        .where(Draft.id == draft.id, Draft.state == "ready", Draft.version == draft.version)
        .values(state="published")
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise DraftNotEditable(draft.state)
    db.session.refresh(draft)
    return number + 1


def _plan(draft: Draft) -> Plan:
    office = db.session.get_one(Office, draft.office_id)
    frozen = frozen_days(office)
    seats = queries.draft_duties(draft.id)
    rows = {row.seat_key: row for row in queries.current_duties(office.id)}
    in_draft = {seat.seat_key for seat in seats}
    days = DateRange.from_days(draft.first_day, draft.last_day)
    before = {
        key: state_of_row(row)
        for key, row in rows.items()
        if (key in in_draft or row.on_date in days) and not _in_any(frozen, row.on_date)
    }
    stays = {key for key, row in rows.items() if _in_any(frozen, row.on_date)}
    open_seats = [seat for seat in seats if seat.seat_key not in stays and not _in_any(frozen, seat.on_date)]
    directory = read_directory(office, (s.leader_id for s in open_seats if s.leader_id is not None))
    said = [seat for seat in open_seats if seat.leader_id is not None or seat.status != "held"]
    calendar = working_calendar(office)  # may have been suspended since the draft was made
    after = {seat.seat_key: directory.state_of(seat) for seat in said}
    closed = {
        key: replace(state, status="suspended")
        for key, state in after.items()
        if calendar.closed(state.on_date)
    }
    return Plan(
        office=office,
        rows=rows,
        before=before,
        after=after | closed,
        seats=open_seats,
        empty=[
            seat
            for seat in open_seats
            if seat.leader_id is None and not seat.optional and not calendar.closed(seat.on_date)
        ],
        correction=any(row.on_date in days and row.status != "cancelled" for row in rows.values()),
    )


def _obstacles(draft: Draft, plan: Plan) -> tuple[Obstacle, ...]:
    days = {state.on_date for state in plan.after.values()}
    others = [
        state_of_row(row) for key, row in plan.rows.items() if key not in plan.before and row.on_date in days
    ]
    hard = hard_obstacles(plan.office, plan.empty, list(plan.after.values()), others)
    soft = soft_obstacles(draft, queries.draft_duties(draft.id))
    return (*hard, *soft, *backup_obstacles(plan.office, plan.after.values()))


def _add_revision(
    draft: Draft, plan: Plan, differences: Differences, number: int, reason: str, by: str
) -> Revision:
    whole = {key: state_of_row(row) for key, row in plan.rows.items()}
    for change in differences.all_changes:
        whole[change.seat_key] = change.published
    revision = Revision(
        office_id=draft.office_id,
        number=number,
        kind="correction" if plan.correction else "publication",
        first_day=draft.first_day,
        last_day=draft.last_day,
        content_hash=content_hash(whole.values()),
        provisional=draft.provisional,
        published_at=clock.now(),
        published_by=by,
        reason=reason,
        draft_id=draft.id,
    )
    db.session.add(revision)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise PublishedMeanwhile(number) from error
    return revision


def _next_sequences(rows: Mapping[str, Duty]) -> dict[str, int]:
    """The SEQUENCE of the next version of every session that was ever published."""
    found: dict[str, int] = {}
    for row in rows.values():
        found[row.session_key] = max(found.get(row.session_key, 0), row.sequence + 1)
    return found


def _summary(revision: Revision, differences: Differences, accepted: list[str]) -> dict[str, object]:
    return {
        "kind": revision.kind,
        "first_day": revision.first_day.isoformat(),
        "last_day": revision.last_day.isoformat(),
        "reason": revision.reason,
        "hash": revision.content_hash,
        "new": len(differences.new),
        "moved": len(differences.moved),
        "removed": len(differences.removed),
        "changed": len(differences.changed),
        "accepted": accepted,
    }


def _in_any(ranges: Sequence[DateRange], day: dt.date) -> bool:
    return any(found.contains(day) for found in ranges)
