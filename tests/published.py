"""Published rosters for tests: revisions and duties written straight into the tables, without drafts."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update

from app.core.database import db
from app.directory.models import Leader, Office
from app.feeds.stamps import bump
from app.roster.models import Duty, Revision

PUBLISHED_AT = dt.datetime(2026, 2, 20, 8, 0, tzinfo=dt.UTC)


def workdays(first: dt.date, last: dt.date) -> list[dt.date]:
    """Monday to Friday from `first` to `last`."""
    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def publish_days(office: Office, leaders: Sequence[Leader], days: Sequence[dt.date], **more: Any) -> Revision:
    """The next revision: one seat a day, going round the leaders. `more` goes into every duty or the revision."""
    revision = make_revision(office, min(days), max(days), **_only(more, REVISION_FIELDS))
    for index, day in enumerate(days):
        add_duty(revision, leaders[index % len(leaders)], day, **_only(more, DUTY_FIELDS))
    db.session.flush()
    return revision


def make_revision(office: Office, first: dt.date, last: dt.date, **more: Any) -> Revision:
    """The next revision of an office, an hour after the one before."""
    number = 1 + (
        db.session.scalar(select(func.max(Revision.number)).where(Revision.office_id == office.id)) or 0
    )
    values: dict[str, Any] = {
        "kind": "publication" if number == 1 else "correction",
        "provisional": False,
        "published_at": PUBLISHED_AT + dt.timedelta(hours=number),
        "published_by": "test",
        "reason": "",
    }
    revision = Revision(
        office_id=office.id,
        number=number,
        first_day=first,
        last_day=last,
        content_hash=hashlib.sha256(f"{office.code}{number}{first}".encode()).hexdigest(),
        **values | more,
    )
    db.session.add(revision)
    db.session.flush()
    bump(db.session.scalars(select(Office.id)))  # what the event of a real publication does
    return revision


def add_duty(
    revision: Revision, leader: Leader | None, day: dt.date, session: str = "day", **more: Any
) -> Duty:
    """One seat of a session of a revision, 08:30 to 17:30."""
    key = f"r1:{day.isoformat()}:{session}"
    values: dict[str, Any] = {
        "seat": 1,
        "starts": dt.time(14, 30) if session == "pm" else dt.time(8, 30),
        "ends": dt.time(12) if session == "am" else dt.time(17, 30),
        "post": next((f.value for f in leader.facets if f.kind == "post"), "") if leader else "",
        "sectors": "教育、卫生健康",
        "townships": "柳河镇",
        "room": "一号接待室",
        "place": "示例县信访局一楼",
        "phone": "0000-1234567",
        "sequence": revision.number - 1,
    } | more
    key = values.pop("session_key", key)
    duty = Duty(
        office_id=revision.office_id,
        since_revision=revision.number,
        session_key=key,
        seat_key=f"{key}:{values['seat']}",
        on_date=day,
        session=session,
        leader_id=leader.id if leader else None,
        leader_name=leader.name if leader else "",
        role=leader.role if leader else "",
        changed_at=revision.published_at,
        **values,
    )
    db.session.add(duty)
    db.session.flush()
    return duty


def replace_leader(
    office: Office, day: dt.date, leader: Leader, reason: str = "原领导外出开会", **more: Any
) -> Revision:
    """The next revision gives the session of a day to another leader (or changes its `status`)."""
    revision = make_revision(office, day, day, reason=reason, **_only(more, REVISION_FIELDS))
    db.session.execute(
        update(Duty)
        .where(Duty.office_id == office.id, Duty.on_date == day, Duty.until_revision.is_(None))
        .values(until_revision=revision.number)
    )
    add_duty(revision, leader, day, **_only(more, DUTY_FIELDS))
    return revision


REVISION_FIELDS = {"kind", "provisional", "published_at", "published_by", "reason"}
DUTY_FIELDS = {"status", "room", "place", "phone", "sectors", "townships", "post", "note", "starts", "ends"}


def _only(values: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}
