"""Editing a draft by hand: one call is one undo step, and every change is a compare-and-swap on the version."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select, update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.directory.models import Leader, Office
from app.roster.errors import (
    DraftChanged,
    DraftNotEditable,
    LeaderNotHere,
    NothingToUndo,
    SeatLocked,
    UnknownSeat,
)
from app.roster.models import Draft, DraftDuty, DraftEdit

Changes = list[tuple[str, int | None, int | None]]


def edit_draft(
    draft: Draft, changes: Mapping[str, int | None], expected_version: int, by: str
) -> DraftEdit | None:
    """Give seats to leaders (None: to nobody). One call is one undo step; None when nothing changes.

    Raises DraftChanged when the version is not `expected_version`, DraftNotEditable unless the draft is ready,
    SeatLocked for a pinned or past seat, UnknownSeat, LeaderNotHere.
    """
    _claim(draft, expected_version)
    seats = _seats(draft, changes)
    _check_leaders(draft, {leader for leader in changes.values() if leader is not None})
    made = [(key, seats[key].leader_id, new) for key, new in changes.items() if seats[key].leader_id != new]
    if not made:
        return None
    _apply(seats, {key: new for key, _, new in made})
    db.session.execute(delete(DraftEdit).where(DraftEdit.draft_id == draft.id, DraftEdit.undone))
    edit = DraftEdit(
        draft_id=draft.id,
        position=_last_position(draft) + 1,
        changes=[list(change) for change in made],
        made_by=by,
        made_at=clock.now(),
    )
    db.session.add(edit)
    _record("draft.edit", draft, made)
    db.session.flush()
    return edit


def undo(draft: Draft, expected_version: int, by: str) -> DraftEdit:
    """Take back the last edit. Raises NothingToUndo, DraftChanged, DraftNotEditable."""
    del by  # the audit entry knows who
    _claim(draft, expected_version)
    return _flip(draft, undone=True)


def redo(draft: Draft, expected_version: int, by: str) -> DraftEdit:
    """Make the edit again that was undone last. Raises NothingToUndo, DraftChanged, DraftNotEditable."""
    del by
    _claim(draft, expected_version)
    return _flip(draft, undone=False)


def discard(draft: Draft, expected_version: int, by: str) -> None:
    """Give the draft up. Raises DraftChanged; DraftNotEditable when it is published or already discarded."""
    open_states = ("queued", "building", "ready", "failed", "impossible")
    _swap(draft, expected_version, open_states, state="discarded", cancel_requested=True)
    audit.record("draft.discard", f"draft {draft.id}", draft.office_id, after={"by": by})


def _claim(draft: Draft, expected_version: int) -> None:
    _swap(draft, expected_version, ("ready",))


def _swap(draft: Draft, expected_version: int, states: tuple[str, ...], **values: Any) -> None:
    """Move the draft one version on, or raise."""
    result = db.session.execute(
        update(Draft)
        .where(Draft.id == draft.id, Draft.version == expected_version, Draft.state.in_(states))
        .values(version=Draft.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draft)
    if result.rowcount == 1:  # type: ignore[attr-defined]
        return
    if draft.state not in states:
        raise DraftNotEditable(draft.state)
    raise DraftChanged


def _seats(draft: Draft, changes: Mapping[str, int | None]) -> dict[str, DraftDuty]:
    rows = db.session.scalars(
        select(DraftDuty).where(DraftDuty.draft_id == draft.id, DraftDuty.seat_key.in_(list(changes)))
    )
    seats = {row.seat_key: row for row in rows}
    for key in changes:
        if key not in seats:
            raise UnknownSeat(key)
        _check_open(seats[key])
    return seats


def _check_open(seat: DraftDuty) -> None:
    day = seat.on_date.isoformat()
    if seat.locked:
        raise SeatLocked(
            f"{day} 的席位已固定或已过去，不能改动；如需改动请先取消固定。",
            f"The seat on {day} is pinned or past and cannot be changed. Remove the pin first.",
        )
    if seat.status != "held":
        raise SeatLocked(
            f"{day} 暂停接待，不安排领导。", f"Reception is suspended on {day}; nobody is put on duty."
        )


def _check_leaders(draft: Draft, wanted: set[int]) -> None:
    """Leaders of this office, of the offices above it, or already in the draft."""
    if not wanted:
        return
    offices = _path_ids(draft.office_id)
    here = set(
        db.session.scalars(select(Leader.id).where(Leader.id.in_(wanted), Leader.office_id.in_(offices)))
    )
    here |= set(
        db.session.scalars(
            select(DraftDuty.leader_id).where(
                DraftDuty.draft_id == draft.id, DraftDuty.leader_id.in_(wanted - here)
            )
        )
    )
    if wanted - here:
        raise LeaderNotHere


def _path_ids(office_id: int) -> list[int]:
    office = db.session.get_one(Office, office_id)
    path = [office.id]
    while office.parent is not None:
        office = office.parent
        path.append(office.id)
    return path


def _apply(seats: Mapping[str, DraftDuty], leaders: Mapping[str, int | None]) -> None:
    for key, leader in leaders.items():
        seats[key].leader_id = leader
    db.session.flush()


def _last_position(draft: Draft) -> int:
    return db.session.scalar(select(func.max(DraftEdit.position)).where(DraftEdit.draft_id == draft.id)) or 0


def _flip(draft: Draft, undone: bool) -> DraftEdit:
    """Undo the last edit done, or redo the first one undone."""
    order = DraftEdit.position.desc() if undone else DraftEdit.position.asc()
    edit = db.session.scalar(
        select(DraftEdit)
        .where(DraftEdit.draft_id == draft.id, DraftEdit.undone.is_(not undone))
        .order_by(order)
        .limit(1)
    )
    if edit is None:
        raise NothingToUndo(redo=not undone)
    target = {key: (before if undone else after) for key, before, after in edit.changes}
    _apply(_seats(draft, target), target)
    edit.undone = undone
    _record("draft.undo" if undone else "draft.redo", draft, [tuple(change) for change in edit.changes])
    db.session.flush()
    return edit


def _record(action: str, draft: Draft, made: Changes | list[Any]) -> None:
    audit.record(
        action,
        f"draft {draft.id}",
        draft.office_id,
        before={key: before for key, before, _ in made},
        after={key: after for key, _, after in made},
    )
