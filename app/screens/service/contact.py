"""What a player reports every minute: written into its own row, without an audit entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core import clock
from app.core.database import db
from app.screens import rules
from app.screens.errors import NoteNotUnderstood
from app.screens.models import Screen

_LARGEST = 2**31 - 1
_MOST_PLACES = 40


@dataclass(frozen=True, slots=True)
class Contact:
    """One report. `drift_seconds`: own clock minus server's; `storage_bytes`: what the player keeps."""

    shown: dict[str, int]
    player: str
    drift_seconds: int | None
    storage_bytes: int | None
    storage_full: bool


def read_contact(told: Any) -> Contact:
    """The report in a JSON body. Raises NoteNotUnderstood for anything else."""
    if not isinstance(told, Mapping):
        raise NoteNotUnderstood
    shown = told.get("shown", {})
    if not isinstance(shown, Mapping) or len(shown) > _MOST_PLACES:
        raise NoteNotUnderstood
    return Contact(
        shown={str(code)[:32]: _number(number) or 0 for code, number in shown.items()},
        player=str(told.get("player", ""))[:12],
        drift_seconds=_number(told.get("drift_seconds")),
        storage_bytes=_number(told.get("storage_bytes")),
        storage_full=bool(told.get("storage_full", False)),
    )


def _number(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST:
        raise NoteNotUnderstood
    return int(value)


def note_contact(screen_id: int, contact: Contact) -> None:
    """Remember when a screen was heard of and what it shows. A revoked one is not noted."""
    screen = db.session.get(Screen, screen_id, with_for_update=True)
    if screen is None or screen.revoked_at is not None:
        return
    now = clock.now()
    bits, quarter = rules.with_presence(
        int(screen.presence, 16), screen.presence_quarter, rules.quarter_of(now)
    )
    screen.last_contact_at = now
    screen.presence, screen.presence_quarter = f"{bits:x}", quarter
    screen.shown, screen.player = contact.shown, contact.player
    screen.drift_seconds = contact.drift_seconds
    screen.storage_bytes, screen.storage_full = contact.storage_bytes, contact.storage_full
    db.session.flush()
