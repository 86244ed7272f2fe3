"""What the office writes on its screens. Nothing is deleted: a change makes a new notice, and each can be undone.

A text and everything it was changed from and into are its versions: at most one of them is on the screens."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.directory.models import Office
from app.screens import errors, queries
from app.screens.models import ScreenNotice

_VALUES = ("text_zh", "text_en", "first_day", "last_day", "group_id")


def write_notice(office: Office, values: Mapping[str, Any]) -> ScreenNotice:
    """A new text. `values`: text_zh, text_en, first_day, last_day, group_id."""
    made = _make(office, "text", {name: values[name] for name in _VALUES})
    audit.record("screen-notice.write", f"screen-notice:{made.id}", office.id, after=_facts(made))
    return made


def change_notice(office: Office, notice: ScreenNotice, values: Mapping[str, Any]) -> ScreenNotice:
    """Another text in place of this one. Raises NoticeChanged when it was changed or withdrawn meanwhile."""
    _withdraw(notice)
    made = _make(office, "text", {name: values[name] for name in _VALUES} | {"replaces_id": notice.id})
    audit.record("screen-notice.change", f"screen-notice:{made.id}", office.id, _facts(notice), _facts(made))
    return made


def withdraw_notice(office: Office, notice: ScreenNotice) -> None:
    """Take a notice off the screens. Raises NoticeChanged when that was done already."""
    _withdraw(notice)
    audit.record("screen-notice.withdraw", f"screen-notice:{notice.id}", office.id, _facts(notice))


def undo(office: Office, notice: ScreenNotice) -> None:
    """Take back the change that made this text: the one before it is shown again, or none.

    Raises NoticeChanged when it was changed, withdrawn or undone meanwhile.
    """
    _withdraw(notice)
    if notice.replaces_id is not None:
        _restore(db.session.get_one(ScreenNotice, notice.replaces_id))
    db.session.flush()
    audit.record("screen-notice.undo", f"screen-notice:{notice.id}", office.id, after=_facts(notice))


def bring_back(office: Office, notice: ScreenNotice) -> None:
    """Show a text again that was taken off, or whose change was undone, instead of its other versions.

    Raises NoticeChanged when that was done already.
    """
    for other in queries.live_versions(office, notice):
        if other is not notice:
            _withdraw(other)
    _restore(notice)
    audit.record("screen-notice.restore", f"screen-notice:{notice.id}", office.id, after=_facts(notice))


def say_late(office: Office, minutes: int, today: dt.date) -> ScreenNotice | None:
    """Today's session runs late by so many minutes; 0: it is on time again."""
    db.session.execute(
        update(ScreenNotice)
        .where(
            ScreenNotice.office_id == office.id,
            ScreenNotice.kind == "late",
            ScreenNotice.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )
    audit.record("screen-notice.late", f"office:{office.code}", office.id, after={"minutes": minutes})
    if not minutes:
        return None
    return _make(office, "late", {"minutes": minutes, "first_day": today, "last_day": today})


def _make(office: Office, kind: str, values: Mapping[str, Any]) -> ScreenNotice:
    made = ScreenNotice(
        office_id=office.id, kind=kind, made_at=clock.now(), made_by=audit.actor_name(), **values
    )
    db.session.add(made)
    db.session.flush()
    return made


def _withdraw(notice: ScreenNotice) -> None:
    _swap(notice, ScreenNotice.withdrawn_at.is_(None), clock.now())


def _restore(notice: ScreenNotice) -> None:
    _swap(notice, ScreenNotice.withdrawn_at.is_not(None), None)


def _swap(notice: ScreenNotice, expected: Any, withdrawn_at: dt.datetime | None) -> None:
    done = db.session.execute(
        update(ScreenNotice).where(ScreenNotice.id == notice.id, expected).values(withdrawn_at=withdrawn_at)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise errors.NoticeChanged


def _facts(notice: ScreenNotice) -> dict[str, Any]:
    return {
        "zh": notice.text_zh,
        "en": notice.text_en,
        "from": notice.first_day.isoformat(),
        "to": notice.last_day.isoformat(),
        "group": notice.group_id,
    }
