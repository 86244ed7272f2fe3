"""The watch over screens: run every minute, by any process; each change is told once."""

from sqlalchemy import update

from app.core import clock
from app.core.database import db, lock, transaction
from app.core.events import emit
from app.screens import queries, rules
from app.screens.board import watched_now
from app.screens.events import ScreenBack, ScreenDark, ScreenLagging
from app.screens.models import Screen
from app.screens.state import shown_on

_EVENTS = {"dark": ScreenDark, "lagging": ScreenLagging}


def check_screens() -> None:
    """Note which screens became dark, lag, or are back, and emit an event for each that changed."""
    with transaction():
        lock("screens watch")
        for screen, condition in _conditions():
            _check(screen, condition)


def _conditions() -> list[tuple[Screen, str]]:
    now = clock.now()
    screens = queries.live_screens()
    everywhere = {office_id for screen in screens for office_id in shown_on(screen).office_ids}
    offices = queries.offices_by_id(everywhere)
    published = queries.published(everywhere)
    watched = {
        office_id: watched_now(offices[office_id])
        for office_id in {s.office_id for s in screens} & offices.keys()
    }
    found = []
    for screen in screens:
        expected = {
            offices[i].code: published[i]
            for i in shown_on(screen).office_ids
            if i in published and i in offices
        }
        condition = rules.condition_now(
            screen.condition,
            watched=screen.always_on or watched.get(screen.office_id, False),
            dark=rules.is_dark(screen.last_contact_at, screen.approved_at, now),
            lagging=rules.lags(screen.shown, expected, now),
            heard=screen.last_contact_at is not None,
        )
        found.append((screen, condition))
    return found


def _check(screen: Screen, condition: str) -> None:
    """Move one screen to its condition and say so; nothing when it is in it already."""
    before = screen.condition
    if condition == before:
        return
    moved = db.session.execute(
        update(Screen)
        .where(Screen.id == screen.id, Screen.condition == before, Screen.revoked_at.is_(None))
        .values(condition=condition, condition_since=clock.now())
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        return
    if condition in _EVENTS:
        emit(_EVENTS[condition](screen.id, screen.office_id))
    elif before in _EVENTS:
        emit(ScreenBack(screen.id, screen.office_id))
