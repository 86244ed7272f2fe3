"""What the events of a calendar said when it was last rendered, and when that changed.

Counts of visits have no revision of their own. Comparing them with what was said before gives each event a SEQUENCE
and a LAST-MODIFIED that move exactly when it changes, however often and by whomever the calendar is fetched.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.database import db, lock
from app.feeds.models import EventState


def states_of(scope: str) -> Sequence[EventState]:
    """Everything ever said in a calendar, by key."""
    return db.session.scalars(
        select(EventState).where(EventState.scope == scope).order_by(EventState.key)
    ).all()


def differ(states: Sequence[EventState], facts: Mapping[str, Any]) -> bool:
    """Whether the calendar would say something else than it did."""
    said = {state.key: state.data for state in states if not state.gone}
    return said != {key: _plain(value) for key, value in facts.items()}


def settle(scope: str, facts: Mapping[str, Any]) -> Sequence[EventState]:
    """Remember what the calendar says from now on, in the caller's transaction. Two at once settle it once."""
    lock(f"events of {scope}")
    known = {state.key: state for state in states_of(scope)}
    now = clock.now()
    for key, value in facts.items():
        data, state = _plain(value), known.get(key)
        if state is None:
            db.session.add(EventState(scope=scope, key=key, data=data, created_at=now, changed_at=now))
        elif state.gone or state.data != data:
            state.data, state.gone = data, False
            state.sequence, state.changed_at = state.sequence + 1, now
    for key, state in known.items():
        if key not in facts and not state.gone:
            state.gone = True
            state.sequence, state.changed_at = state.sequence + 1, now
    db.session.flush()
    return states_of(scope)


def _plain(value: Any) -> Any:
    """As JSON gives it back."""
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
