"""What an office adds to the pure calendar: notices imported, local holidays, overrides, periods, suspensions."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, Model
from app.core.dates import DateRange


class Notice(Model):
    """A State Council notice imported by an office, for itself and its subtree; the newest for a year wins."""

    __tablename__ = "holiday_notices"
    __table_args__ = (UniqueConstraint("office_id", "year", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    document_number: Mapped[str] = mapped_column(String(80), default="")
    source: Mapped[str] = mapped_column(String(400), default="")
    days: Mapped[Any] = mapped_column(JSON)  # [{"date", "name", "off"}]
    content_hash: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[dt.datetime] = mapped_column(Instant)
    imported_by: Mapped[str] = mapped_column(String(64))


class DayOverride(Model):
    """One day of one office (and its subtree) made a rest day or a working day, with who, when, why, document."""

    __tablename__ = "day_overrides"
    __table_args__ = (Index("ix_day_overrides_office_id_on_date", "office_id", "on_date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    on_date: Mapped[dt.date]
    off: Mapped[bool]
    name: Mapped[str] = mapped_column(String(80))  # "建县纪念日"
    local_holiday: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(400), default="")
    document_number: Mapped[str] = mapped_column(String(80), default="")
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Period(Model):
    """A dated period of an office (and its subtree): special protection (every day is a duty day) or suspension."""

    __tablename__ = "calendar_periods"
    __table_args__ = (
        CheckConstraint("kind IN ('special', 'suspension')", name="kind"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(120))
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date | None]  # a suspension may be open-ended
    by_appointment_only: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    document_number: Mapped[str] = mapped_column(String(80), default="")
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    @property
    def days(self) -> DateRange:
        """The days it covers."""
        return DateRange.from_days(self.first_day, self.last_day)
