"""Importing leaders: keep an upload for its preview, plan it, and apply the plan in the caller's transaction."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.events import emit
from app.core.ids import new_token
from app.directory import import_rules, queries
from app.directory.book_json import dump_book, load_book
from app.directory.events import LeaderEnded, LeaderRestored, LeaderShareGiven
from app.directory.import_rules import FACT_FIELDS, day_of_row, days_of_change, plan_hash, posts_of, since
from app.directory.importing.errors import FileRefused
from app.directory.importing.grid import Book
from app.directory.importing.plan import ImportPlan, PlanRow, ReadList, read_list
from app.directory.models import ImportUpload, Leader, Office
from app.directory.rules import holds
from app.directory.service.common import hold
from app.directory.service.facts import apply_change
from app.directory.service.leaders import LeaderDetails, NewLeader, create_leaders, leader_state, note_change

KEPT_FOR = dt.timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Applied:
    """How many rows of a plan were written or left."""

    added: int
    changed: int
    kept: int
    refused: int


def keep_upload(office: Office, user_id: int, file_name: str, book: Book) -> ImportUpload:
    """Keep the cells of a file until they are confirmed or expire; expired ones of everybody are removed."""
    purge_uploads()
    upload = ImportUpload(
        key=new_token(),
        office_id=office.id,
        user_id=user_id,
        file_name=file_name[-120:],
        book=dump_book(book),
        expires_at=clock.now() + KEPT_FOR,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def purge_uploads() -> int:
    """Remove the uploads that have expired; how many."""
    gone = db.session.execute(delete(ImportUpload).where(ImportUpload.expires_at <= clock.now()))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def discard_upload(upload: ImportUpload) -> None:
    """Remove an upload that is not wanted any more."""
    db.session.delete(upload)
    db.session.flush()


def plan_upload(office: Office, upload: ImportUpload) -> ImportPlan:
    """What importing a kept upload would do now."""
    return plan_book(office, load_book(upload.book))


def plan_book(office: Office, book: Book) -> ImportPlan:
    """What importing a file that was read would do now; a file without a list of leaders is refused in the plan."""
    today = clock.today(office.timezone)
    known = _known_townships(office)
    try:
        return _plan(office, read_list(book, known, today), today)
    except FileRefused as refused:
        return _refused(refused)


def _known_townships(office: Office) -> list[str] | None:
    return list(queries.townships_below(office.id)) or None


def _plan(office: Office, read: ReadList, today: dt.date) -> ImportPlan:
    leaders = {leader.id: leader for leader in queries.leaders_of(office.id, None)}
    return import_rules.plan_leaders(read, leaders, today)


def _refused(refused: FileRefused) -> ImportPlan:
    return ImportPlan(refused=refused.text, detail=f"{refused.code} {refused.detail}".strip())


def apply_book(office: Office, book: Book, expected: str | None = None) -> tuple[ImportPlan, Applied | None]:
    """Plan again, and write it if it is still the plan with the hash `expected` (None: whatever it is).

    The second value is None when nothing was written, because the file is refused or the plan is another one.
    """
    hold(office.id)
    plan = plan_book(office, book)
    if plan.refused is not None or (expected is not None and plan_hash(plan) != expected):
        return plan, None
    return plan, _apply(office, plan)


def _apply(office: Office, plan: ImportPlan) -> Applied:
    today = clock.today(office.timezone)
    townships = queries.townships_below(office.id)
    known = {leader.id: leader for leader in queries.leaders_of(office.id, None)}
    written = _add_all(
        office, plan, townships, max((leader.position for leader in known.values()), default=0)
    )
    for row in plan.rows:
        if row.action in {"change", "keep"} and isinstance(row.key, int):
            written[row.line] = known[row.key]
            if row.action == "change":
                _change(known[row.key], row, today, townships)
    for row in plan.rows:
        if row.weight is not None and row.line in written:
            emit(LeaderShareGiven(written[row.line].id, office.id, row.weight))
    applied = Applied(*(plan.count(action) for action in ("add", "change", "keep", "refuse")))
    if applied.added or applied.changed:
        summary = {"added": applied.added, "changed": applied.changed, "refused": applied.refused}
        audit.record("leaders.import", f"office:{office.id}", office.id, None, summary)
    return applied


def _add_all(
    office: Office, plan: ImportPlan, townships: Mapping[str, int], last_position: int
) -> dict[int, Leader]:
    """The new leaders of the plan by their lines, placed after everybody else."""
    rows = [row for row in plan.rows if row.action == "add"]
    wanted = [_new(row, last_position + place) for place, row in enumerate(rows, start=1)]
    created = create_leaders(office, wanted, townships)
    return {row.line: leader for row, leader in zip(rows, created, strict=True)}


def _new(row: PlanRow, position: int) -> NewLeader:
    details = LeaderDetails(
        name=row.name,
        role=row.role or "deputy",
        phone=row.phone or None,
        first_day=row.valid_from,
        position=position,
        note=row.notes,
    )
    facts = {
        "post": posts_of(row.post),
        "sector": row.sectors,
        "township": row.townships,
        "project": row.projects,
    }
    return NewLeader(details, facts, row.valid_until)


def _change(leader: Leader, row: PlanRow, today: dt.date, townships: Mapping[str, int]) -> None:
    before, old_phone, old_end = leader_state(leader), leader.phone, leader.last_day
    days = days_of_change(row, leader, today)
    if days.corrects_begin:
        _correct_begin(leader, row, days.posts, today)
    only_day = days.restarts_posts and not any(field in row.changes for field in FACT_FIELDS)
    for field, kind in FACT_FIELDS.items():
        if field in row.changes or (only_day and kind == "post"):
            is_post = kind == "post"
            wanted = posts_of(row.post) if is_post else getattr(row, field)
            day, restart = (days.posts, days.restarts_posts) if is_post else (days.others, False)
            apply_change(leader, kind, wanted, day, townships, today, restart)
    leader.phone = row.phone or leader.phone
    leader.role = row.role or leader.role
    leader.note = row.notes or leader.note
    leader.last_day = row.valid_until
    if row.valid_from and leader.first_day and row.valid_from < leader.first_day:
        leader.first_day = row.valid_from
    note_change(leader, before, old_phone)
    _tell_end(leader, old_end)


def _correct_begin(leader: Leader, row: PlanRow, day: dt.date, today: dt.date) -> None:
    """The present posts began on `day`, and so did the time in office if it began with them."""
    at = day_of_row(row, leader, today)
    held_since = since(leader, at)
    for facet in leader.facets:
        if facet.kind == "post" and holds(facet.first_day, facet.last_day, at):
            facet.first_day = day
            facet.last_day = None if facet.last_day and facet.last_day < day else facet.last_day
    if leader.first_day == held_since:
        leader.first_day = day


def _tell_end(leader: Leader, old_end: dt.date | None) -> None:
    if leader.last_day == old_end:
        return
    if leader.last_day is not None:
        emit(LeaderEnded(leader.id, leader.office_id, leader.last_day))
    else:
        emit(LeaderRestored(leader.id, leader.office_id))


def apply_upload(office: Office, upload: ImportUpload, expected: str) -> tuple[ImportPlan, Applied | None]:
    """`apply_book` for a kept upload."""
    return apply_book(office, load_book(upload.book), expected)
