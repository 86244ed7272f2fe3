"""Reading an office's calendar: what the State Council announced, and what the office and those above it added."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from app.calendar import models
from app.calendar.notice import Notice, NoticeDay, NoticeDocument, holiday_name
from app.calendar.notices import official_notices
from app.calendar.periods import SpecialPeriod, Suspension
from app.calendar.working import LocalDay, Override, WorkingCalendar
from app.core.database import db
from app.core.text import Text
from app.directory.models import Office
from app.directory.queries import office_path


def working_calendar(office: Office) -> WorkingCalendar:
    """The working calendar of an office, with local days, overrides and periods of the office and those above it."""
    path = office_path(office)
    overrides = list_overrides(path)
    periods = list_periods(path)
    return WorkingCalendar(
        notices=announced(path),
        local_days=tuple(
            LocalDay(row.on_date, Text(row.name, row.name), row.off) for row in overrides if row.local_holiday
        ),
        overrides=tuple(
            Override(row.on_date, row.off, row.reason or row.name, row.document_number)
            for row in overrides
            if not row.local_holiday
        ),
        special_periods=tuple(SpecialPeriod(row.days, row.name) for row in periods if row.kind == "special"),
        suspensions=tuple(
            Suspension(row.days, row.reason or row.name, row.by_appointment_only)
            for row in periods
            if row.kind == "suspension"
        ),
    )


def announced(office_ids: Sequence[int]) -> dict[int, Notice]:
    """The notice that holds for each year: the newest the nearest office imported, else the one shipped with us."""
    notices = dict(official_notices())
    rows = list_notices(office_ids)
    for row in sorted(rows, key=lambda row: (-office_ids.index(row.office_id), row.id)):
        notices[row.year] = notice_of(row)
    return notices


def notice_of(row: models.Notice) -> Notice:
    """An imported notice as plain data."""
    days = tuple(
        NoticeDay(
            day=dt.date.fromisoformat(entry["date"]),
            name=holiday_name(entry["name"]),
            off=entry["off"],
            replaces=dt.date.fromisoformat(entry["replaces"]) if entry.get("replaces") else None,
        )
        for entry in row.days
    )
    document = NoticeDocument(title=row.title, number=row.document_number or None)
    return Notice(row.year, days, (document,), row.source)


def list_notices(office_ids: Sequence[int]) -> Sequence[models.Notice]:
    """Notices imported at these offices, newest first."""
    return db.session.scalars(
        select(models.Notice).where(models.Notice.office_id.in_(office_ids)).order_by(models.Notice.id.desc())
    ).all()


def list_overrides(office_ids: Sequence[int]) -> Sequence[models.DayOverride]:
    """Overrides and local days in force at these offices (nearest office last, so that it wins)."""
    rows = db.session.scalars(
        select(models.DayOverride)
        .where(models.DayOverride.office_id.in_(office_ids), models.DayOverride.withdrawn_at.is_(None))
        .order_by(models.DayOverride.on_date, models.DayOverride.id)
    ).all()
    return sorted(rows, key=lambda row: -office_ids.index(row.office_id))


def list_periods(office_ids: Sequence[int]) -> Sequence[models.Period]:
    """Special protection periods and suspensions in force at these offices, by first day."""
    return db.session.scalars(
        select(models.Period)
        .where(models.Period.office_id.in_(office_ids), models.Period.withdrawn_at.is_(None))
        .order_by(models.Period.first_day, models.Period.id)
    ).all()
