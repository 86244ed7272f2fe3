"""Runs: the drafts of an office and of everything below it, built by one process and looked at together."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from app.accounts import audit
from app.core.database import db
from app.core.errors import NotFound
from app.core.text import Text
from app.directory.models import Office
from app.directory.queries import list_offices, office_path
from app.roster import building, claims
from app.roster.background import begin_run
from app.roster.joint import build_order
from app.roster.models import Draft

SECONDS = {
    "quick": 1.5,
    "thorough": 20.0,
}  # for each office; quick: even and proven, spaced as well as that allows
MOST_LISTED = 10
CANCELLED = Text("还没轮到就已停止。", "Stopped before its turn.")


@dataclass(frozen=True, slots=True)
class Publication:
    """Whether each roster is published when it is found, and the reason if that corrects something."""

    wanted: bool = False
    reason: str = ""


NOT_PUBLISHED = Publication()


@dataclass(frozen=True, slots=True)
class Stay:
    """What a re-plan leaves alone: published duties of so many days, and sessions with people invited."""

    days: int = 0
    invited: bool = True


NOTHING_STAYS = Stay(0, True)


@dataclass(frozen=True, slots=True)
class Run:
    """A run in the list of earlier ones."""

    key: str
    first_day: dt.date
    last_day: dt.date
    offices: int
    created_at: dt.datetime


def new_key() -> str:
    """A key for the drafts of one run."""
    return secrets.token_hex(8)


def offices_of(office: Office) -> list[Office]:
    """The office and every open one below it, in the usual order."""
    return [other for other in list_offices() if other.closed_on is None and office.id in office_path(other)]


def start_run(
    office: Office,
    first: dt.date,
    last: dt.date,
    by: str,
    seconds: float = SECONDS["quick"],
    publication: Publication = NOT_PUBLISHED,
    stay: Stay = NOTHING_STAYS,
) -> str:
    """Drafts for the whole subtree, built once the transaction is committed; the key of the run.

    Raises BadRange.
    """
    key = new_key()
    offices = {one.id: one for one in offices_of(office)}
    drafts = [
        building.create(offices[one], first, last, by, seconds, stay.days, key, stay.invited)
        for one in build_order(list(offices))
    ]
    said = {"offices": [one.code for one in offices.values()], "publish": publication.wanted}
    audit.record("run.start", f"run {key}", office.id, after=said)
    begin_run(key, [draft.id for draft in drafts], publication.wanted, publication.reason)
    return key


def get_drafts(office: Office, key: str) -> list[Draft]:
    """The drafts of a run that belong to the office or one below it, in the order of the offices; NotFound."""
    offices = {
        other.id: number for number, other in enumerate(list_offices()) if office.id in office_path(other)
    }
    found = db.session.scalars(
        select(Draft)
        .where(Draft.run_key == key, Draft.office_id.in_(offices.keys()))
        .options(defer(Draft.problem))
        .order_by(Draft.id)
    )
    newest = {draft.office_id: draft for draft in found}
    if not newest:
        raise NotFound("没有这次整体排班的记录。", "There is no such run.")
    return sorted(newest.values(), key=lambda draft: offices[draft.office_id])


def list_runs(office: Office) -> list[Run]:
    """The newest runs over the office and what is below it."""
    ids = [one.id for one in offices_of(office)]
    rows = db.session.execute(
        select(
            Draft.run_key,
            func.min(Draft.first_day),
            func.max(Draft.last_day),
            func.count(Draft.id),
            func.min(Draft.created_at),
        )
        .where(Draft.run_key.is_not(None), Draft.office_id.in_(ids))
        .group_by(Draft.run_key)
        .order_by(func.max(Draft.id).desc())
        .limit(MOST_LISTED)
    )
    return [Run(row[0] or "", row[1], row[2], row[3], row[4]) for row in rows]


def cancel_run(office: Office, key: str) -> None:
    """Running builds stop and keep their best roster; those that wait are not begun."""
    for draft in get_drafts(office, key):
        if draft.state == "queued":
            claims.fail(draft, CANCELLED)
        elif draft.state == "building" and not draft.cancel_requested:
            building.cancel(draft)
    audit.record("run.cancel", f"run {key}", office.id)


def continue_run(
    office: Office,
    key: str,
    by: str,
    seconds: float = SECONDS["quick"],
    publication: Publication = NOT_PUBLISHED,
) -> int:
    """Build on what has no roster yet, or was stopped early, from the best roster so far; how many."""
    waiting: Sequence[Draft] = [draft for draft in get_drafts(office, key) if can_continue(draft)]
    for draft in waiting:
        building.queue_again(draft, by, seconds)
    if waiting:
        audit.record("run.continue", f"run {key}", office.id, after={"drafts": len(waiting)})
        begin_run(key, [draft.id for draft in waiting], publication.wanted, publication.reason)
    return len(waiting)


def can_continue(draft: Draft) -> bool:
    """Whether nobody is at work on the draft, and it has no roster or could become better: it was stopped early."""
    early = draft.state == "ready" and bool((draft.progress or {}).get("stopped_early"))
    return early or draft.state in ("failed", "impossible") or claims.is_stopped(draft)
