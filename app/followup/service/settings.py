"""Changing an office's limits."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from app.accounts import audit
from app.core.database import db
from app.directory.models import Office
from app.followup.errors import MatterMoved
from app.followup.models import FollowupSettings, Matter
from app.followup.service.clockwork import Clockwork


def change_settings(office: Office, limits: Mapping[str, int], seen: int, **values: Any) -> None:
    """Save limits and habits; dates of matters that still run follow. MatterMoved when somebody saved meanwhile."""
    if db.session.get(FollowupSettings, office.id) is None:
        if seen:
            raise MatterMoved
        db.session.add(FollowupSettings(office_id=office.id, limits={}, letter_text={}, version=0))
        db.session.flush()
    result = cast(
        CursorResult[Any],
        db.session.execute(
            update(FollowupSettings)
            .where(FollowupSettings.office_id == office.id, FollowupSettings.version == seen)
            .values(limits=dict(limits), version=seen + 1, **values)
            .execution_options(synchronize_session=False)
        ),
    )
    if result.rowcount != 1:
        raise MatterMoved
    db.session.expire_all()
    clockwork = Clockwork.of(office)
    running = select(Matter).where(
        Matter.office_id == office.id, Matter.state.in_(("signing", "open", "replied"))
    )
    for matter in db.session.scalars(running):
        clockwork.refresh(matter)
    audit.record("followup.settings", f"office:{office.code}", office.id, after={"limits": dict(limits)})
