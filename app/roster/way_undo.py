"""Taking back a way out: what it changed in rules, leave, terms, pins and the draft is noted while it is done.

Only the columns named here are noted, none of them personal. A row that somebody has changed since is left alone, and
then nothing at all is taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect

from app.accounts import audit
from app.core import clock
from app.core.database import Model, db
from app.core.errors import Conflict
from app.core.text import Text
from app.roster import building
from app.roster.models import Draft, LeaderTerms, Leave, Pin, Rule

COLUMNS: Mapping[type[Any], tuple[str, ...]] = {
    Rule: ("spec", "first_day", "last_day"),
    Leave: ("leader_id", "first_day", "last_day", "withdrawn_at"),
    LeaderTerms: ("share_percent", "forbidden_weekdays", "month_min", "month_max"),
    Pin: ("office_id", "seat_key", "leader_id", "note"),
    Draft: ("freeze_days", "keep_invited"),
}
_BY_NAME = {model.__tablename__: model for model in COLUMNS}
Note = dict[str, Any]


@contextmanager
def noting() -> Iterator[list[Note]]:
    """Collect what the block changes: {"table", "id", "before", "after"}; None before: added, None after: deleted."""
    notes: dict[tuple[str, int], Note] = {}
    seen: list[tuple[Any, dict[str, Any] | None]] = []

    def before_flush(_session: Any, _context: Any, _instances: Any) -> None:
        for row in [*db.session.dirty, *db.session.deleted, *db.session.new]:
            if type(row) in COLUMNS:
                seen.append((row, None if row in db.session.new else _was(row)))

    def after_flush(session: Any, _context: Any) -> None:
        for row, was in seen:
            key = (type(row).__tablename__, inspect(row).identity[0] if inspect(row).identity else _id(row))
            note = notes.setdefault(key, {"table": key[0], "id": key[1], "before": was})
            note["after"] = None if row in session.deleted else _is(row)
        seen.clear()

    session = db.session()
    event.listen(session, "before_flush", before_flush)
    event.listen(session, "after_flush", after_flush)
    found: list[Note] = []
    try:
        yield found
        db.session.flush()
        found += [note for note in notes.values() if note["before"] != note["after"]]
    finally:
        event.remove(session, "before_flush", before_flush)
        event.remove(session, "after_flush", after_flush)


def remember(draft: Draft, what: Text, notes: Sequence[Note]) -> None:
    """Keep with the draft how to take the way out back."""
    undo = {"text": {"zh": what.zh, "en": what.en}, "notes": list(notes)}
    draft.progress = {**(draft.progress or {}), "undo": undo}
    db.session.flush()


def find_undo(draft: Draft) -> Text | None:
    """What can be taken back, in words."""
    undo = draft.progress.get("undo") if isinstance(draft.progress, dict) else None
    if not undo or draft.state in ("published", "discarded"):
        return None
    return Text(undo["text"]["zh"], undo["text"]["en"])


def take_back(draft: Draft, by: str) -> None:
    """Everything as it was before the way out, and the draft is built again. Raises Conflict, DraftNotEditable."""
    undo = (draft.progress or {}).get("undo") if find_undo(draft) else None
    if not undo:
        raise Conflict("没有可以撤销的解决办法。", "There is no way out to take back.")
    for note in reversed(undo["notes"]):
        _restore(note)
    db.session.flush()
    audit.record("draft.way_back", f"draft {draft.id}", draft.office_id, before=undo["text"]["en"])
    building.improve(draft, by)


def _restore(note: Note) -> None:
    model = _BY_NAME[note["table"]]
    row = db.session.get(model, note["id"])
    now = _is(row) if row is not None else None
    if now != note["after"]:
        raise Conflict(
            "这期间有人改动过同一项内容，不能自动撤销，请在规则或请假页面中修改。",
            "Somebody has changed the same thing since: it cannot be taken back by a click. "
            "Change it on the pages of rules or absences.",
        )
    if row is None:
        db.session.add(model(**_read(model, note["before"])))
    elif note["before"] is not None:
        for name, value in _read(model, note["before"]).items():
            setattr(row, name, value)
        if isinstance(row, Rule):
            row.version += 1
    elif isinstance(row, Leave):
        row.withdrawn_at = clock.now()
    else:
        db.session.delete(row)


def _id(row: Model) -> int:
    return int(inspect(row).mapper.primary_key_from_instance(row)[0])


def _was(row: Any) -> dict[str, Any]:
    found = {}
    for name in COLUMNS[type(row)]:
        deleted = inspect(row).attrs[name].history.deleted
        found[name] = _json(deleted[0] if deleted else getattr(row, name))
    return found


def _is(row: Any) -> dict[str, Any]:
    return {name: _json(getattr(row, name)) for name in COLUMNS[type(row)]}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _read(model: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    types = {column.key: column.type.python_type for column in inspect(model).columns}
    return {
        name: types[name].fromisoformat(value)
        if isinstance(value, str) and issubclass(types[name], dt.date)
        else value
        for name, value in values.items()
    }
