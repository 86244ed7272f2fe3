"""Screens and groups: name, place, appearance, reload, revoke."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.directory.models import Office
from app.screens import errors, queries
from app.screens.models import Screen, ScreenGroup

LOOK = ("layout", "language", "voice", "more_offices", "room")
_SCREEN = ("name", "group_id", "always_on", *LOOK)
_GROUP = ("name", "same_for_all", *LOOK)


def change_screen(office: Office, screen: Screen, values: Mapping[str, Any]) -> None:
    """Set name, group and appearance. Raises GroupNotFound for a group that is closed."""
    _check_group(values.get("group_id"))
    before = _facts(screen, _SCREEN)
    for name in _SCREEN:
        if name in values:
            setattr(screen, name, values[name])
    db.session.flush()
    audit.record("screen.edit", f"screen:{screen.id}", office.id, before, _facts(screen, _SCREEN))


def move_screen(office: Office, screen: Screen, target: Office) -> None:
    """Give the screen to another office; it shows that one's days from its next contact on."""
    screen.office_id, screen.room, screen.more_offices, screen.shown = target.id, "", [], {}
    db.session.flush()
    for side in (office, target):
        audit.record(
            "screen.move", f"screen:{screen.id}", side.id, {"office": office.code}, {"office": target.code}
        )


def revoke_screen(office: Office, screen: Screen) -> None:
    """Its token is good for nothing from now on. Raises ScreenNotFound when somebody else was faster."""
    done = db.session.execute(
        update(Screen)
        .where(Screen.id == screen.id, Screen.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise errors.ScreenNotFound
    audit.record("screen.revoke", f"screen:{screen.id}", office.id, before={"name": screen.name})


def reload_screen(office: Office, screen: Screen) -> None:
    """Let the player load itself anew."""
    _reload(Screen.id == screen.id)
    audit.record("screen.reload", f"screen:{screen.id}", office.id)


def reload_group(office: Office, group: ScreenGroup) -> int:
    """Let every player of the group load itself anew; how many."""
    count = _reload((Screen.group_id == group.id) & Screen.revoked_at.is_(None))
    audit.record("screen.reload", f"screen-group:{group.id}", office.id, after={"screens": count})
    return count


def _reload(which: Any) -> int:
    done = db.session.execute(update(Screen).where(which).values(reloads=Screen.reloads + 1))
    return int(done.rowcount)  # type: ignore[attr-defined]


def save_group(office: Office, group: ScreenGroup | None, values: Mapping[str, Any]) -> ScreenGroup:
    """Make a group or change one."""
    before = _facts(group, _GROUP) if group else None
    group = group or ScreenGroup(office_id=office.id, name="")
    for name in _GROUP:
        if name in values:
            setattr(group, name, values[name])
    db.session.add(group)
    db.session.flush()
    audit.record("screen-group.save", f"screen-group:{group.id}", office.id, before, _facts(group, _GROUP))
    return group


def close_group(office: Office, group: ScreenGroup) -> None:
    """Take a group out of use. Raises GroupInUse while it has screens."""
    left = len(queries.screens_of_group(group.id))
    if left:
        raise errors.GroupInUse(left)
    group.closed_at = clock.now()
    db.session.flush()
    audit.record("screen-group.close", f"screen-group:{group.id}", office.id, before={"name": group.name})


def _check_group(group_id: int | None) -> None:
    if group_id is None:
        return
    group = db.session.get(ScreenGroup, group_id)
    if group is None or group.closed_at is not None:
        raise errors.GroupNotFound


def _facts(thing: Screen | ScreenGroup, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}
